//! A load that never waits longer than for its replies: many connections, each of which says so much at once, hears what is replied to
//! it, and says it again.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    thread::sleep,
    time::{Duration, Instant},
};

use mio::{Events, Interest, Poll, Token, net::TcpStream};

use super::{speech::Speech, talk::Talk};
use crate::{
    Result,
    process::Process,
    rounds::{Ask, Slice},
};

const CONNECTIONS: usize = 64;

/// How long replies are waited for when no more is said.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is said, for how long.
#[derive(Clone, Copy)]
pub struct Said {
    pub speech: Speech,
    pub time: Duration,
}

impl Ask for Said {
    fn label(&self) -> String {
        self.speech.label()
    }

    fn check(&self, process: &Process) -> Result {
        let mut talk = Talk::with(process.address, self.speech.protocol)?;
        talk.say(self.speech)?;
        talk.say(self.speech)
    }

    fn slice(&self, process: &Process) -> Result<Slice> {
        let mut load = Load::on(process, self.speech)?;
        let before = process.cpu()?;
        let (messages, took) = load.run(self.time)?;
        let spent = process.cpu()? - before;
        drop(load);
        // so that the end of these connections is not counted to whose turn is next
        sleep(Duration::from_millis(20));
        Ok(Slice { rate: messages / took, cpu: spent * 1e6 / messages })
    }
}

struct Line {
    stream: TcpStream,
    /// Bytes that are not said yet, and that have not been replied yet.
    unsaid: usize,
    unheard: usize,
}

struct Load {
    poll: Poll,
    lines: Vec<Line>,
    /// All that is said at once.
    said: Vec<u8>,
    /// The bytes of all that is replied to it.
    heard: usize,
    at_once: usize,
    /// What is read into.
    room: Vec<u8>,
}

impl Load {
    fn on(process: &Process, speech: Speech) -> Result<Self> {
        let poll = Poll::new()?;
        let mut lines = Vec::new();
        for token in 0..CONNECTIONS {
            let talk = Talk::with(process.address, speech.protocol)?;
            talk.stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(talk.stream);
            poll.registry().register(&mut stream, Token(token), Interest::READABLE | Interest::WRITABLE)?;
            lines.push(Line { stream, unsaid: 0, unheard: 0 });
        }
        let at_once = speech.at_once;
        let (said, heard) = (speech.message().repeat(at_once), speech.reply().len() * at_once);
        Ok(Self { poll, lines, said, heard, at_once, room: vec![0; 64 * 1024] })
    }

    /// How many messages were replied to, and in how many seconds.
    fn run(&mut self, time: Duration) -> Result<(f64, f64)> {
        let (mut events, start) = (Events::with_capacity(CONNECTIONS), Instant::now());
        let (mut done, mut waiting) = (0_usize, self.lines.len());
        for line in &mut self.lines {
            line.begin(&self.said, self.heard)?;
        }
        while waiting > 0 {
            if start.elapsed() > time + PATIENCE {
                return Err(format!("{waiting} connections wait for replies in vain").into());
            }
            self.poll.poll(&mut events, Some(PATIENCE))?;
            for event in &events {
                let Token(token) = event.token();
                let line = &mut self.lines[token];
                if !line.go_on(&self.said, &mut self.room)? {
                    continue;
                }
                done += self.at_once;
                if start.elapsed() < time {
                    line.begin(&self.said, self.heard)?;
                } else {
                    waiting -= 1;
                }
            }
        }
        Ok((done as f64, start.elapsed().as_secs_f64()))
    }
}

impl Line {
    fn begin(&mut self, said: &[u8], heard: usize) -> Result {
        (self.unsaid, self.unheard) = (said.len(), heard);
        self.say(said)
    }

    /// As much as there is room for.
    fn say(&mut self, said: &[u8]) -> Result {
        while self.unsaid > 0 {
            match self.stream.write(&said[said.len() - self.unsaid..]) {
                Ok(written) => self.unsaid -= written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether all that it has said is replied to now.
    fn go_on(&mut self, said: &[u8], room: &mut [u8]) -> Result<bool> {
        while self.unheard > 0 {
            self.say(said)?;
            match self.stream.read(room) {
                Ok(0) => return Err("it has closed a connection".into()),
                Ok(read) if read > self.unheard => return Err("it has replied more than was asked".into()),
                Ok(read) => self.unheard -= read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error.into()),
            }
            if self.unheard == 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
