//! A connection that has become a WebSocket: each binary message is one of Thrift.

use std::{future::poll_fn, pin::pin, task::Poll};

use bytes::{Buf as _, Bytes, BytesMut};
use koa_runtime::{Error, Result, Status};
use sockudo_ws::{
    OpCode,
    frame::{Frame, FrameParser, encode_frame_with_rsv},
    handshake::{generate_key, parse_response, validate_accept_key},
    mask::generate_mask,
};
use tokio::io::AsyncWriteExt as _;

use super::{
    failure::{Failed, answered, because, broken, ended, nonsense},
    link::Stream,
    raw::write,
    target::Target,
};
use crate::{Message, ProtocolError, Settings, incoming::Incoming};

/// How many bytes a ping may have (RFC 6455 §5.5), and more than a close has.
const FEW: usize = 125;

pub(super) struct WebSocket {
    stream: Stream,
    /// Read, and not understood yet.
    incoming: Incoming,
    /// What goes out with the next call: answers to pings that came in between.
    output: BytesMut,
}

impl WebSocket {
    /// Shakes hands (RFC 6455 §4.1).
    pub(super) async fn open(mut stream: Stream, target: &Target) -> Result<Self> {
        let key = generate_key();
        stream.write_all(&asked(target, &key)).await.map_err(broken)?;
        stream.flush().await.map_err(broken)?;
        let mut incoming = Incoming::default();
        let head = loop {
            if !incoming.more(&mut stream).await.map_err(|error| error.with_status(502))? {
                return Err(ended());
            }
            // which refuses more than some kilobytes
            match parse_response(&incoming.bytes) {
                Ok(None) => {}
                Ok(Some((reply, head))) => {
                    let is_meant = reply.accept.is_some_and(|accept| validate_accept_key(&key, accept));
                    if !is_meant || reply.extensions.is_some() || reply.protocol.is_some() {
                        return Err(because("the handshake is that of another WebSocket"));
                    }
                    break head;
                }
                Err(error) => return Err(refused(&incoming.bytes).unwrap_or_else(|| broken(error))),
            }
        };
        incoming.bytes.advance(head);
        Ok(Self { stream, incoming, output: BytesMut::new() })
    }

    pub(super) async fn ask(
        &mut self,
        message: &[u8],
        is_one_way: bool,
        settings: &Settings,
    ) -> Result<Option<Message>, Failed> {
        let mut output = std::mem::take(&mut self.output);
        encode(&mut output, OpCode::Binary, message);
        write(&mut self.stream, &output).await?;
        if is_one_way {
            return Ok(None);
        }
        let reply = self.read(settings.message).await?;
        Message::decode(reply).map(Some).map_err(|error| Failed::behind(nonsense(error)))
    }

    async fn read(&mut self, most: usize) -> Result<Bytes, Failed> {
        let mut parser = FrameParser::new(most.max(FEW), false);
        let mut parts: Option<BytesMut> = None;
        loop {
            let Frame { header, payload } = self.frame(&mut parser, parts.is_some(), most).await?;
            match (header.opcode, &mut parts) {
                (OpCode::Ping, _) => self.say(OpCode::Pong, &payload).await?,
                (OpCode::Pong, _) => {}
                (OpCode::Close, _) => {
                    self.say(OpCode::Close, code(&payload)).await?;
                    return Err(Failed::meanwhile(because("the server has closed the WebSocket")));
                }
                (OpCode::Binary, None) if header.fin => {
                    return if payload.len() > most { Err(too_large(most)) } else { Ok(payload) };
                }
                (OpCode::Binary, None) => parts = Some(BytesMut::from(&payload[..])),
                (OpCode::Continuation, Some(gathered)) => {
                    if payload.len() > most.saturating_sub(gathered.len()) {
                        return Err(too_large(most));
                    }
                    gathered.extend_from_slice(&payload);
                    if header.fin {
                        return Ok(parts.unwrap_or_default().freeze());
                    }
                }
                _ => return Err(Failed::behind(because("this is no reply"))),
            }
        }
    }

