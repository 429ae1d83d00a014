//! A connection that has become a WebSocket: each binary message is one of Thrift.

use std::{future::poll_fn, io, pin::pin, task::Poll};

use bytes::{Buf as _, Bytes, BytesMut};
use koa_runtime::Result;
use sockudo_ws::{
    OpCode,
    frame::{FrameParser, encode_frame_with_rsv},
    handshake::{generate_key, parse_response, validate_accept_key},
    mask::generate_mask,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    task::coop::unconstrained,
};

use super::{
    failure::{Failed, because, broken, nonsense},
    link::Stream,
    raw::write,
    target::Target,
};
use crate::{Message, ProtocolError, Settings};

/// How many bytes a ping may have (RFC 6455 §5.5), and more than a close has.
const FEW: usize = 125;

pub(super) struct WebSocket {
    stream: Stream,
    /// Read, and not understood yet.
    input: BytesMut,
    /// What goes out with the next call: answers to pings that came in between.
    output: BytesMut,
}

impl WebSocket {
    /// Shakes hands (RFC 6455 §4.1).
    pub(super) async fn open(mut stream: Stream, target: &Target) -> Result<Self> {
        let key = generate_key();
        let (path, host) = (&target.path, target.host.to_str().map_err(broken)?);
        let asked = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        );
        stream.write_all(asked.as_bytes()).await.map_err(broken)?;
        stream.flush().await.map_err(broken)?;
        let mut input = BytesMut::new();
        let head = loop {
            if stream.read_buf(&mut input).await.map_err(broken)? == 0 {
                return Err(broken(io::Error::from(io::ErrorKind::UnexpectedEof)));
            }
            // which refuses more than some kilobytes
            if let Some((reply, head)) = parse_response(&input).map_err(broken)? {
                let is_meant = reply.accept.is_some_and(|accept| validate_accept_key(&key, accept));
                if !is_meant || reply.extensions.is_some() || reply.protocol.is_some() {
                    return Err(because("the handshake is that of another WebSocket"));
                }
                break head;
            }
        };
        input.advance(head);
        Ok(Self { stream, input, output: BytesMut::new() })
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
        let too_large = || Failed::behind(nonsense(ProtocolError::TooLarge(most)));
        let mut parser = FrameParser::new(most.max(FEW), false);
        let mut parts: Option<BytesMut> = None;
        loop {
            let parsed = parser.parse(&mut self.input).map_err(|error| match error {
                sockudo_ws::Error::FrameTooLarge => too_large(),
                error => Failed::behind(broken(error)),
            })?;
            let Some(frame) = parsed else {
                let read =
                    self.stream.read_buf(&mut self.input).await.map_err(|error| Failed::meanwhile(broken(error)))?;
                if read == 0 {
                    return Err(Failed::meanwhile(broken(io::Error::from(io::ErrorKind::UnexpectedEof))));
                }
                continue;
            };
            let (is_last, payload) = (frame.header.fin, frame.payload);
            match (frame.header.opcode, &mut parts) {
                (OpCode::Ping, _) => {
                    let mut pong = BytesMut::new();
                    encode(&mut pong, OpCode::Pong, &payload);
                    write(&mut self.stream, &pong).await.map_err(|failed| Failed::meanwhile(failed.error))?;
                }
                (OpCode::Pong, _) => {}
                (OpCode::Close, _) => return Err(Failed::meanwhile(because("the server has closed the WebSocket"))),
                (OpCode::Binary, None) if is_last => {
                    return if payload.len() > most { Err(too_large()) } else { Ok(payload) };
                }
                (OpCode::Binary, None) => parts = Some(BytesMut::from(&payload[..])),
                (OpCode::Continuation, Some(gathered)) => {
                    if payload.len() > most.saturating_sub(gathered.len()) {
                        return Err(too_large());
                    }
                    gathered.extend_from_slice(&payload);
                    if is_last {
                        return Ok(parts.unwrap_or_default().freeze());
                    }
                }
                _ => return Err(Failed::behind(because("this is no reply"))),
            }
        }
    }

    /// Whether the server has neither closed it nor said anything unasked but to ask whether somebody is there. See `Raw::is_quiet`.
    pub(super) async fn is_ready(&mut self) -> bool {
        loop {
            let Self { stream, input, .. } = self;
            let looked = poll_fn(|task| match pin!(stream.read_buf(input)).poll(task) {
                Poll::Pending => Poll::Ready(None),
                Poll::Ready(read) => Poll::Ready(Some(read.is_ok_and(|read| read > 0))),
            });
            match unconstrained(looked).await {
                Some(true) if self.input.len() <= 16 * FEW => {}
                Some(_) => return false,
                None => break,
            }
        }
        let mut parser = FrameParser::new(FEW, false);
        while !self.input.is_empty() {
            match parser.parse(&mut self.input) {
                Ok(Some(frame)) if frame.header.opcode == OpCode::Ping => {
                    encode(&mut self.output, OpCode::Pong, &frame.payload);
                }
                Ok(Some(frame)) if frame.header.opcode == OpCode::Pong => {}
                _ => return false,
            }
        }
        true
    }
}

/// A frame as a client's are: masked, with something nobody can foresee (RFC 6455 §5.3).
fn encode(output: &mut BytesMut, opcode: OpCode, payload: &[u8]) {
    encode_frame_with_rsv(output, opcode, payload, true, Some(generate_mask()), false);
}

#[cfg(test)]
mod tests {
    use tokio::io::{DuplexStream, duplex};

    use super::*;

    fn open() -> (WebSocket, DuplexStream) {
        let (ours, theirs) = duplex(1 << 20);
        (WebSocket { stream: Box::new(ours), input: BytesMut::new(), output: BytesMut::new() }, theirs)
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
}
