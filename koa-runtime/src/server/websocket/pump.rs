//! What reads and writes a WebSocket's connection, beside whatever its handler does: frames, pings, the closing handshake, and every
//! time limit.

mod due;

use std::{
    future::poll_fn,
    io,
    mem::MaybeUninit,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context as Task, Poll},
    time::Duration,
};

use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use self::due::Times;
use super::{
    framing::{Agreed, Breach, Frame, Reader, Writer},
    message::{Close, CloseCode, Text},
    options::Options,
    shared::{Broken, Line, Next, Shared, echo},
};
use crate::{
    Error, Result,
    server::{http::upgrade::Upgraded, life::LINGER, panic::caught},
};

/// How many bytes are read at a time.
const READ: usize = 16 << 10;
/// From how many bytes on that wait for the client to take them nothing more is read from it, nor taken from the queue.
const HIGH: usize = 64 << 10;
/// How long a handler has after its client's goodbye.
const MOMENT: Duration = Duration::from_secs(1);

/// Runs a handler and its connection, until both are done. What the handler fails with is told at once.
pub(super) async fn run<F>(pump: Pump<Upgraded>, handler: F, mut failed: impl FnMut(&Error))
where
    F: Future<Output = Result>,
{
    let (mut pump, mut handler) = (Some(pump), pin!(handler));
    let mut has_ended = false;
    poll_fn(|task| {
        go_on(&mut pump, task, !has_ended);
        if !has_ended {
            let polled = caught("the handler of a WebSocket", || handler.as_mut().poll(task));
            if let Poll::Ready(result) = polled.unwrap_or_else(|panicked| Poll::Ready(Err(panicked))) {
                if let Some(pump) = &mut pump {
                    pump.handler_ends(result.is_ok());
                }
                has_ended = true;
                if let Err(error) = result {
                    failed(&error);
                }
            }
            // what it has said goes out at once
            go_on(&mut pump, task, false);
        }
        if pump.is_none() && has_ended { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Closes the connection as soon as it is done with, however long its handler still takes.
fn go_on(pump: &mut Option<Pump<Upgraded>>, task: &mut Task<'_>, is_before: bool) {
    if pump.as_mut().is_some_and(|pump| pump.poll(task, is_before).is_ready())
        && let Some(Pump { stream, client: Client::TakesNothing, .. }) = pump.take()
    {
        stream.abandon();
    }
}

/// How far the end has come (RFC 6455 §7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Messages go both ways.
    Open,
    /// The server has said goodbye, and waits for the client's.
    Closing,
    /// All is said: it goes out, and the connection is closed.
    Leaving,
    /// It is closed for writing, and the client is heard out: closing it while it sends would lose it what it was told.
    Lingering,
    Done,
}

/// What is known of the client. Only while it talks is it read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    Talks,
    /// It has said goodbye.
    Closed,
    /// It has broken something, and is told so whatever its handler says.
    Broke,
    /// It has not taken what it was sent, and was left.
    TakesNothing,
}

pub(super) struct Pump<S> {
    stream: S,
    shared: Arc<Shared>,
    /// Dropped with this: what waits hears of it.
    _line: Line,
    reader: Reader,
    writer: Writer,
    /// Read, and not understood yet.
    input: BytesMut,
    /// To be written.
    output: BytesMut,
    is_flushed: bool,
    phase: Phase,
    /// Told that the server ends.
    drains: Pin<Box<dyn Future<Output = ()> + Send>>,
    is_draining: bool,
    /// What is said once the handler has ended, at the latest then.
    farewell: Option<(Close, Instant)>,
    handler_has_ended: bool,
    client: Client,
    /// How much of it is still listened to, at the end.
    to_linger: usize,
    times: Times,
    alarm: Pin<Box<Sleep>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Pump<S> {
    pub(super) fn new(
        stream: S,
        line: Line,
        options: &Options,
        agreed: Option<Agreed>,
        drains: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let heard = Instant::now();
        let times = Times::of(options, heard);
        Self {
            stream,
            shared: Arc::clone(&line.0),
            _line: line,
            reader: Reader::new(options, agreed.as_ref()),
            writer: Writer::new(agreed),
            input: BytesMut::new(),
            output: BytesMut::new(),
            is_flushed: true,
            phase: Phase::Open,
            drains: Box::pin(drains),
            is_draining: false,
            farewell: None,
            handler_has_ended: false,
            client: Client::Talks,
            to_linger: LINGER.1,
            alarm: Box::pin(sleep_until(heard + times.ping.unwrap_or(times.stall))),
            times,
        }
    }

    fn handler_ends(&mut self, is_well: bool) {
        self.handler_has_ended = true;
        if self.client == Client::Broke {
            return;
        }
        if !is_well {
            // it is no secret that it went wrong, but what
            self.shared.say_goodbye(Close::silent(CloseCode::ERROR));
        } else if self.farewell.is_none() {
            self.shared.say_goodbye(Close::silent(CloseCode::NORMAL));
        }
    }

    /// Goes as far as it can without waiting. Ready when the connection is closed. `is_before`: the handler is polled next, and then this
    /// once more.
    fn poll(&mut self, task: &mut Task<'_>, is_before: bool) -> Poll<()> {
        self.shared.hear(task, is_before);
        loop {
            self.look_at_the_server(task);
            let moved = self.take_outgoing() | self.poll_write(task) | self.poll_read(task);
            if self.shared.is_cut() {
                self.gone(Broken::Stalled);
            }
            if self.phase == Phase::Done {
                return Poll::Ready(());
            }
            if !moved && !self.poll_alarm(task) {
                return Poll::Pending;
            }
        }
    }

    /// Nobody is left to say anything to.
    fn gone(&mut self, why: Broken) {
        self.phase = Phase::Done;
        if why == Broken::Stalled {
            self.client = Client::TakesNothing;
        }
        self.shared.fail(why);
    }

    /// When the server ends, the handler hears no more, and the client is told once it has ended.
    fn look_at_the_server(&mut self, task: &mut Task<'_>) {
        if !self.is_draining && self.phase == Phase::Open && self.drains.as_mut().poll(task).is_ready() {
            self.is_draining = true;
            self.shared.end(None);
            let by = Instant::now() + self.times.close;
            self.farewell.get_or_insert((Close::silent(CloseCode::GOING_AWAY), by));
        }
    }

    fn take_outgoing(&mut self) -> bool {
        let mut moved = false;
        while self.phase == Phase::Open && self.output.len() < HIGH {
            match self.shared.next() {
                Next::Message(message) => {
                    if let Err(breach) = self.writer.message(&message, &mut self.output) {
                        self.break_off(breach);
                    }
                }
                Next::Goodbye(close) => self.close(&close),
                Next::Nothing => match &self.farewell {
                    Some((close, _)) if self.handler_has_ended => {
                        let close = close.clone();
                        self.close(&close);
                    }
                    _ => break,
                },
            }
            moved = true;
        }
        moved
    }

    /// Says goodbye, which is the last frame of the server.
    fn close(&mut self, close: &Close) {
        Writer::close(close, &mut self.output);
        self.phase = if self.client == Client::Talks { Phase::Closing } else { Phase::Leaving };
        self.times.over_by = Some(Instant::now() + self.times.close);
        self.shared.end(None);
        self.shared.shut();
    }

    /// The client has broken something: it is not listened to any more, and told so (RFC 6455 §7.1.7), once the handler has answered what
    /// came before.
    fn break_off(&mut self, Breach { code, why }: Breach) {
        let close = Close::new(code, Text::from_static(why));
        self.input = BytesMut::new();
        self.client = Client::Broke;
        if self.phase == Phase::Open {
            let by = Instant::now() + MOMENT.min(self.times.close);
            self.farewell = Some((close.clone(), by));
        } else {
            self.phase = Phase::Leaving;
        }
        self.shared.end_broken(Broken::Breach(close));
    }

    fn poll_write(&mut self, task: &mut Task<'_>) -> bool {
        let mut moved = false;
        while !self.output.is_empty() {
            match Pin::new(&mut self.stream).poll_write(task, &self.output) {
                Poll::Ready(Ok(written @ 1..)) => {
                    self.output.advance(written);
                    self.is_flushed = false;
                    self.times.takes_by = None;
                    moved = true;
                }
                Poll::Ready(Ok(0)) => {
                    self.gone(Broken::Lost(io::ErrorKind::WriteZero));
                    return true;
                }
                Poll::Ready(Err(error)) => {
                    self.gone(Broken::Lost(error.kind()));
                    return true;
                }
                Poll::Pending => {
                    let stall = self.times.stall;
                    self.times.takes_by.get_or_insert_with(|| Instant::now() + stall);
                    return moved;
                }
            }
        }
        if self.output.capacity() > HIGH {
            self.output = BytesMut::new();
        }
        if !self.is_flushed {
            match Pin::new(&mut self.stream).poll_flush(task) {
                Poll::Ready(Ok(())) => self.is_flushed = true,
                Poll::Ready(Err(error)) => {
                    self.gone(Broken::Lost(error.kind()));
                    return true;
                }
                Poll::Pending => return moved,
            }
        }
        if self.phase == Phase::Leaving && Pin::new(&mut self.stream).poll_shutdown(task).is_ready() {
            self.phase = Phase::Lingering;
            self.times.over_by = Some(Instant::now() + LINGER.0);
            moved = true;
        }
        moved
    }

    fn poll_read(&mut self, task: &mut Task<'_>) -> bool {
        let mut moved = false;
        loop {
            self.understand();
            if !self.reads() {
                return moved;
            }
            let mut chunk = [MaybeUninit::<u8>::uninit(); READ];
            let mut chunk = ReadBuf::uninit(&mut chunk);
            match Pin::new(&mut self.stream).poll_read(task, &mut chunk) {
                Poll::Pending => return moved,
                Poll::Ready(Err(error)) => {
                    self.gone(Broken::Lost(error.kind()));
                    return true;
                }
                Poll::Ready(Ok(())) if chunk.filled().is_empty() => {
                    // after a goodbye this is how it ends
                    self.gone(Broken::Lost(io::ErrorKind::UnexpectedEof));
                    return true;
                }
                Poll::Ready(Ok(())) => {
                    moved = true;
                    self.times.heard = Instant::now();
                    self.times.answers_by = None;
                    self.heard(chunk.filled());
                }
            }
        }
    }

    fn heard(&mut self, bytes: &[u8]) {
        match self.phase {
            Phase::Open | Phase::Closing => self.input.extend_from_slice(bytes),
            Phase::Leaving | Phase::Lingering => {
                self.to_linger = self.to_linger.saturating_sub(bytes.len());
                if self.to_linger == 0 {
                    self.phase = Phase::Done;
                }
            }
            Phase::Done => {}
        }
    }

    /// Whether anything is to be read now. A client that takes nothing is not listened to, and neither is one whose messages nobody
    /// takes.
    fn reads(&self) -> bool {
        match self.phase {
            Phase::Open => self.client == Client::Talks && self.output.len() < HIGH && self.shared.has_room(),
            Phase::Closing => self.output.len() < HIGH,
            Phase::Lingering => true,
            Phase::Leaving | Phase::Done => false,
        }
    }

    fn understand(&mut self) {
        while matches!(self.phase, Phase::Open | Phase::Closing) && self.reads() && !self.input.is_empty() {
            match self.reader.next(&mut self.input) {
                Ok(Some(Frame::Message(message))) => {
                    if self.phase == Phase::Open && !self.is_draining {
                        self.shared.deliver(message);
                    }
                }
                Ok(Some(Frame::Ping(said))) => {
                    if self.phase == Phase::Open {
                        Writer::pong(&said, &mut self.output);
                    }
                }
                Ok(Some(Frame::Pong)) => {}
                Ok(Some(Frame::Close(close))) => self.client_closes(close),
                Ok(None) => break,
                Err(breach) => self.break_off(breach),
            }
        }
        // what it has held goes with the last message of it
        if self.input.is_empty() {
            self.input = BytesMut::new();
        }
    }

    fn client_closes(&mut self, close: Close) {
        self.client = Client::Closed;
        if self.phase == Phase::Closing {
            self.phase = Phase::Leaving;
        } else {
            // the handler still answers what came before
            let by = Instant::now() + MOMENT.min(self.times.close);
            self.farewell = Some((echo(&close), by));
        }
        self.shared.end(Some(close));
    }
}
