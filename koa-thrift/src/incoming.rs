//! Reads messages off a stream: framed or not, in either encoding, as each of them begins. A server reads calls so, and a client replies.

use std::{future::poll_fn, pin::pin, task::Poll};

use bytes::{Bytes, BytesMut};
use koa_runtime::Result;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    task::coop::unconstrained,
};

use crate::{Kind, Message, ProtocolError, Settings, cursor::Cursor, message::Head, scan::Scan};

/// How much room there is to read into at first: less than half of it is too little.
const FEW: usize = 2 << 10;

/// How much of a buffer a connection keeps that has nothing to say.
const KEPT: usize = 64 << 10;

/// What has come and is not read yet.
#[derive(Default)]
pub(crate) struct Incoming {
    pub(crate) bytes: BytesMut,
    /// How much room there has been: what is left of the bytes may be the small tail of a large piece, which it keeps.
    grown: usize,
    /// How long the message before was: the next one may be like it.
    before: usize,
}

impl Incoming {
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Takes room for as much again as there is, or for a message like the one before, if there is little.
    fn grow(&mut self) {
        // a byte more shows that nothing is left to read
        let few = (FEW / 2).max((self.before + 1).saturating_sub(self.bytes.len()));
        if self.bytes.capacity() - self.bytes.len() < few {
            self.bytes.reserve(self.bytes.len().max(FEW).max(few));
        }
        self.grown = self.grown.max(self.bytes.capacity());
    }

    /// Takes out a message of so many bytes, which have come.
    fn take(&mut self, size: usize) -> Bytes {
        // no more than what is kept while there is nothing to say
        self.before = size.min(KEPT / 2);
        self.bytes.split_to(size).freeze()
    }

    /// Gives back the room that a large message has taken.
    pub(crate) fn shrink(&mut self) {
        if self.grown > KEPT && self.bytes.len() <= KEPT / 2 {
            self.bytes = BytesMut::from(&self.bytes[..]);
            self.grown = self.bytes.capacity();
        }
    }

    /// The next message, and whether it is framed. `None` once the other side has closed the connection.
    pub(crate) async fn next<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        settings: &Settings,
    ) -> Result<Option<(Message, bool)>> {
        while self.bytes.is_empty() {
            if !self.more(stream).await? {
                return Ok(None);
            }
        }
        // the length of a frame has no such byte in front: it would be negative
        match self.bytes[0] {
            0x80 | 0x82 => Ok(Some((self.unframed(stream, settings).await?, false))),
            _ => Ok(Some((Message::decode(self.frame(stream, settings).await?)?, true))),
        }
    }

    async fn frame<S: AsyncRead + Unpin>(&mut self, stream: &mut S, settings: &Settings) -> Result<Bytes> {
        let first = loop {
            if let Some(first) = self.bytes.first_chunk() {
                break *first;
            }
            all(self.more(stream).await?)?;
        };
        let size = u32::from_be_bytes(first) as usize;
        if size > settings.message {
            let what =
                if is_foreign(first) { ProtocolError::Version } else { ProtocolError::TooLarge(settings.message) };
            return Err(what.into());
        }
        while self.bytes.len() < 4 + size {
            all(self.more(stream).await?)?;
        }
        Ok(self.take(4 + size).slice(4..))
    }

    /// A message that says nowhere how long it is.
    async fn unframed<S: AsyncRead + Unpin>(&mut self, stream: &mut S, settings: &Settings) -> Result<Message> {
        let most = settings.message;
        let (head, mut at) = loop {
            let mut cursor = Cursor { bytes: &self.bytes, at: 0, most };
            if let Some(head) = Head::read(&mut cursor)? {
                break (head, cursor.at);
            }
            self.short(most)?;
            all(self.more(stream).await?)?;
        };
        let body = at;
        let mut scan = Scan::new(head.encoding, Kind::Struct, settings.depth);
        loop {
            match scan.go_on(&self.bytes, &mut at, most) {
                Ok(true) => return Ok(head.with(self.take(at).slice(body..), None)),
                Ok(false) => {}
                // what has no room in the largest message
                Err(ProtocolError::Truncated) => {
                    return Ok(head.with(Bytes::new(), Some(ProtocolError::TooLarge(most))));
                }
                Err(broken) => return Ok(head.with(Bytes::new(), Some(broken))),
            }
            if let Err(broken) = self.short(most) {
                return Ok(head.with(Bytes::new(), Some(broken)));
            }
            all(self.more(stream).await?)?;
        }
    }

    /// Reads what has come, and takes room for as much again as there is: never for what the other side only says that it will send.
    /// Whether there was anything. Cancel-safe.
    pub(crate) async fn more<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<bool> {
        self.grow();
        Ok(stream.read_buf(&mut self.bytes).await? > 0)
    }

    /// The same, of what is there already: `None` if that is nothing. While nothing comes this is no system call, as the system says by
    /// itself when something does; what it has not come to say yet is missed.
    pub(crate) async fn more_at_once<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Option<Result<bool>> {
        let looked = poll_fn(|task| match pin!(self.more(stream)).poll(task) {
            Poll::Ready(came) => Poll::Ready(Some(came)),
            Poll::Pending => Poll::Ready(None),
        });
        // who has done much in one turn is told that nothing is there
        unconstrained(looked).await
    }

    fn short(&self, most: usize) -> Result<(), ProtocolError> {
        if self.bytes.len() < most { Ok(()) } else { Err(ProtocolError::TooLarge(most)) }
    }
}

