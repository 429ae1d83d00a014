//! One connection that asks and reads whole replies: to see that a server answers right, and to leave it idle.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use crate::{
    Result,
    cases::{AT_ONCE, Case},
};

pub struct Asking {
    stream: TcpStream,
    /// Read, but of the next reply.
    rest: Vec<u8>,
}

pub struct Reply {
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    /// Bytes on the wire.
    pub fn length(&self) -> usize {
        self.head.len() + self.body.len()
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Asking {
    pub fn of(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.set_write_timeout(Some(Duration::from_secs(5)))?;
        Ok(Self { stream, rest: Vec::new() })
    }

    pub fn ask(&mut self, request: &[u8]) -> Result<Reply> {
        self.stream.write_all(request)?;
        self.read()
    }

    fn read(&mut self) -> Result<Reply> {
        let end = loop {
            match self.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.more()?,
            }
        };
        let head = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest.drain(..end);
        let mut reply = Reply { head, body: Vec::new() };
        let length: usize = reply.field("content-length").ok_or("no Content-Length")?.parse()?;
        while self.rest.len() < length {
            self.more()?;
        }
        reply.body = self.rest.drain(..length).collect();
        Ok(reply)
    }

    fn more(&mut self) -> Result {
        let mut bytes = [0; 64 * 1024];
        let read = self.stream.read(&mut bytes)?;
        self.rest.extend_from_slice(&bytes[..read]);
        if read == 0 { Err("it has closed the connection".into()) } else { Ok(()) }
    }

    /// Whether the server has left it open.
    pub fn is_open(&mut self) -> Result<bool> {
        self.stream.set_nonblocking(true)?;
        let read = self.stream.read(&mut [0]);
        self.stream.set_nonblocking(false)?;
        Ok(read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock))
    }

    /// Asks for it twice, or so many times at once, and says what was wrong; else how long each reply is.
    pub fn check(&mut self, case: Case) -> Result<usize> {
        let request = case.request();
        let (at_once, turns) = if case.is_pipelined { (AT_ONCE, 1) } else { (1, 2) };
        let mut length = None;
        for _ in 0..turns {
            self.stream.write_all(&request.repeat(at_once))?;
            for _ in 0..at_once {
                let reply = self.read()?;
                is_right(&reply, case)?;
                if *length.get_or_insert(reply.length()) != reply.length() {
                    return Err("its replies are not equally long".into());
                }
            }
        }
        length.ok_or_else(|| "nothing was asked".into())
    }
}

fn is_right(reply: &Reply, case: Case) -> Result {
    let (content_type, body) = case.reply();
    let said = reply.field("content-type").unwrap_or_default();
    if !reply.head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("{}: {}", case.path, reply.head.lines().next().unwrap_or_default()).into());
    }
    if !said.starts_with(content_type) {
        return Err(format!("{}: it is {said}", case.path).into());
    }
    if reply.body != body {
        return Err(format!("{}: another body of {} bytes", case.path, reply.body.len()).into());
    }
    Ok(())
}
