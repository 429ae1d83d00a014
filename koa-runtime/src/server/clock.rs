//! A clock that costs a load, for what happens with every request.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::time::Instant;

/// How far the clock may be behind, on a machine that keeps up.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// A point in time, in ticks since the clock was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tick(u32);

impl Tick {
    /// Later by this much, counted in whole ticks, and not before its time: it is longer by the rest of the tick that this was noted
    /// in, and by what the clock may have been behind when it was.
    pub(crate) fn after(self, duration: Duration) -> Self {
        let ticks = duration.as_millis().div_ceil(TICK.as_millis()) + 2;
        Self(self.0.saturating_add(u32::try_from(ticks).unwrap_or(u32::MAX)))
    }

    /// How long before this `earlier` was.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        TICK * self.0.saturating_sub(earlier.0)
    }
}

/// See [the module](self).
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    ticks: AtomicU32,
}

impl Clock {
    /// A clock that stands still unless somebody asks for [the exact time](Self::exactly).
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), ticks: AtomicU32::new(0) }
    }

    /// The time as of the last tick.
    #[inline]
    pub(crate) fn now(&self) -> Tick {
        Tick(self.ticks.load(Ordering::Relaxed))
    }

    /// The time, which costs a call of the system's clock.
    pub(crate) fn exactly(&self) -> Tick {
        let ticks = self.start.elapsed().as_millis() / TICK.as_millis();
        let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
        self.ticks.fetch_max(ticks, Ordering::Relaxed);
        Tick(ticks)
    }

    /// Takes the time, and says when the next tick begins: to be asked again then. Counted from whenever this was asked, a tick would
    /// be noticed up to one too late.
    pub(crate) fn tick(&self) -> Instant {
        let Tick(ticks) = self.exactly();
        self.instant(Tick(ticks.saturating_add(1)))
    }

    /// When that is.
    pub(crate) fn instant(&self, tick: Tick) -> Instant {
        self.start + TICK * tick.0
    }
}
