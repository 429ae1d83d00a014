//! How long a client may take where one request comes after another: for the head of one, between two of them, and to take its replies.
//!
//! Nothing here sets a timer. One timer a connection goes off every now and then, and only then is anything looked at: what happens with
//! each request is a comparison and, where a wait begins, a note of the time.

use std::time::Duration;

use super::{
    clock::{Clock, Tick},
    http::scope::{Doing, Seen},
};
use crate::Limits;

/// What to do with a connection that has taken too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Late {
    /// It has nothing to do: it is closed.
    Close,
    /// The head of a request does not come: 408.
    Head,
    /// The layers do not answer: 503.
    Request,
    /// The client takes nothing: it is left.
    Leave,
}

#[derive(Debug)]
pub(super) struct Watch {
    pub(super) doing: Doing,
    since: Tick,
    /// Whether there has been a request.
    has_begun: bool,
    /// Since when, and how many bytes since then, if what is written does not go out.
    blocked: Option<(Tick, usize)>,
}

impl Watch {
    pub(super) fn new(now: Tick) -> Self {
        Self { doing: Doing::Idle, since: now, has_begun: false, blocked: None }
    }

    /// Notes what has happened while the connection was polled.
    #[inline]
    pub(super) fn note(&mut self, seen: &Seen, clock: &Clock) {
        if seen.is_new {
            (self.doing, self.since) = (seen.doing, clock.now());
            self.has_begun |= seen.doing != Doing::Head;
        }
        if seen.blocked {
            self.blocked = Some(match self.blocked {
                None => (clock.now(), 0),
                Some((since, bytes)) => (since, bytes.saturating_add(seen.written)),
            });
        } else if self.blocked.take().is_some() {
            // it has been busy until now
            self.since = clock.now();
        }
    }

    /// Whether a request has begun and its reply not ended.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self.doing, Doing::Request | Doing::Reply)
    }

    /// Whether there has been a request.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// How often to look: no limit is shorter.
    pub(super) fn pace(limits: &Limits) -> Duration {
        let shortest = limits.head.min(limits.keep_alive).min(limits.grace);
        limits.request.map_or(shortest, |request| shortest.min(request))
    }

    /// What is too late at `now`; or when to look again.
    pub(super) fn look(&mut self, now: Tick, limits: &Limits) -> Result<Tick, Late> {
        let (limit, late) = match self.doing {
            Doing::Idle if self.has_begun => (Some(limits.keep_alive), Late::Close),
            Doing::Idle => (Some(limits.head), Late::Close),
            Doing::Head => (Some(limits.head), Late::Head),
            Doing::Request => (limits.request, Late::Request),
            Doing::Reply => (None, Late::Leave),
        };
        let next = now.after(Self::pace(limits));
        let mut until = next;
        if let (Some(limit), None) = (limit, self.blocked) {
            until = until.min(self.since.after(limit));
            if self.since.after(limit) <= now {
                return Err(late);
            }
        }
        if let Some((since, bytes)) = &mut self.blocked
            && limits.rate > 0
        {
            if since.after(limits.grace) <= now {
                if (*bytes as u64) < u64::from(limits.rate) * now.since(*since).as_secs().max(1) {
                    return Err(Late::Leave);
                }
                // what it has taken so far is no credit
                (*since, *bytes) = (now, 0);
            }
            until = until.min(since.after(limits.grace));
        }
        Ok(until)
    }
}

#[cfg(test)]
mod tests;