/// Whether this is no length, but what another protocol begins with: text, such as `HTTP` or `SSH-`, or a record of TLS.
fn is_foreign(first: [u8; 4]) -> bool {
    first.iter().all(u8::is_ascii_graphic) || matches!(first, [0x14..=0x17, 3, ..])
}

fn all(is_more: bool) -> Result<(), ProtocolError> {
    if is_more { Ok(()) } else { Err(ProtocolError::Truncated) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_at_once_for_a_message_like_the_one_before() {
        let mut incoming = Incoming::default();
        incoming.grow();
        incoming.bytes.extend_from_slice(&[7; 5000]);
        assert_eq!(incoming.take(5000).len(), 5000);
        incoming.grow();
        assert!(incoming.bytes.capacity() > 5000);
        // and so where a part of it is there, and never for more than is kept
        incoming.bytes.extend_from_slice(&[7; 1000]);
        incoming.grow();
        assert!(incoming.bytes.capacity() > 5000);
        incoming.bytes.resize(3 * KEPT, 7);
        incoming.grow();
        drop(incoming.take(3 * KEPT));
        incoming.shrink();
        incoming.grow();
        assert!(incoming.bytes.capacity() <= KEPT);
    }

    #[test]
    fn the_room_of_a_large_message_is_given_back_though_something_is_left_behind_it() {
        let mut incoming = Incoming::default();
        while incoming.bytes.len() < 3 * KEPT || incoming.bytes.capacity() - incoming.bytes.len() > KEPT / 2 {
            incoming.grow();
            incoming.bytes.extend_from_slice(&[7; FEW / 2]);
        }
        let tail = incoming.bytes.len() - 10;
        drop(incoming.bytes.split_to(tail));
        // however little room there is in it, it is the tail of the whole
        assert!(incoming.bytes.capacity() < KEPT);
        let before = incoming.bytes.as_ptr();
        incoming.shrink();
        assert_ne!(incoming.bytes.as_ptr(), before);
        assert_eq!((&incoming.bytes[..], incoming.bytes.capacity()), (&[7; 10][..], 10));
        // what was small stays where it is
        incoming.grow();
        let before = incoming.bytes.as_ptr();
        incoming.shrink();
        assert_eq!(incoming.bytes.as_ptr(), before);
    }
}
