//! How a server ends: what is open, who is told, and what is waited for.

use std::{
    mem::replace,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    task::Context as Task,
    time::Duration,
};

use pin_project_lite::pin_project;
use tokio::{
    sync::{Notify, futures::Notified},
    time::timeout,
};

/// How long to wait for connections that are cut off.
const CUT: Duration = Duration::from_secs(2);

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

    /// Hears of the stages, from the first on.
    pub(crate) fn stages(&self) -> Stages<'_> {
        Stages { drain: self, seen: Stage::Open, told: None, changed: self.changed.notified() }
    }

    /// Waits until the end has come so far.
    pub(crate) async fn reached(&self, stage: Stage) {
        loop {
            let changed = self.changed.notified();
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

    /// Waits until what is cut off has gone, but not for ever: a layer that blocks its thread cannot be cut off.
    pub(crate) async fn cut_off(&self) {
        let _ = timeout(CUT, self.emptied()).await;
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

pin_project! {
    /// The stages of the end, as a connection hears of them.
    pub(crate) struct Stages<'d> {
        drain: &'d Drain,
        seen: Stage,
        // the same, once the task that asks is woken at the next one and not before
        told: Option<Stage>,
        #[pin]
        changed: Notified<'d>,
    }
}

impl Stages<'_> {
    /// The stage, if it is another one since this was asked. The task is woken when it is again.
    #[inline]
    pub(crate) fn next(self: Pin<&mut Self>, task: &mut Task<'_>) -> Option<Stage> {
        if self.told == Some(self.drain.stage()) { None } else { self.look(task) }
    }

    #[cold]
    fn look(self: Pin<&mut Self>, task: &mut Task<'_>) -> Option<Stage> {
        let mut this = self.project();
        let mut has_heard = false;
        // before the stage is read, so that none is missed
        while this.changed.as_mut().poll(task).is_ready() {
            has_heard = true;
            this.changed.set(this.drain.changed.notified());
        }
        let now = this.drain.stage();
        // one that is read before it is told of is told of later, and that does not wake for the next one
        *this.told = (has_heard || now == Stage::Open).then_some(now);
        (replace(this.seen, now) != now).then_some(now)
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

#[cfg(test)]
mod tests {
    use std::{pin::pin, task::Wake};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whether the task is woken for each stage, where so many have come before it has asked.
    fn hears(before: usize) {
        let (drain, woken) = (Drain::default(), Arc::new(Woken::default()));
        let waker = Arc::clone(&woken).into();
        let task = &mut Task::from_waker(&waker);
        let mut stages = pin!(drain.stages());
        for (number, stage) in [Stage::Draining, Stage::Cut].into_iter().enumerate() {
            if number >= before {
                assert_eq!(stages.as_mut().next(task), None);
                woken.0.store(0, Ordering::Relaxed);
            }
            drain.advance(stage);
            assert!(number < before || woken.0.load(Ordering::Relaxed) > 0, "{stage:?} after {before}");
            assert_eq!(stages.as_mut().next(task), Some(stage));
            assert_eq!(stages.as_mut().next(task), None);
        }
    }

    #[test]
    fn a_connection_is_woken_for_each_stage_and_hears_it_once() {
        hears(0);
    }

    #[test]
    fn a_stage_that_came_before_a_connection_asked_hides_no_later_one() {
        hears(1);
    }
}
