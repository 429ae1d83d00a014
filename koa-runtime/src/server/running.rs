//! What all connections of a server share.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicUsize, Ordering},
};

use super::{clock::Clock, drain::Drain, limits::Limits};

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) limits: Limits,
    pub(crate) clock: Clock,
    pub(crate) drain: Drain,
    /// How many requests are in the layers.
    requests: AtomicUsize,
}

impl Running {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, clock: Clock::new(), drain: Drain::default(), requests: AtomicUsize::new(0) }
    }

    /// Lets the clock run, for as long as anything of the server is left.
    pub(crate) fn keep_time(self: &Arc<Self>) {
        let this = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(running) = Weak::upgrade(&this) {
                let next = running.clock.tick();
                drop(running);
                tokio::time::sleep_until(next).await;
            }
        });
    }

    /// A request wants in. If it may, it has to [leave](Self::leave).
    #[inline]
    pub(crate) fn enter(&self) -> bool {
        if self.requests.fetch_add(1, Ordering::Relaxed) < self.limits.requests {
            return true;
        }
        self.leave();
        false
    }

    /// One that was let in is out again.
    #[inline]
    pub(crate) fn leave(&self) {
        self.requests.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsRef<Drain> for Running {
    fn as_ref(&self) -> &Drain {
        &self.drain
    }
}
