//! A client of HTTP/1.1 that takes nothing for granted: every byte of a reply must be the one that is expected.
//!
//! By hand, and not hyper's, so that a mistake is not made on both sides alike.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A connection, and what has been read of it and not been looked at.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    read: Vec<u8>,
}

/// A reply, read whole.
#[derive(Debug)]
pub struct Reply {
    /// Such as 200.
    pub status: u16,
    /// Whether no more can be asked on this connection.
    pub closes: bool,
    /// Without what frames it.
    pub body: Vec<u8>,
}

impl From<TcpStream> for Client {
    fn from(stream: TcpStream) -> Self {
        Self { stream, read: Vec::new() }
    }
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Fails where the system does.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(stream.into())
    }

    /// Asks, and reads the reply: GET without a body, POST with one.
    ///
    /// # Errors
    ///
    /// Fails if the connection does, or if what comes is no reply.
    pub async fn ask(&mut self, body: Option<&[u8]>) -> io::Result<Reply> {
        let mut request = match body {
            None => b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec(),
            Some(body) => {
                format!("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n", body.len()).into_bytes()
            }
        };
        request.extend_from_slice(body.unwrap_or_default());
        self.stream.write_all(&request).await?;
        self.reply().await
    }

    /// Reads a reply.
    ///
    /// # Errors
    ///
    /// As [`ask`](Self::ask).
    pub async fn reply(&mut self) -> io::Result<Reply> {
        let head = self.until(b"\r\n\r\n").await?;
        let head = String::from_utf8(head).map_err(io::Error::other)?.to_ascii_lowercase();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("http/1.1 ")?.get(..3)?.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status: {head}")))?;
        let fields: Vec<(&str, &str)> =
            lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim())).collect();
        let field = |name: &str| fields.iter().find(|field| field.0 == name).map(|field| field.1);
        let closes = field("connection") == Some("close");
        let body = if field("transfer-encoding") == Some("chunked") {
            self.chunks().await?
        } else {
            let length = field("content-length").and_then(|length| length.parse().ok());
            self.exactly(length.ok_or_else(|| io::Error::other(format!("no length: {head}")))?).await?
        };
        Ok(Reply { status, closes, body })
    }

    async fn chunks(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = String::from_utf8(self.until(b"\r\n").await?).map_err(io::Error::other)?;
            let size = usize::from_str_radix(line.trim_end(), 16).map_err(io::Error::other)?;
            let mut chunk = self.exactly(size + 2).await?;
            if chunk.split_off(size) != b"\r\n" {
                return Err(io::Error::other("a chunk does not end where it says"));
            }
            if size == 0 {
                return Ok(body);
            }
            body.append(&mut chunk);
        }
    }

    /// What comes up to this mark, and the mark.
    async fn until(&mut self, mark: &[u8]) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|bytes| bytes == mark) {
                return Ok(self.read.drain(..at + mark.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn exactly(&mut self, length: usize) -> io::Result<Vec<u8>> {
        while self.read.len() < length {
            self.more().await?;
        }
        Ok(self.read.drain(..length).collect())
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.read).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

/// What nobody sends by chance: `length` bytes, others for each `seed`.
#[must_use]
pub fn pattern(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
