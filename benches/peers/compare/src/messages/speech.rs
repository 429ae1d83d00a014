//! What is said, and what is to be replied: byte for byte, so that a load need not look at it.

use crate::cases::AT_ONCE;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    WebSocket,
    Thrift,
}

/// What is asked of a server, in one column of a table.
#[derive(Clone, Copy)]
pub struct Speech {
    pub protocol: Protocol,
    /// Bytes of the text that is sent.
    size: usize,
    /// So many messages are sent before a reply is waited for.
    pub at_once: usize,
}

/// What a client of WebSocket says first. The key, and what becomes of it, are those of RFC 6455.
pub const GREETING: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
pub const ACCEPTED: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A client masks what it sends. One that has nothing to fear may do so in the same way each time.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

impl Speech {
    /// Small and large, each waiting for its reply and many at once.
    pub const fn of(protocol: Protocol) -> [Self; 4] {
        let [small, large] = [Self { protocol, size: 64, at_once: 1 }, Self { protocol, size: 4096, at_once: 1 }];
        [small, small.at_once(), large, large.at_once()]
    }

    const fn at_once(self) -> Self {
        Self { at_once: AT_ONCE, ..self }
    }

    pub fn label(self) -> String {
        let size = if self.size < 1024 { format!("{} B", self.size) } else { format!("{} KiB", self.size / 1024) };
        if self.at_once > 1 { format!("{size}, {} at once", self.at_once) } else { size }
    }

    /// As it goes over the wire, once.
    pub fn message(self) -> Vec<u8> {
        let text = self.text();
        match self.protocol {
            Protocol::Thrift => thrift(1, 1, &text),
            Protocol::WebSocket => {
                let mut frame = frame(0x80, self.size);
                frame.extend(MASK);
                frame.extend(text.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
                frame
            }
        }
    }

    pub fn reply(self) -> Vec<u8> {
        let text = self.text();
        match self.protocol {
            Protocol::Thrift => thrift(2, 0, &text),
            Protocol::WebSocket => [frame(0, self.size), text].concat(),
        }
    }

    fn text(self) -> Vec<u8> {
        (b'a'..=b'z').cycle().take(self.size).collect()
    }
}

/// The head of a frame with a whole text.
fn frame(masked: u8, size: usize) -> Vec<u8> {
    let [.., high, low] = size.to_be_bytes();
    if size < 126 { vec![0x81, masked | low] } else { vec![0x81, masked | 126, high, low] }
}

/// A framed message of the binary protocol: a call (1) of `echo`, or its reply (2), with the struct in the field of this id.
fn thrift(kind: u8, id: u8, text: &[u8]) -> Vec<u8> {
    let mut message = vec![0x80, 1, 0, kind];
    let size = |bytes: &[u8]| (bytes.len() as u32).to_be_bytes();
    message.extend(size(b"echo"));
    message.extend(b"echo");
    // which one it is
    message.extend(7_i32.to_be_bytes());
    // a struct
    message.extend([12, 0, id]);
    // a string
    message.extend([11, 0, 1]);
    message.extend(size(text));
    message.extend(text);
    // an i64
    message.extend([10, 0, 2]);
    message.extend(1_234_567_890_123_i64.to_be_bytes());
    // the ends of both structs
    message.extend([0, 0]);
    [&size(&message)[..], &message].concat()
}
