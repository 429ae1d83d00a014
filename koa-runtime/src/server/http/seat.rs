//! The seats of requests in the layers. A server has only so many: [`Limits::requests`](crate::Limits).

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::runtime::{Handle, RuntimeFlavor};

use super::place;
use crate::server::running::Running;

/// The seat of the one request that an HTTP/1 connection can have in the layers. It is taken when the request comes; that it is left is
/// seen once the connection has been polled, so that a request holds nothing which counts.
pub(super) struct ConnectionSeat<'r> {
    running: &'r Running,
    is_taken: bool,
    /// Whether the connection is polled by one thread alone, from its first poll to its end.
    stays: bool,
}

impl<'r> ConnectionSeat<'r> {
    pub(super) fn new(running: &'r Running) -> Self {
        let stays = Handle::try_current().is_ok_and(|tokio| tokio.runtime_flavor() == RuntimeFlavor::CurrentThread);
        Self { running, is_taken: false, stays }
    }

    #[inline]
    pub(super) fn is_taken(&self) -> bool {
        self.is_taken
    }

    /// Whether a request has it now, and whether one before that has left it.
    #[inline]
    pub(super) fn set(&mut self, is_taken: bool, left: bool) {
        self.is_taken = is_taken;
        if left {
            self.running.leave();
        }
        if !self.stays {
            // the next poll may be another thread's
            place::let_go();
        }
    }
}

impl Drop for ConnectionSeat<'_> {
    fn drop(&mut self) {
        if self.is_taken {
            self.running.leave();
        }
        place::let_go();
    }
}

/// What the requests of an HTTP/2 connection share.
#[cfg_attr(not(feature = "http2"), allow(dead_code, reason = "HTTP/1 has no two requests at once"))]
pub(super) struct Streams {
    running: Arc<Running>,
    /// How many requests are in the layers.
    requests: AtomicUsize,
    /// How many have come, let in or not.
    begun: AtomicUsize,
    /// How many speak another protocol now.
    handed_on: AtomicUsize,
}

#[cfg(feature = "http2")]
impl Streams {
    pub(super) fn new(running: Arc<Running>) -> Self {
        Self {
            running,
            requests: AtomicUsize::default(),
            begun: AtomicUsize::default(),
            handed_on: AtomicUsize::default(),
        }
    }

    /// How many requests are in the layers.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether there is anything that is not done yet.
    pub(super) fn is_busy(&self) -> bool {
        self.requests() > 0 || self.handed_on.load(Ordering::Relaxed) > 0
    }

    /// How many have come, let in or not.
    pub(super) fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }
}

impl Streams {
    /// A request has come.
    pub(super) fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }
}

/// The seat of one of them.
pub(super) struct Seat(Arc<Streams>);

impl Seat {
    /// For a request that the server has let in.
    pub(super) fn new(streams: &Arc<Streams>) -> Self {
        streams.requests.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(streams))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
        self.0.running.leave();
    }
}

/// That one of them speaks another protocol now. Its connection has other streams still.
pub(super) struct HandedOn(Arc<Streams>);

impl HandedOn {
    pub(super) fn new(streams: Arc<Streams>) -> Self {
        streams.handed_on.fetch_add(1, Ordering::Relaxed);
        Self(streams)
    }
}

impl Drop for HandedOn {
    fn drop(&mut self) {
        self.0.handed_on.fetch_sub(1, Ordering::Relaxed);
    }
}
