//! Segments of texts and captures: `{name}.{ext}`.

use super::matching::Span;

/// A segment of texts and captures.
#[derive(Clone, Copy, Debug)]
pub struct Mixed<'m> {
    /// The texts, percent-encoded; `None` is a capture. No two captures stand side by side.
    pieces: &'m [Option<&'m [u8]>],
    ignore_case: bool,
}

impl<'m> Mixed<'m> {
    /// Texts are in lower case if case is ignored.
    #[must_use]
    pub const fn new(pieces: &'m [Option<&'m [u8]>], ignore_case: bool) -> Self {
        Self { pieces, ignore_case }
    }

    /// Cuts `segment`, which begins at `offset`, into its pieces, none of them empty: as the regular expression that has `(.+)` for
    /// each capture. So each text is found where it occurs last.
    #[must_use]
    pub fn cut(self, segment: &[u8], offset: usize, at: &mut [Span]) -> bool {
        let mut pieces = self.pieces;
        let mut captures = pieces.iter().filter(|piece| piece.is_none()).count();
        let mut start = 0;
        if let [Some(text), more @ ..] = pieces {
            let Some(length) = self.begins(segment, text) else { return false };
            start = length;
            pieces = more;
        }
        let mut end = segment.len();
        if let [more @ .., Some(text)] = pieces {
            // a byte is left for the capture before it; spelled otherwise, a text is shorter
            let first = end.saturating_sub(text.len()).max(start + 1);
            let Some(found) = (first..end).find(|&at| self.begins(&segment[at..], text) == Some(end - at)) else {
                return false;
            };
            end = found;
            pieces = more;
        }
        // from the right: a capture, then the last occurrence of the text before it
        while let [more @ .., None] = pieces {
            captures -= 1;
            let Some(place) = at.get_mut(captures) else { return false };
            let [more @ .., Some(text)] = more else {
                *place = Span::new(offset + start, end.saturating_sub(start));
                return start < end;
            };
            // a byte is left for each of the captures on both sides
            let last = (start + 1..end).rev().find_map(|begin| {
                let behind = begin + self.begins(&segment[begin..end], text)?;
                (behind < end).then_some((begin, behind))
            });
            let Some((begin, behind)) = last else { return false };
            *place = Span::new(offset + behind, end - behind);
            end = begin;
            pieces = more;
        }
        false
    }

    /// How many bytes of `found` are the text that it begins with. What is encoded in that may be encoded in small digits, or not.
    fn begins(self, found: &[u8], text: &[u8]) -> Option<usize> {
        let (mut left, mut text) = (found, text);
        while let Some((letter, more)) = text.split_first() {
            let (first, behind) = left.split_first()?;
            (left, text) = match (letter, more) {
                (b'%', [high, low, more @ ..]) if first != letter => {
                    let byte = hexadecimal(*high) << 4 | hexadecimal(*low);
                    if *first != byte || !may_be_bare(byte) {
                        return None;
                    }
                    (behind, more)
                }
                (b'%', [high, low, more @ ..]) => {
                    let (digits, behind) = behind.split_at_checked(2)?;
                    if !digits.eq_ignore_ascii_case(&[*high, *low]) {
                        return None;
                    }
                    (behind, more)
                }
                _ if first == letter || self.ignore_case && first.eq_ignore_ascii_case(letter) => (behind, more),
                _ => return None,
            };
        }
        Some(found.len() - left.len())
    }
}

fn hexadecimal(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or_default()
}

/// Whether clients may send this byte as it is: what may stand in a segment (RFC 3986 §3.3) is another letter when it is encoded, and
/// what ends a segment or a path does that when it is not.
fn may_be_bare(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#%".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_segment_is_cut_as_a_greedy_expression_cuts_it() {
        let cut = |pieces: &[Option<&[u8]>], segment: &str| {
            let mut at = [Span::ABSENT; 3];
            let captures = pieces.iter().filter(|piece| piece.is_none()).count();
            Mixed::new(pieces, false)
                .cut(segment.as_bytes(), 0, &mut at)
                .then(|| at[..captures].iter().map(|span| span.of(segment).unwrap().to_owned()).collect::<Vec<_>>())
        };
        let file: &[Option<&[u8]>] = &[None, Some(b"."), None];
        assert_eq!(cut(file, "a.tar.gz"), Some(vec!["a.tar".into(), "gz".into()]));
        assert_eq!(cut(file, "a..gz"), Some(vec!["a.".into(), "gz".into()]));
        assert_eq!(cut(file, "a.gz."), Some(vec!["a".into(), "gz.".into()]));
        for text in ["a", ".gz", "gz.", "."] {
            assert_eq!(cut(file, text), None, "{text}");
        }
        let around: &[Option<&[u8]>] = &[Some(b"v"), None, Some(b"-x")];
        assert_eq!(cut(around, "v1-x"), Some(vec!["1".into()]));
        assert_eq!(cut(around, "v-x"), None);
        let three: &[Option<&[u8]>] = &[None, Some(b"-"), None, Some(b"-"), None];
        assert_eq!(cut(three, "a-b-c-d"), Some(vec!["a-b".into(), "c".into(), "d".into()]));
        assert_eq!(cut(three, "---a"), None);
        assert_eq!(cut(three, "-----"), Some(vec!["-".into(), "-".into(), "-".into()]));
    }

    #[test]
    fn what_is_encoded_in_a_text_is_found_in_each_spelling() {
        let pieces: &[Option<&[u8]>] = &[Some(b"%C3%A9"), None, Some(b"%7C"), None, Some(b"%2F")];
        for segment in ["%C3%A9a%7Cb%2F", "%c3%a9a%7cb%2f", "\u{e9}a|b%2F"] {
            let mut at = [Span::ABSENT; 2];
            assert!(Mixed::new(pieces, false).cut(segment.as_bytes(), 0, &mut at), "{segment}");
            assert_eq!(at.map(|span| span.of(segment)), [Some("a"), Some("b")]);
        }
        for segment in ["%C3%A9a%7Cb/", "%C3%A9%7Cb%2F", "%C3%A8a%7Cb%2F", "%C3%A9a%7Cb%2"] {
            assert!(!Mixed::new(pieces, false).cut(segment.as_bytes(), 0, &mut [Span::ABSENT; 2]), "{segment}");
        }
    }
}
