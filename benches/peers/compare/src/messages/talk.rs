//! One connection that says something and waits for the reply: to see that a server answers right, and to leave it idle.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use super::speech::{ACCEPTED, GREETING, Protocol, Speech};
use crate::{Result, idle, process::Process};

pub struct Talk {
    pub stream: TcpStream,
}

impl Talk {
    /// Connects, and greets where that is usual.
    pub fn with(address: SocketAddr, protocol: Protocol) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.set_write_timeout(Some(Duration::from_secs(10)))?;
        let mut talk = Self { stream };
        if protocol == Protocol::WebSocket {
            talk.greet()?;
        }
        Ok(talk)
    }

    fn greet(&mut self) -> Result {
        self.stream.write_all(GREETING)?;
        let (mut head, mut bytes) = (Vec::new(), [0; 1024]);
        // nothing follows the head, as nothing has been said
        while !head.ends_with(b"\r\n\r\n") {
            let read = self.stream.read(&mut bytes)?;
            if read == 0 {
                return Err("it has closed the connection".into());
            }
            head.extend_from_slice(&bytes[..read]);
        }
        let head = String::from_utf8_lossy(&head);
        if head.starts_with("HTTP/1.1 101 ") && head.contains(ACCEPTED) && !head.contains("permessage-deflate") {
            return Ok(());
        }
        Err(format!("it has not become a WebSocket: {}", head.lines().next().unwrap_or_default()).into())
    }

    /// Says it as many times as it is said at once, and hears all the replies.
    pub fn say(&mut self, speech: Speech) -> Result {
        self.stream.write_all(&speech.message().repeat(speech.at_once))?;
        let reply = speech.reply();
        let mut heard = vec![0; reply.len()];
        for _ in 0..speech.at_once {
            self.stream.read_exact(&mut heard)?;
            if heard != reply {
                return Err(format!("another reply: {:.100?}", String::from_utf8_lossy(&heard)).into());
            }
        }
        Ok(())
    }

    /// Whether the server has left it open. It may have asked whether somebody is there.
    fn is_open(&mut self) -> Result<bool> {
        self.stream.set_nonblocking(true)?;
        match self.stream.read(&mut [0; 64]) {
            Ok(read) => Ok(read > 0),
            Err(error) => Ok(error.kind() == ErrorKind::WouldBlock),
        }
    }
}

/// [`idle::resident`], of connections that have said something once.
pub fn resident(process: &Process, speech: Speech, counts: &[usize]) -> Result<Vec<f64>> {
    let open = || {
        let mut talk = Talk::with(process.address, speech.protocol)?;
        talk.say(speech)?;
        Ok(talk)
    };
    drop(open()?);
    idle::resident(process, counts, open, Talk::is_open)
}
