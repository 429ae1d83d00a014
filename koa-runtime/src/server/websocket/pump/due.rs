//! When a WebSocket is to ask, to end or to give up, and what it does then.

use std::{task::Context as Task, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};

use super::{Phase, Pump};
use crate::server::websocket::{
    framing::Writer,
    message::{Close, CloseCode, Text},
    options::Options,
    shared::Broken,
};

/// Without a pause there would be no end to what is due, and no clock goes on for ever.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

pub(super) struct Times {
    pub(super) ping: Option<Duration>,
    pub(super) pong: Duration,
    pub(super) stall: Duration,
    pub(super) close: Duration,
    /// When the client was last heard.
    pub(super) heard: Instant,
    /// By when it has to be heard again.
    pub(super) answers_by: Option<Instant>,
    /// By when it has to take something.
    pub(super) takes_by: Option<Instant>,
    /// By when it is over.
    pub(super) over_by: Option<Instant>,
}

impl Times {
    pub(super) fn of(options: &Options, heard: Instant) -> Self {
        let within = |time: Duration| time.clamp(SHORTEST, LONGEST);
        Self {
            ping: options.ping.map(within),
            pong: within(options.pong),
            stall: within(options.stall),
            close: within(options.close),
            heard,
            answers_by: None,
            takes_by: None,
            over_by: None,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Pump<S> {
    /// Acts on what has come due. Whether that changes anything; otherwise the task is woken when the next thing is.
    pub(super) fn poll_alarm(&mut self, task: &mut Task<'_>) -> bool {
        loop {
            let Some(due) = self.due() else { return false };
            // one that was put off is looked at again when it would have been due
            if due < self.alarm.deadline() {
                self.alarm.as_mut().reset(due);
            }
            if self.alarm.as_mut().poll(task).is_pending() {
                return false;
            }
            let now = Instant::now();
            if due <= now {
                return self.act(now);
            }
            self.alarm.as_mut().reset(due);
        }
    }

    /// When something is due next.
    fn due(&self) -> Option<Instant> {
        let Times { ping, heard, answers_by, takes_by, over_by, .. } = &self.times;
        let silence = if self.phase == Phase::Open { answers_by.or(ping.map(|ping| *heard + ping)) } else { None };
        let farewell = self.farewell.as_ref().filter(|_| self.phase == Phase::Open).map(|(_, by)| *by);
        [silence, farewell, *takes_by, *over_by].into_iter().flatten().min()
    }

    fn act(&mut self, now: Instant) -> bool {
        let is_due = |by: Option<Instant>| by.is_some_and(|by| by <= now);
        if is_due(self.times.takes_by) {
            self.gone(Broken::Stalled);
        } else if is_due(self.times.over_by) {
            self.gone(Broken::Silent);
        } else if self.phase != Phase::Open {
            return false;
        } else if let Some((close, _)) = self.farewell.take_if(|(_, by)| *by <= now) {
            // behind what waits already
            self.shared.say_goodbye(close);
        } else if !self.reads() {
            // it may have answered, and nobody has listened
            self.times.heard = now;
            self.times.answers_by = None;
        } else if is_due(self.times.answers_by) {
            Writer::close(&Close::new(CloseCode::ERROR, Text::from_static("no pong came")), &mut self.output);
            self.phase = Phase::Leaving;
            self.times.over_by = Some(now + self.times.close);
            self.shared.fail(Broken::Silent);
        } else if self.times.answers_by.is_none() {
            // what has not been said for so long may be long in coming: no memory is kept for it
            if self.output.is_empty() {
                self.output = BytesMut::new();
            }
            self.reader.rest();
            self.writer.rest();
            Writer::ping(&mut self.output);
            self.times.answers_by = Some(now + self.times.pong);
        }
        true
    }
}
