//! What is said on a connection: framed or not, in either encoding, as its client begins each message.

use bytes::{Bytes, BytesMut};
use koa_runtime::{Connection, Result, Socket};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Call, Kind, Message, ProtocolError, Settings, cursor::Cursor, message::Head, scan::Scan};

/// How much room there is to read into at first: less than half of it is too little.
const FEW: usize = 2 << 10;

/// How much of a buffer a connection keeps that has nothing to say.
const KEPT: usize = 64 << 10;

/// What has come and is not read yet.
#[derive(Default)]
struct Buffer {
    bytes: BytesMut,
    /// How much room there has been: what is left of the bytes may be the small tail of a large piece, which it keeps.
    grown: usize,
}

impl Buffer {
    /// Takes room for as much again as there is, if there is little.
    fn grow(&mut self) {
        if self.bytes.capacity() - self.bytes.len() < FEW / 2 {
            self.bytes.reserve(self.bytes.len().max(FEW));
        }
        self.grown = self.grown.max(self.bytes.capacity());
    }

    /// Gives back the room that a large message has taken.
    fn shrink(&mut self) {
        if self.grown > KEPT && self.bytes.len() <= KEPT / 2 {
            self.bytes = BytesMut::from(&self.bytes[..]);
            self.grown = self.bytes.capacity();
        }
    }
}

pub(crate) async fn serve(connection: &mut Connection<Call>) -> Result {
    let (socket, requests) = connection.split();
    let mut buffer = Buffer::default();
    loop {
        if !buffer.bytes.is_empty() {
            // a part of the next one came with the one before
            requests.begins();
        }
        let Some((message, is_framed)) = next(socket, &mut buffer, requests.settings()).await? else { break };
        // nobody knows where the next one begins
        let is_last = message.broken.is_some();
        if let Some(reply) = requests.answer(message).await {
            write(socket, &reply, is_framed).await?;
        }
        if is_last {
            break;
        }
        buffer.shrink();
        // of messages that have come together and are not replied to, none waits for anything
        tokio::task::coop::consume_budget().await;
    }
    Ok(())
}

/// The next message, and whether it is framed. `None` once the client has closed the connection.
async fn next(socket: &mut Socket, buffer: &mut Buffer, settings: &Settings) -> Result<Option<(Message, bool)>> {
    while buffer.bytes.is_empty() {
        if !more(socket, buffer).await? {
            return Ok(None);
        }
    }
    // the length of a frame has no such byte in front: it would be negative
    match buffer.bytes[0] {
        0x80 | 0x82 => Ok(Some((unframed(socket, buffer, settings).await?, false))),
        _ => Ok(Some((Message::decode(frame(socket, buffer, settings).await?)?, true))),
    }
}

async fn frame(socket: &mut Socket, buffer: &mut Buffer, settings: &Settings) -> Result<Bytes> {
    let size = loop {
        if let Some(size) = buffer.bytes.first_chunk() {
            break u32::from_be_bytes(*size) as usize;
        }
        all(more(socket, buffer).await?)?;
    };
    if size > settings.message {
        return Err(ProtocolError::TooLarge(settings.message).into());
    }
    while buffer.bytes.len() < 4 + size {
        all(more(socket, buffer).await?)?;
    }
    Ok(buffer.bytes.split_to(4 + size).freeze().slice(4..))
}

/// A message that says nowhere how long it is.
async fn unframed(socket: &mut Socket, buffer: &mut Buffer, settings: &Settings) -> Result<Message> {
    let most = settings.message;
    let (head, mut at) = loop {
        let mut cursor = Cursor { bytes: &buffer.bytes, at: 0, most };
        if let Some(head) = Head::read(&mut cursor)? {
            break (head, cursor.at);
        }
        short(&buffer.bytes, most)?;
        all(more(socket, buffer).await?)?;
    };
    let body = at;
    let mut scan = Scan::new(head.encoding, Kind::Struct, settings.depth);
    loop {
        match scan.go_on(&buffer.bytes, &mut at, most) {
            Ok(true) => return Ok(head.with(buffer.bytes.split_to(at).freeze().slice(body..), None)),
            Ok(false) => {}
            // what has no room in the largest message
            Err(ProtocolError::Truncated) => return Ok(head.with(Bytes::new(), Some(ProtocolError::TooLarge(most)))),
            Err(broken) => return Ok(head.with(Bytes::new(), Some(broken))),
        }
        if let Err(broken) = short(&buffer.bytes, most) {
            return Ok(head.with(Bytes::new(), Some(broken)));
        }
        all(more(socket, buffer).await?)?;
    }
}

/// Reads what has come, and takes room for as much again as there is: never for what a client only says that it will send. Whether
/// there was anything.
async fn more(socket: &mut Socket, buffer: &mut Buffer) -> Result<bool> {
    buffer.grow();
    Ok(socket.read_buf(&mut buffer.bytes).await? > 0)
}

fn all(is_more: bool) -> Result<(), ProtocolError> {
    if is_more { Ok(()) } else { Err(ProtocolError::Truncated) }
}

fn short(buffer: &BytesMut, most: usize) -> Result<(), ProtocolError> {
    if buffer.len() < most { Ok(()) } else { Err(ProtocolError::TooLarge(most)) }
}

async fn write(socket: &mut Socket, reply: &Message, is_framed: bool) -> Result {
    let reply = if is_framed { reply.framed()? } else { reply.encode()? };
    socket.write_all(&reply).await?;
    Ok(socket.flush().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_of_a_large_message_is_given_back_though_something_is_left_behind_it() {
        let mut buffer = Buffer::default();
        while buffer.bytes.len() < 3 * KEPT || buffer.bytes.capacity() - buffer.bytes.len() > KEPT / 2 {
            buffer.grow();
            buffer.bytes.extend_from_slice(&[7; FEW / 2]);
        }
        let tail = buffer.bytes.len() - 10;
        drop(buffer.bytes.split_to(tail));
        // however little room there is in it, it is the tail of the whole
        assert!(buffer.bytes.capacity() < KEPT);
        let before = buffer.bytes.as_ptr();
        buffer.shrink();
        assert_ne!(buffer.bytes.as_ptr(), before);
        assert_eq!((&buffer.bytes[..], buffer.bytes.capacity()), (&[7; 10][..], 10));
        // what was small stays where it is
        buffer.grow();
        let before = buffer.bytes.as_ptr();
        buffer.shrink();
        assert_eq!(buffer.bytes.as_ptr(), before);
    }
}
