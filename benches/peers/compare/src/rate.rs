//! Requests that leave when they are due, whether or not those before them have been answered.
//!
//! Nothing packaged does: wrk and hey wait for a reply before they ask again, `h2load --rps` counts from when it has sent, and `oha`'s
//! hundred crates cost more than the servers. This one spins on a core of its own, so that a request leaves within microseconds, and
//! counts from when it was due: a server that stalls is charged for all that wait.

use std::{
    collections::VecDeque,
    io::{ErrorKind, Read as _, Write as _},
    net::SocketAddr,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, net::TcpStream};

use crate::Result;

/// How long after the last one is due replies are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

struct Line {
    stream: TcpStream,
    /// When what it waits for was due.
    due: Instant,
    /// Bytes of the reply that have not come yet.
    left: usize,
}

pub struct Rate<'a> {
    pub address: SocketAddr,
    pub connections: usize,
    /// Requests a second, evenly.
    pub rate: f64,
    pub time: Duration,
    pub request: &'a [u8],
    /// How long each reply is.
    pub reply: usize,
}

impl Rate<'_> {
    /// How long each request took, the shortest first.
    pub fn run(&self) -> Result<Vec<Duration>> {
        let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(self.connections));
        let mut lines = Vec::new();
        for token in 0..self.connections {
            let stream = std::net::TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(token), Interest::READABLE)?;
            lines.push(Line { stream, due: Instant::now(), left: 0 });
        }
        let mut free: VecDeque<usize> = (0..lines.len()).collect();
        let requests = (self.rate * self.time.as_secs_f64()) as usize;
        let (start, mut sent, mut took) = (Instant::now(), 0, Vec::with_capacity(requests));
        while took.len() < requests {
            let now = Instant::now();
            while sent < requests
                && let due = start + Duration::from_secs_f64(sent as f64 / self.rate)
                && due <= now
                && let Some(line) = free.pop_front()
            {
                lines[line].ask(self.request, self.reply, due)?;
                sent += 1;
            }
            if now > start + self.time + PATIENCE {
                return Err(format!("{} of {requests} requests were not answered", requests - took.len()).into());
            }
            poll.poll(&mut events, Some(Duration::ZERO))?;
            for event in &events {
                let Token(token) = event.token();
                if lines[token].has_answered()? {
                    took.push(lines[token].due.elapsed());
                    free.push_back(token);
                }
            }
        }
        took.sort_unstable();
        Ok(took)
    }
}

impl Line {
    fn ask(&mut self, request: &[u8], reply: usize, due: Instant) -> Result {
        (self.due, self.left) = (due, reply);
        // it is short, and nothing is on its way
        self.stream.write_all(request)?;
        Ok(())
    }

    /// Whether the reply is here whole.
    fn has_answered(&mut self) -> Result<bool> {
        let mut bytes = [0; 4096];
        loop {
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err("it has closed a connection".into()),
                Ok(read) if read > self.left => return Err("it has sent more than a reply".into()),
                Ok(read) => self.left -= read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            if self.left == 0 {
                return Ok(true);
            }
        }
    }
}

/// The time that all but so small a part of them were shorter than, in microseconds.
pub fn percentile(sorted: &[Duration], part: f64) -> f64 {
    let at = ((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len()) - 1;
    sorted[at].as_secs_f64() * 1e6
}
