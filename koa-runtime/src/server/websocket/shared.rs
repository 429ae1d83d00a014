//! What waits between a connection and those who talk on it.

use std::{
    collections::VecDeque,
    fmt, io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context as Task, Poll, Waker},
};

use tokio::sync::Notify;

use super::message::{Close, CloseCode, Message};

/// Why a WebSocket has ended without a goodbye. What a handler that fails with it says to the error event is nothing: it is the client's
/// doing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Broken {
    /// The client has broken the protocol or a limit, and was told this.
    Breach(Close),
    /// It was asked whether it is there, and has not answered.
    Silent,
    /// It takes nothing of what it is sent.
    Stalled,
    /// The connection is gone.
    Lost(io::ErrorKind),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breach(Close { code, reason }) => write!(f, "the client was told {code}: {reason}"),
            Self::Silent => f.write_str("the client has fallen silent"),
            Self::Stalled => f.write_str("the client takes nothing"),
            Self::Lost(kind) => write!(f, "the connection is gone: {kind}"),
        }
    }
}

impl std::error::Error for Broken {}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// As much waits already as [may](crate::websocket::Options::queue).
    Full,
    /// The WebSocket is closed, or about to be.
    Closed,
}

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "too much waits to be sent",
            Self::Closed => "the WebSocket is closed",
        })
    }
}

impl std::error::Error for NotSent {}

/// Both queues of one WebSocket: the [`Pump`](super::pump::Pump) is at one end of each, its handler and all senders at the other.
pub(super) struct Shared {
    state: Mutex<State>,
    /// Told when more may be sent, or nothing any more.
    room: Notify,
    /// How many bytes may wait to be sent, and to be received.
    queue: usize,
    backlog: usize,
}

#[derive(Default)]
struct State {
    outgoing: VecDeque<Message>,
    outgoing_bytes: usize,
    /// What is said last, behind what waits.
    goodbye: Option<Close>,
    /// No more is taken.
    is_shut: bool,
    /// Nobody waits for it to be sent either.
    is_cut: bool,
    /// `None` once nobody receives any more.
    incoming: Option<VecDeque<Message>>,
    incoming_bytes: usize,
    /// No more comes, and why.
    end: Option<End>,
    /// What the client said last.
    client: Option<Close>,
    receiver: Option<Waker>,
    pump: Option<Waker>,
    /// The task of the pump runs: the handler is polled next, and then the pump once more. What they do for one another wakes nobody.
    looks: bool,
}

enum End {
    Closed,
    Broken(Broken),
}

/// What there is to send next.
pub(super) enum Next {
    Message(Message),
    Goodbye(Close),
    Nothing,
}

impl Shared {
    pub(super) fn new(queue: usize, backlog: usize) -> Self {
        let state = State { incoming: Some(VecDeque::new()), ..State::default() };
        Self { state: Mutex::new(state), room: Notify::new(), queue, backlog }
    }

    /// No code of the user's runs under the lock, so nothing is half-done in what a panic would leave.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // what senders do

    pub(super) fn try_send(&self, message: Message) -> Result<(), (NotSent, Message)> {
        let mut state = self.state();
        if state.is_shut || state.goodbye.is_some() {
            return Err((NotSent::Closed, message));
        }
        // an empty message takes room too
        let bytes = state.outgoing_bytes.saturating_add(cost(&message));
        if bytes > self.queue && !state.outgoing.is_empty() {
            return Err((NotSent::Full, message));
        }
        state.outgoing_bytes = bytes;
        state.outgoing.push_back(message);
        wake_pump(state);
        Ok(())
    }

    pub(super) async fn send(&self, mut message: Message) -> Result<(), NotSent> {
        loop {
            // before it is tried, so that no room is missed that there is afterwards
            let room = self.room.notified();
            match self.try_send(message) {
                Ok(()) => return Ok(()),
                Err((NotSent::Full, back)) => message = back,
                Err((why, _)) => return Err(why),
            }
            room.await;
        }
    }

    pub(super) fn say_goodbye(&self, close: Close) {
        let mut state = self.state();
        if state.goodbye.is_none() && !state.is_shut {
            state.goodbye = Some(close);
            wake_pump(state);
            self.room.notify_waiters();
        }
    }

    /// Gives up what waits to be sent, and the client with it.
    pub(super) fn cut(&self) {
        let mut state = self.state();
        state.is_cut = true;
        wake_pump(state);
    }