    /// The next frame. `has_begun`: a part of the reply has come before it.
    async fn frame(&mut self, parser: &mut FrameParser, has_begun: bool, most: usize) -> Result<Frame, Failed> {
        loop {
            match parser.parse(&mut self.incoming.bytes) {
                Ok(Some(frame)) => return Ok(frame),
                Ok(None) => {}
                Err(sockudo_ws::Error::FrameTooLarge) => return Err(too_large(most)),
                Err(error) => return Err(Failed::behind(broken(error))),
            }
            let is_under_way = parser.pending_payload().is_some_and(|pending| pending.opcode.is_data());
            let error = match self.incoming.more(&mut self.stream).await {
                Ok(true) => continue,
                Ok(false) => ended(),
                Err(error) => error,
            };
            return Err(Failed::reading(error, has_begun || is_under_way));
        }
    }

    /// Answers a control frame with one (RFC 6455 §5.5).
    async fn say(&mut self, opcode: OpCode, payload: &[u8]) -> Result<(), Failed> {
        let mut said = BytesMut::new();
        encode(&mut said, opcode, payload);
        write(&mut self.stream, &said).await.map_err(|failed| Failed::meanwhile(failed.error))
    }

    /// Whether the server has neither closed it nor said anything unasked but to ask whether somebody is there. See `Raw::is_quiet`.
    pub(super) async fn is_ready(&mut self) -> bool {
        self.incoming.shrink();
        loop {
            match self.incoming.more_at_once(&mut self.stream).await {
                None => break,
                Some(Ok(true)) if self.incoming.bytes.len() <= 16 * FEW => {}
                Some(_) => return false,
            }
        }
        let mut parser = FrameParser::new(FEW, false);
        while !self.incoming.is_empty() {
            match parser.parse(&mut self.incoming.bytes) {
                Ok(Some(frame)) if frame.header.opcode == OpCode::Ping => {
                    encode(&mut self.output, OpCode::Pong, &frame.payload);
                }
                Ok(Some(frame)) if frame.header.opcode == OpCode::Pong => {}
                Ok(Some(frame)) if frame.header.opcode == OpCode::Close => {
                    // nobody waits until there is room for that
                    let mut said = pin!(self.say(OpCode::Close, code(&frame.payload)));
                    poll_fn(|task| Poll::Ready(said.as_mut().poll(task).is_ready())).await;
                    return false;
                }
                _ => return false,
            }
        }
        true
    }
}

fn too_large(most: usize) -> Failed {
    Failed::behind(nonsense(ProtocolError::TooLarge(most)))
}

/// What is said first.
fn asked(target: &Target, key: &str) -> Vec<u8> {
    let mut asked = format!("GET {} HTTP/1.1\r\nHost: ", target.path).into_bytes();
    asked.extend(target.host.as_bytes());
    for (name, value) in &target.headers {
        asked.extend([b"\r\n", name.as_str().as_bytes(), b": ", value.as_bytes()].concat());
    }
    let rest = "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
    asked.extend([rest, key, "\r\n\r\n"].concat().bytes());
    asked
}

/// Why there is no handshake, if a status says so.
fn refused(said: &[u8]) -> Option<Error> {
    let status = said.strip_prefix(b"HTTP/1.").and_then(|said| said.get(2..5))?;
    let status = Status::from_bytes(status).ok().filter(|status| *status != Status::SWITCHING_PROTOCOLS)?;
    Some(answered(status))
}

/// The number of a close, which is answered with the same (RFC 6455 §5.5.1).
fn code(payload: &[u8]) -> &[u8] {
    payload.get(..2).unwrap_or_default()
}

