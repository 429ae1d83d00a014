//! Inputs by chance: seeds that are cut, joined, doubled and sprinkled with the words of the grammar.

use crate::Target;
use crate::input::SEPARATOR;

/// Bytes that parsers tend to trip over.
const BYTES: &[u8] = b"\0\t\n\r \"#%&'()*+,-./0:;<=>?@[\\]^`aZ{|}~\x7F\x80\x9F\xC3\xA9\xE9\xFE";

/// The longest input.
const LONGEST: usize = 1024;

/// A source of inputs. The same seed gives the same inputs.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// A source that starts here.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// xorshift64*
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or_default() % end.max(1)
    }

    fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    /// The next input for a target.
    pub fn input(&mut self, target: &Target) -> Vec<u8> {
        let mut input = self.pick(target.seeds).to_vec();
        for _ in 0..=self.below(12) {
            self.change(&mut input, target);
        }
        input.truncate(LONGEST);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, target: &Target) {
        let at = self.below(input.len() + 1);
        let to = at + self.below((input.len() - at).min(24) + 1);
        match self.below(8) {
            0 => drop(input.drain(at..to)),
            1 => {
                let again = input[at..to].to_vec();
                input.splice(at..at, again);
            }
            2 => {
                let other = self.pick(target.seeds);
                let from = self.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
            3 => {
                let byte = u8::try_from(self.below(256)).unwrap_or_default();
                input.splice(at..to.min(at + 1), [byte]);
            }
            4 => input.insert(at, SEPARATOR),
            5 => input.insert(at, *self.pick(BYTES)),
            _ => {
                let word = self.pick(target.words).bytes();
                input.splice(at..at, word);
            }
        }
    }
}
