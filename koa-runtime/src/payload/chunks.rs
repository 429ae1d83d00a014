//! The chunks of a body, on their way to becoming one.

use bytes::{Bytes, BytesMut};

/// So much is set aside at most because a client has announced it, before more of it has come.
const TRUSTED: u64 = 64 * 1024;

/// And later so many times what it has sent: who keeps a part of its word is believed, so that a large body is not moved again and again.
const BELIEVED: usize = 16;

/// A chunk of so many bytes is kept as it is, and not gathered with others. It keeps alive all the room that it was read into, which is not
/// many times as much: hyper halves that when less than half of it comes, twice in a row.
const LARGE: usize = 32 * 1024;

/// A lone chunk is never copied, and a large one once, when all are there. What is small is gathered, as a chunk keeps all that came with it.
#[derive(Debug)]
pub(super) enum Chunks {
    None,
    One(Bytes),
    Many(Box<Gathered>),
}

/// Two chunks and more.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// What they are together.
    length: usize,
    whole: Vec<Bytes>,
    /// What is small, and comes behind those.
    small: BytesMut,
}

impl Chunks {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(bytes) => bytes.len(),
            Self::Many(gathered) => gathered.length,
        }
    }

    pub(super) fn push(&mut self, chunk: Bytes, total: u64) {
        match self {
            _ if chunk.is_empty() => {}
            Self::None => *self = Self::One(chunk),
            Self::One(first) => {
                let mut gathered = Box::<Gathered>::default();
                gathered.push(std::mem::take(first), total);
                gathered.push(chunk, total);
                *self = Self::Many(gathered);
            }
            Self::Many(gathered) => gathered.push(chunk, total),
        }
    }

    /// All of it; asked again, the same bytes.
    pub(super) fn whole(&mut self) -> Bytes {
        let whole = match std::mem::replace(self, Self::None) {
            Self::None => return Bytes::new(),
            Self::One(bytes) => bytes,
            Self::Many(gathered) => gathered.whole(),
        };
        *self = Self::One(whole.clone());
        whole
    }
}

impl Gathered {
    fn push(&mut self, chunk: Bytes, total: u64) {
        self.length += chunk.len();
        if chunk.len() >= LARGE {
            self.seal();
            self.whole.push(chunk);
            return;
        }
        if self.small.capacity() - self.small.len() < chunk.len() {
            let before = self.length - self.small.len() - chunk.len();
            let gathered = self.small.len() + chunk.len();
            // what is not announced doubles, as ever
            let room = capacity_for(gathered, total.saturating_sub(before as u64));
            self.small.reserve(room - self.small.len());
        }
        self.small.extend_from_slice(&chunk);
    }

    /// Puts what is small behind what is large.
    fn seal(&mut self) {
        if !self.small.is_empty() {
            self.whole.push(std::mem::take(&mut self.small).freeze());
        }
    }

    fn whole(mut self) -> Bytes {
        if self.whole.is_empty() {
            return self.small.freeze();
        }
        self.seal();
        // only here is all of it set aside, and for one body of a thread at a time: many in the making would each need memory that no cache
        // has, and that the system takes back between them
        let mut whole = Vec::with_capacity(self.length);
        for chunk in self.whole {
            whole.extend_from_slice(&chunk);
        }
        whole.into()
    }
}

/// How much to set aside for a body of which so much was received, and so much is announced.
fn capacity_for(received: usize, total: u64) -> usize {
    let trusted = total.min(TRUSTED.max(received.saturating_mul(BELIEVED) as u64));
    usize::try_from(trusted).unwrap_or(0).max(received)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_set_aside_than_what_has_come_is_worth() {
        for (received, total, expected) in [
            (10, 10, 10),
            (10, 1 << 40, 64 << 10),
            (10, 0, 10),
            (8 << 10, 1 << 40, 128 << 10),
            (64 << 10, 1 << 20, 1 << 20),
            (64 << 10, 1 << 30, 1 << 20),
            (1 << 20, 10, 1 << 20),
        ] {
            assert_eq!(capacity_for(received, total), expected, "{received} of {total}");
        }
    }

    #[test]
    fn a_large_body_that_is_announced_is_moved_twice_at_most() {
        let mut chunks = Chunks::None;
        let mut moves = 0;
        for _ in 0..256 {
            let before = if let Chunks::Many(gathered) = &chunks { gathered.small.capacity() } else { 0 };
            chunks.push(Bytes::from_static(&[7; 4 << 10]), 1 << 20);
            if let Chunks::Many(gathered) = &chunks {
                moves += usize::from(gathered.small.capacity() != before);
            }
        }
        assert!(moves <= 2, "{moves} moves");
        assert_eq!(chunks.whole(), vec![7; 1 << 20]);
    }

    #[test]
    fn small_chunks_and_large_ones_keep_their_order() {
        let (mut chunks, mut expected) = (Chunks::None, Vec::new());
        for (at, length) in [1, LARGE, 2, 3, LARGE - 1, LARGE, LARGE + 1, 0, 5].into_iter().enumerate() {
            let chunk = vec![u8::try_from(at).unwrap(); length];
            expected.extend_from_slice(&chunk);
            chunks.push(chunk.into(), 0);
            assert_eq!(chunks.len(), expected.len());
        }
        assert_eq!(chunks.whole(), expected);
        assert_eq!(chunks.whole(), expected, "asked again");
    }

    #[test]
    fn a_large_chunk_is_kept_as_it_is_and_a_small_one_keeps_nothing_alive() {
        let (large, small) = (Bytes::from(vec![7; LARGE]), Bytes::from(vec![7; LARGE - 1]));
        let mut chunks = Chunks::None;
        chunks.push(large.clone(), 0);
        chunks.push(small.clone(), 0);
        assert!(!large.is_unique() && small.is_unique());
    }
}