    pub(super) async fn closed(&self) {
        loop {
            let room = self.room.notified();
            if self.is_closed() {
                return;
            }
            room.await;
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        let state = self.state();
        state.is_shut || state.goodbye.is_some() || state.end.is_some()
    }

    /// Waits until the connection is broken. Cancel-safe.
    pub(super) async fn broken(&self) -> Broken {
        loop {
            let room = self.room.notified();
            if let Some(End::Broken(why)) = &self.state().end {
                return why.clone();
            }
            room.await;
        }
    }

    // what the handler does

    pub(super) fn poll_receive(&self, task: &Task<'_>) -> Poll<Result<Option<Message>, Broken>> {
        let mut state = self.state();
        if let Some(message) = state.incoming.as_mut().and_then(VecDeque::pop_front) {
            let was_full = state.incoming_bytes >= self.backlog;
            state.incoming_bytes = state.incoming_bytes.saturating_sub(cost(&message));
            if was_full && state.incoming_bytes < self.backlog {
                wake_pump(state);
            }
            return Poll::Ready(Ok(Some(message)));
        }
        match &state.end {
            Some(End::Closed) => Poll::Ready(Ok(None)),
            Some(End::Broken(why)) => Poll::Ready(Err(why.clone())),
            None => {
                keep(&mut state.receiver, task);
                Poll::Pending
            }
        }
    }

    /// Nobody receives any more: what has come, and what comes, is dropped.
    pub(super) fn deafen(&self) {
        let mut state = self.state();
        state.incoming_bytes = 0;
        let unheard = state.incoming.take();
        wake_pump(state);
        drop(unheard);
    }

    pub(super) fn client_said(&self) -> Option<Close> {
        self.state().client.clone()
    }

    // what the pump does

    /// `looks`: the handler is polled next in this task, and the pump after it.
    pub(super) fn hear(&self, task: &Task<'_>, looks: bool) {
        let mut state = self.state();
        keep(&mut state.pump, task);
        state.looks = looks;
    }

    pub(super) fn next(&self) -> Next {
        let mut state = self.state();
        if let Some(message) = state.outgoing.pop_front() {
            state.outgoing_bytes = state.outgoing_bytes.saturating_sub(cost(&message));
            drop(state);
            self.room.notify_waiters();
            return Next::Message(message);
        }
        match state.goodbye.take() {
            Some(close) => Next::Goodbye(close),
            None => Next::Nothing,
        }
    }

    pub(super) fn is_cut(&self) -> bool {
        self.state().is_cut
    }

    pub(super) fn has_room(&self) -> bool {
        self.state().incoming_bytes < self.backlog
    }

    pub(super) fn deliver(&self, message: Message) {
        let mut state = self.state();
        let bytes = state.incoming_bytes.saturating_add(cost(&message));
        let Some(incoming) = &mut state.incoming else { return };
        incoming.push_back(message);
        state.incoming_bytes = bytes;
        let is_next = match (&state.receiver, &state.pump) {
            (Some(receiver), Some(pump)) => state.looks && receiver.will_wake(pump),
            _ => false,
        };
        if !is_next {
            wake(state, |state| &mut state.receiver);
        }
    }

    /// No more comes: the client or the server ends it in good order.
    pub(super) fn end(&self, client: Option<Close>) {
        let mut state = self.state();
        if client.is_some() {
            state.client = client;
        }
        state.end.get_or_insert(End::Closed);
        wake(state, |state| &mut state.receiver);
        self.room.notify_waiters();
    }

    /// No more comes: it was broken. What had come already is still received, and may be answered.
    pub(super) fn end_broken(&self, why: Broken) {
        let mut state = self.state();
        state.end.get_or_insert(End::Broken(why));
        wake(state, |state| &mut state.receiver);
        self.room.notify_waiters();
    }

    /// No more comes, nor goes.
    pub(super) fn fail(&self, why: Broken) {
        self.end_broken(why);
        self.shut();
    }

    /// No more goes.
    pub(super) fn shut(&self) {
        let mut state = self.state();
        state.is_shut = true;
        state.outgoing_bytes = 0;
        // whose bytes they are, and what dropping those does, is the user's to say
        let unsent = std::mem::take(&mut state.outgoing);
        drop(state);
        drop(unsent);
        self.room.notify_waiters();
    }
}

/// Who is at the connection's end of both queues. When that is gone, whoever waits at the other is told.
pub(super) struct Line(pub(super) Arc<Shared>);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.fail(Broken::Lost(io::ErrorKind::NotConnected));
    }
}

/// What a message takes in a queue, beside its bytes.
fn cost(message: &Message) -> usize {
    message.len().saturating_add(64)
}

/// Wakes the pump, unless it looks anyway.
fn wake_pump(state: MutexGuard<'_, State>) {
    if !state.looks {
        wake(state, |state| &mut state.pump);
    }
}

/// Wakes one end, once the lock is gone.
fn wake(mut state: MutexGuard<'_, State>, whom: fn(&mut State) -> &mut Option<Waker>) {
    let waker = whom(&mut state).take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

fn keep(slot: &mut Option<Waker>, task: &Task<'_>) {
    if !slot.as_ref().is_some_and(|waker| waker.will_wake(task.waker())) {
        *slot = Some(task.waker().clone());
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("is_closed", &self.is_closed()).finish_non_exhaustive()
    }
}

/// The code that a side that gave none is answered with.
pub(super) fn echo(close: &Close) -> Close {
    if close.code == CloseCode::NONE { Close::silent(CloseCode::NONE) } else { Close::silent(close.code) }
}

#[cfg(test)]
mod tests;