/// A frame as a client's are: masked, with something nobody can foresee (RFC 6455 §5.3).
fn encode(output: &mut BytesMut, opcode: OpCode, payload: &[u8]) {
    encode_frame_with_rsv(output, opcode, payload, true, Some(generate_mask()), false);
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};

    use super::{super::failure::Reached, *};

    fn open() -> (WebSocket, DuplexStream) {
        let (ours, theirs) = duplex(1 << 20);
        (WebSocket { stream: Box::new(ours), incoming: Incoming::default(), output: BytesMut::new() }, theirs)
    }

    fn frame(opcode: OpCode, payload: &[u8], is_last: bool) -> BytesMut {
        let mut frame = BytesMut::new();
        encode_frame_with_rsv(&mut frame, opcode, payload, is_last, None, false);
        frame
    }

    #[tokio::test]
    async fn a_reply_may_come_in_pieces_with_a_ping_in_between() {
        let (mut socket, mut server) = open();
        for bytes in [
            frame(OpCode::Binary, &[1; 200], false),
            frame(OpCode::Ping, b"there?", true),
            frame(OpCode::Continuation, &[2; 300], false),
            frame(OpCode::Continuation, &[3; 500], true),
        ] {
            server.write_all(&bytes).await.unwrap();
        }
        let read = socket.read(1000).await.map_err(|failed| failed.error).unwrap();
        assert_eq!(read, [&[1; 200][..], &[2; 300], &[3; 500]].concat());
        // masked, so longer than what came by four
        let mut pong = [0; 12];
        server.read_exact(&mut pong).await.unwrap();
        assert_eq!(pong[..2], [0x8a, 0x86]);
        assert!(socket.is_ready().await);
    }

    #[tokio::test]
    async fn no_more_is_gathered_than_is_allowed() {
        for pieces in [&[1001][..], &[500, 501], &[1000, 1]] {
            let (mut socket, mut server) = open();
            for (at, size) in pieces.iter().enumerate() {
                let opcode = if at == 0 { OpCode::Binary } else { OpCode::Continuation };
                server.write_all(&frame(opcode, &vec![7; *size], at + 1 == pieces.len())).await.unwrap();
            }
            let error = socket.read(1000).await.map_err(|failed| failed.error).unwrap_err();
            assert_eq!(error.downcast_ref(), Some(&ProtocolError::TooLarge(1000)), "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn what_is_said_unasked_is_told_from_pings() {
        let (mut socket, mut server) = open();
        server.write_all(&frame(OpCode::Ping, b"", true)).await.unwrap();
        assert!(socket.is_ready().await);
        assert!(!socket.output.is_empty());
        for said in [
            frame(OpCode::Binary, b"reply", true),
            frame(OpCode::Close, b"", true),
            frame(OpCode::Ping, b"there?", true).split_to(3),
        ] {
            let (mut socket, mut server) = open();
            server.write_all(&said).await.unwrap();
            assert!(!socket.is_ready().await, "{said:?}");
        }
        drop(server);
        assert!(!socket.is_ready().await);
    }
    #[tokio::test]
    async fn a_connection_that_waits_keeps_no_large_reply() {
        let (mut socket, mut server) = open();
        server.write_all(&frame(OpCode::Binary, &vec![7; 500_000], true)).await.unwrap();
        let reply = socket.read(1 << 20).await.map_err(|failed| failed.error).unwrap();
        assert!(socket.is_ready().await);
        assert!(socket.incoming.bytes.capacity() < 10_000);
        // what is left of the memory would begin there
        assert_ne!(socket.incoming.bytes.as_ptr(), reply.as_ptr_range().end);
    }

    #[tokio::test]
    async fn a_reply_that_has_begun_is_not_one_that_has_not() {
        let (whole, part) = (frame(OpCode::Binary, &[7; 500], true), frame(OpCode::Binary, &[7; 500], false));
        let ping = frame(OpCode::Ping, b"there?", true);
        for (said, reached) in [
            (&whole[..300], Reached::Answered),
            (&part[..], Reached::Answered),
            (&[&part[..], &ping].concat()[..], Reached::Answered),
            (b"", Reached::Unknown),
            (&ping[..], Reached::Unknown),
            (&ping[..5], Reached::Unknown),
        ] {
            let (mut socket, mut server) = open();
            server.write_all(said).await.unwrap();
            server.shutdown().await.unwrap();
            let failed = socket.read(1000).await.map(drop).map_err(|failed| failed.reached);
            assert_eq!(failed, Err(reached), "{said:?}");
        }
    }

    #[tokio::test]
    async fn a_goodbye_is_answered_with_its_code() {
        for is_waited_for in [true, false] {
            for (said, code) in [(&b"\x03\xe9the end"[..], &b"\x03\xe9"[..]), (b"", b"")] {
                let (mut socket, mut server) = open();
                server.write_all(&frame(OpCode::Close, said, true)).await.unwrap();
                if is_waited_for {
                    assert!(socket.read(1000).await.is_err());
                } else {
                    assert!(!socket.is_ready().await);
                }
                drop(socket);
                let mut heard = BytesMut::new();
                while server.read_buf(&mut heard).await.unwrap() > 0 {}
                let frame = FrameParser::new(FEW, true).parse(&mut heard).unwrap().unwrap();
                assert_eq!((frame.header.opcode, &frame.payload[..], heard.len()), (OpCode::Close, code, 0));
            }
        }
    }
}
