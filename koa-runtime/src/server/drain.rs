//! How a server ends: what is open, who is told, and what is waited for.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It has not begun.
    Open,
    /// What has begun is finished, and nothing more begins.
    Draining,
    /// What is left is cut off.
    Cut,
}

/// What a server knows of its connections.
#[derive(Debug, Default)]
pub(crate) struct Drain {
    stage: AtomicU8,
    /// Told at each new stage.
    changed: Notify,
    open: AtomicUsize,
    /// Told when the last connection has ended.
    closed: Notify,
    cut_connections: AtomicUsize,
    cut_requests: AtomicUsize,
}

impl Drain {
    #[inline]
    pub(crate) fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Open,
            1 => Stage::Draining,
            _ => Stage::Cut,
        }
    }

    /// Goes on to the next stage, and tells every connection.
    pub(crate) fn advance(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
        self.changed.notify_waiters();
    }

    /// Waits for a stage after the one that is read once this has been polled.
    pub(crate) fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    /// Waits until the end has come so far.
    pub(crate) async fn reached(&self, stage: Stage) {
        loop {
            let changed = self.changed();
            if self.stage() >= stage {
                return;
            }
            changed.await;
        }
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Waits until none is.
    pub(crate) async fn emptied(&self) {
        loop {
            let closed = self.closed.notified();
            if self.open() == 0 {
                return;
            }
            closed.await;
        }
    }

    /// A connection was cut off, with so many requests on it.
    pub(crate) fn cut(&self, requests: usize) {
        self.cut_connections.fetch_add(1, Ordering::Relaxed);
        self.cut_requests.fetch_add(requests, Ordering::Relaxed);
    }

    pub(crate) fn report(&self, took: Duration) -> Drained {
        let (connections, requests) = (&self.cut_connections, &self.cut_requests);
        Drained {
            cut_connections: connections.load(Ordering::Relaxed),
            cut_requests: requests.load(Ordering::Relaxed),
            took,
        }
    }
}

/// A connection, for as long as it is open.
#[derive(Debug)]
pub(crate) struct Opened<T: AsRef<Drain>>(Arc<T>);

impl<T: AsRef<Drain>> Opened<T> {
    pub(crate) fn new(of: Arc<T>) -> Self {
        (*of).as_ref().open.fetch_add(1, Ordering::Relaxed);
        Self(of)
    }

    pub(crate) fn owner(&self) -> &Arc<T> {
        &self.0
    }
}

impl<T: AsRef<Drain>> Drop for Opened<T> {
    fn drop(&mut self) {
        let drain = (*self.0).as_ref();
        if drain.open.fetch_sub(1, Ordering::AcqRel) == 1 {
            drain.closed.notify_waiters();
        }
    }
}

/// How a server has ended: what it had to cut off at the deadline.
///
/// ```
/// # use koa_runtime::prelude::*;
/// # async fn run(app: Application) -> Result {
/// let server = app.listen(3000).on_drained(|drained| {
///     if drained.cut_requests > 0 {
///         eprintln!("{} requests were cut off", drained.cut_requests);
///     }
/// });
/// server.await
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Connections that were still open.
    pub cut_connections: usize,
    /// Requests that were on them, without a whole reply.
    pub cut_requests: usize,
    /// How long it took, from the signal on.
    pub took: Duration,
}
