//! The body of a reply on its way to the client, watched for the error event.
//!
//! Only what is not in memory can go wrong, so only that is watched: it costs a box, which holds what is left of the
//! context for the listeners, and a copy of the headers that have been sent.

use std::pin::Pin;
use std::task::{Context as Task, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::server::http::scope::ended;
use crate::server::panic::caught;
use crate::{Body, Context, Error, Result};

type Polled = Option<Result<Frame<Bytes>>>;

/// A body that tells the error event, once, of what has gone wrong with it: it failed or panicked (K-096, K-097), it was
/// shorter or longer than its `Content-Length`, or the client went away (K-024).
pub(crate) struct Watched {
    body: Body,
    ctx: Context,
    /// How many bytes of its `Content-Length` are still to come.
    left: Option<u64>,
    /// What followed the last byte of its `Content-Length`, which was looked at with it.
    ahead: Option<Polled>,
    /// Whether something was given since the last time that there was nothing to give.
    gave: bool,
    state: State,
    /// Whether its connection is to hear of its end.
    pub(super) tells: bool,
}

enum State {
    /// Nobody has asked for a byte, so nobody misses one.
    Unasked,
    Flowing,
    /// The listeners have been told; the client will be when it has what came before.
    Broken(Error),
    /// There is nothing more to say, to the client or to the listeners.
    Over,
}

impl Watched {
    /// `length` is what the client was told.
    pub(crate) fn new(body: Body, length: Option<u64>, ctx: Context) -> Self {
        Self { body, ctx, left: length, ahead: None, gave: false, state: State::Unasked, tells: false }
    }

    pub(super) fn poll_frame(&mut self, task: &mut Task<'_>) -> Poll<Polled> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Unasked | State::Flowing => self.state = State::Flowing,
            State::Broken(error) => return Poll::Ready(Some(Err(error))),
            State::Over => return Poll::Ready(None),
        }
        let next = match self.ahead.take() {
            Some(next) => Poll::Ready(next),
            None => self.poll_body(task),
        };
        let polled = match next {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(self.pass(frame, task).map(Ok)),
            Poll::Ready(Some(Err(error))) => self.break_off(error, task),
            Poll::Ready(None) => match self.left {
                None | Some(0) => {
                    self.state = State::Over;
                    Poll::Ready(None)
                }
                Some(left) => {
                    let message = format!("the response's body ended {left} bytes before its Content-Length");
                    self.break_off(Error::new(500).with_message(message), task)
                }
            },
        };
        self.gave = polled.is_ready();
        polled
    }

    /// Gives the error, but not on the heels of bytes: hyper would break off without having sent them.
    fn break_off(&mut self, error: Error, task: &mut Task<'_>) -> Poll<Polled> {
        self.tell(&error);
        if !self.gave {
            return Poll::Ready(Some(Err(error)));
        }
        self.state = State::Broken(error);
        task.waker().wake_by_ref();
        Poll::Pending
    }

    /// A panic breaks the body off as an error does; without this, it would take the connection with it.
    fn poll_body(&mut self, task: &mut Task<'_>) -> Poll<Polled> {
        let body = Pin::new(&mut self.body);
        caught("the response's body", || body.poll_frame(task)).unwrap_or_else(|error| Poll::Ready(Some(Err(error))))
    }

    /// The frame, or as much of it as the client expects.
    fn pass(&mut self, frame: Frame<Bytes>, task: &mut Task<'_>) -> Option<Frame<Bytes>> {
        let Some(left) = self.left else { return Some(frame) };
        let mut bytes = match frame.into_data() {
            Ok(bytes) => bytes,
            Err(trailers) => return Some(trailers),
        };
        // lossless: no supported platform has pointers of more than 64 bits
        let rest = left.checked_sub(bytes.len() as u64);
        self.left = Some(rest.unwrap_or(0));
        match rest {
            Some(0) => self.look_ahead(task),
            Some(_) => {}
            None => {
                self.tell(&too_long());
                bytes.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            }
        }
        (!bytes.is_empty() || matches!(self.state, State::Flowing)).then(|| Frame::data(bytes))
    }

    /// What comes after the last byte that the client expects, nobody may ask for: it is looked at now, if it is there.
    fn look_ahead(&mut self, task: &mut Task<'_>) {
        if let Poll::Ready(next) = self.poll_body(task) {
            match next {
                Some(Ok(frame)) if frame.data_ref().is_some_and(|data| !data.is_empty()) => self.tell(&too_long()),
                // the client has it all, so only the listeners hear of it
                Some(Err(error)) => self.tell(&error),
                None => self.state = State::Over,
                other => self.ahead = Some(other),
            }
        } else {
            // the client has all that was announced: on HTTP/2 it would wait for an end that may never come
            self.state = State::Over;
        }
    }

    fn tell(&mut self, error: &Error) {
        self.state = State::Over;
        self.ctx.settings().emit(error, &self.ctx);
    }

    pub(super) fn is_end_stream(&self) -> bool {
        match self.state {
            State::Over => true,
            State::Broken(_) => false,
            State::Unasked | State::Flowing => {
                self.ahead.is_none() && self.left.is_none_or(|left| left == 0) && self.body.is_end_stream()
            }
        }
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        match self.state {
            State::Over => SizeHint::with_exact(0),
            _ => self.body.size_hint(),
        }
    }
}

fn too_long() -> Error {
    Error::new(500).with_message("the response's body goes on after its Content-Length")
}

impl Drop for Watched {
    /// Whoever took it lost interest before its end: the client has gone.
    fn drop(&mut self) {
        if self.tells {
            ended();
        }
        let is_whole = self.left == Some(0) || self.is_end_stream();
        if matches!(self.state, State::Flowing) && !is_whole {
            // a status of the client's doing, so it is printed no more than any other
            self.tell(&Error::new(499).with_message("the client went away before the whole body was sent"));
        }
    }
}

#[cfg(test)]
mod tests;
