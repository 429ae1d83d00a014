//! The body of a request as a connection has it: within its limits.

use std::{
    pin::Pin,
    task::{Context as Task, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use super::broken_off;
use crate::{Error, Limits};

/// A body that may neither be too large nor come too slowly. Only what is waited for can be late: a layer that does not read takes no
/// time of the client's.
pub(crate) struct Asked {
    incoming: Incoming,
    /// How many bytes more there may be.
    left: Option<u64>,
    rate: u32,
    grace: Duration,
    /// Since when it is waited for, if it is.
    since: Option<Instant>,
    /// How long it was, and what came in that time; begun anew whenever that was long enough to tell.
    waited: Duration,
    bytes: u64,
    /// Wakes who waits too long. Most bodies are there when they are asked for.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Asked {
    pub(crate) fn new(incoming: Incoming, limits: &Limits) -> Self {
        let Limits { body, rate, grace, .. } = *limits;
        let (since, waited, bytes, alarm) = (None, Duration::ZERO, 0, None);
        Self { incoming, left: body, rate, grace, since, waited, bytes, alarm }
    }

    pub(super) fn poll_frame(&mut self, task: &mut Task<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let (Some(left), Some(size)) = (self.left, self.incoming.size_hint().exact())
            && size > left
        {
            return Poll::Ready(Some(Err(too_large())));
        }
        let sized = self.incoming.size_hint().exact().is_some();
        match Pin::new(&mut self.incoming).poll_frame(task) {
            Poll::Pending if self.rate > 0 => self.poll_late(task).map(|()| Some(Err(too_slow()))),
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(Ok(frame))) => Poll::Ready(Some(self.count(frame))),
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(broken_off(error, sized)))),
            Poll::Ready(None) => Poll::Ready(None),
        }
    }

    fn count(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Error> {
        // lossless: no supported platform has pointers of more than 64 bits
        let length = frame.data_ref().map_or(0, |bytes| bytes.len() as u64);
        if let Some(left) = &mut self.left {
            *left = left.checked_sub(length).ok_or_else(too_large)?;
        }
        self.bytes += length;
        if let Some(since) = self.since.take() {
            self.waited += since.elapsed();
            if self.waited >= self.grace {
                if is_slow(self.bytes, self.waited, self.rate) {
                    return Err(too_slow());
                }
                (self.waited, self.bytes) = (Duration::ZERO, 0);
            }
        }
        Ok(frame)
    }

    /// Ready when it was waited for too long.
    fn poll_late(&mut self, task: &mut Task<'_>) -> Poll<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        let due = since + self.grace.saturating_sub(self.waited);
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if alarm.deadline() != due {
            alarm.as_mut().reset(due);
        }
        loop {
            if alarm.as_mut().poll(task).is_pending() {
                return Poll::Pending;
            }
            let now = Instant::now();
            let waited = self.waited + (now - since);
            self.since = Some(now);
            if is_slow(self.bytes, waited, self.rate) {
                return Poll::Ready(());
            }
            (self.waited, self.bytes) = (Duration::ZERO, 0);
            alarm.as_mut().reset(now + self.grace);
        }
    }

    pub(super) fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    pub(super) fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

fn is_slow(bytes: u64, waited: Duration, rate: u32) -> bool {
    u128::from(bytes) * 1000 < u128::from(rate) * waited.as_millis()
}

fn too_large() -> Error {
    Error::new(413).with_message("the request body is larger than the server takes")
}

fn too_slow() -> Error {
    Error::new(408).with_message("the request body came too slowly")
}
