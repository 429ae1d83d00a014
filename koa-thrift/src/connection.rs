//! What is said on a connection: framed or not, in either encoding, as its client begins each message.

use bytes::{BufMut as _, Bytes, BytesMut};
use koa_runtime::{Connection, Result, Socket};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::{Call, Kind, Message, ProtocolError, Settings, cursor::Cursor, message::Head, scan::Scan};

/// How little room to read into is too little; and from how many bytes on a reply is not copied behind its head.
const FEW: usize = 2 << 10;

/// How much of a buffer a connection keeps that has nothing to say.
const KEPT: usize = 64 << 10;

pub(crate) async fn serve(connection: &mut Connection<Call>) -> Result {
    let (socket, requests) = connection.split();
    let mut buffer = BytesMut::new();
    while let Some((message, is_framed)) = next(socket, &mut buffer, requests.settings()).await? {
        // nobody knows where the next one begins
        let is_last = message.broken.is_some();
        if let Some(reply) = requests.answer(message).await {
            write(socket, &reply, is_framed).await?;
        }
        if is_last {
            break;
        }
        if buffer.is_empty() && buffer.capacity() > KEPT {
            buffer = BytesMut::new();
        }
    }
    Ok(())
}

/// The next message, and whether it is framed. `None` once the client has closed the connection.
async fn next(socket: &mut Socket, buffer: &mut BytesMut, settings: &Settings) -> Result<Option<(Message, bool)>> {
    while buffer.is_empty() {
        if !more(socket, buffer).await? {
            return Ok(None);
        }
    }
    // the length of a frame has no such byte in front: it would be negative
    match buffer[0] {
        0x80 | 0x82 => Ok(Some((unframed(socket, buffer, settings).await?, false))),
        _ => Ok(Some((Message::decode(frame(socket, buffer, settings).await?)?, true))),
    }
}

async fn frame(socket: &mut Socket, buffer: &mut BytesMut, settings: &Settings) -> Result<Bytes> {
    let size = loop {
        if let Some(size) = buffer.first_chunk() {
            break u32::from_be_bytes(*size) as usize;
        }
        all(more(socket, buffer).await?)?;
    };
    if size > settings.message {
        return Err(ProtocolError::TooLarge(settings.message).into());
    }
    while buffer.len() < 4 + size {
        all(more(socket, buffer).await?)?;
    }
    Ok(buffer.split_to(4 + size).freeze().slice(4..))
}

/// A message that says nowhere how long it is.
async fn unframed(socket: &mut Socket, buffer: &mut BytesMut, settings: &Settings) -> Result<Message> {
    let most = settings.message;
    let (head, mut at) = loop {
        let mut cursor = Cursor { bytes: buffer, at: 0, most };
        if let Some(head) = Head::read(&mut cursor)? {
            break (head, cursor.at);
        }
        short(buffer, most)?;
        all(more(socket, buffer).await?)?;
    };
    let body = at;
    let mut scan = Scan::new(head.encoding, Kind::Struct, settings.depth);
    loop {
        match scan.go_on(buffer, &mut at, most) {
            Ok(true) => return Ok(head.with(buffer.split_to(at).freeze().slice(body..), None)),
            Ok(false) => {}
            // what has no room in the largest message
            Err(ProtocolError::Truncated) => return Ok(head.with(Bytes::new(), Some(ProtocolError::TooLarge(most)))),
            Err(broken) => return Ok(head.with(Bytes::new(), Some(broken))),
        }
        if let Err(broken) = short(buffer, most) {
            return Ok(head.with(Bytes::new(), Some(broken)));
        }
        all(more(socket, buffer).await?)?;
    }
}

/// Reads what has come, and takes room for as much again as there is: never for what a client only says that it will send. Whether
/// there was anything.
async fn more(socket: &mut Socket, buffer: &mut BytesMut) -> Result<bool> {
    if buffer.capacity() - buffer.len() < FEW / 2 {
        buffer.reserve(buffer.len().max(FEW));
    }
    Ok(socket.read_buf(buffer).await? > 0)
}

fn all(is_more: bool) -> Result<(), ProtocolError> {
    if is_more { Ok(()) } else { Err(ProtocolError::Truncated) }
}

fn short(buffer: &BytesMut, most: usize) -> Result<(), ProtocolError> {
    if buffer.len() < most { Ok(()) } else { Err(ProtocolError::TooLarge(most)) }
}

async fn write(socket: &mut Socket, reply: &Message, is_framed: bool) -> Result {
    let reply = reply.encode()?;
    if is_framed {
        // its length fits: no longer message can be made
        let size = u32::try_from(reply.len()).map_err(|_| ProtocolError::TooLarge(reply.len()))?;
        if reply.len() > FEW {
            socket.write_all(&size.to_be_bytes()).await?;
        } else {
            let mut framed = BytesMut::with_capacity(4 + reply.len());
            framed.put_u32(size);
            framed.put_slice(&reply);
            socket.write_all(&framed).await?;
            return Ok(socket.flush().await?);
        }
    }
    socket.write_all(&reply).await?;
    Ok(socket.flush().await?)
}
