//! What is counted of one method and route, and how it is found again.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    ptr,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use http::{Method, StatusCode};

use crate::TakenRoute;

/// What `method` may be, by number.
pub(super) const METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "other"];

/// What `status` may be: the classes, and all that is of none.
pub(super) const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", "other"];

/// The requests of one method and route.
pub(super) struct Series {
    classes: [AtomicU64; CLASSES.len()],
    /// Those within each bound and not within the one before; the last is without bound.
    buckets: Box<[AtomicU64]>,
    /// How long they took together. It wraps after 584 years of requests, which Prometheus takes for a restart.
    nanos: AtomicU64,
}

impl Series {
    pub(super) fn new(bounds: usize) -> Self {
        Self {
            classes: Default::default(),
            buckets: (0..=bounds).map(|_| AtomicU64::new(0)).collect(),
            nanos: AtomicU64::new(0),
        }
    }

    /// Counts one whose duration is in the bucket of this number.
    pub(super) fn count(&self, status: StatusCode, bucket: usize, nanos: u64) {
        let class = usize::from(status.as_u16() / 100 - 1).min(CLASSES.len() - 1);
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn classes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        CLASSES.into_iter().zip(&self.classes).map(|(class, count)| (class, count.load(Ordering::Relaxed)))
    }

    pub(super) fn buckets(&self) -> impl Iterator<Item = u64> {
        self.buckets.iter().map(|count| count.load(Ordering::Relaxed))
    }

    pub(super) fn nanos(&self) -> u64 {
        self.nanos.load(Ordering::Relaxed)
    }
}

/// By route, then by the number of the method: in the order in which they are shown.
pub(super) type ByLabel = BTreeMap<(Cow<'static, str>, usize), Arc<Series>>;

/// All series: by what they are labelled with, and by what a request finds them with.
#[derive(Default)]
pub(super) struct All {
    // locked for the first request of a route and method, and to show them
    by_label: Mutex<ByLabel>,
    found: Segment,
}

/// Where requests find their series without a lock, once it was found with one: a hash table that is only added to, in pieces.
/// It has no more entries than the program has combinations of routes and methods.
struct Segment {
    slots: [OnceLock<Found>; SLOTS],
    next: OnceLock<Box<Segment>>,
}

/// Slots of a piece, a power of two.
const SLOTS: usize = 64;
/// How many slots are looked at in a piece before the next is.
const PROBES: usize = 4;

impl Default for Segment {
    fn default() -> Self {
        Self { slots: [const { OnceLock::new() }; SLOTS], next: OnceLock::new() }
    }
}

struct Found {
    method: usize,
    /// Where the routes lie in memory. The compiler may put one route at two places: then both find the same series.
    routes: Box<[usize]>,
    series: Arc<Series>,
}

impl Found {
    fn is_for(&self, method: usize, route: Option<TakenRoute<'_>>) -> bool {
        self.method == method && self.routes.iter().copied().eq(places(route))
    }
}

fn places(route: Option<TakenRoute<'_>>) -> impl Iterator<Item = usize> {
    route.into_iter().flat_map(|route| route.routes().map(|route| ptr::from_ref(route).addr()))
}

impl All {
    /// The series of this method and route, which `new` makes if there is none.
    pub(super) fn of(&self, method: &Method, route: Option<TakenRoute<'_>>, new: impl Fn() -> Series) -> &Series {
        let method = number(method);
        // a route is some 200 bytes, so the lowest bits say little
        let hash = places(route).fold(method, |hash, place| hash.wrapping_mul(31) ^ (place >> 3) ^ (place >> 9));
        let slots = (0..PROBES).map(|probe| (hash + probe) % SLOTS);
        let mut segment = &self.found;
        let mut fresh: Option<Found> = None;
        loop {
            for slot in slots.clone() {
                let slot = &segment.slots[slot];
                if slot.get().is_none() {
                    let made = fresh.take().unwrap_or_else(|| self.make(method, route, &new));
                    // another thread may have been here first, for the same or for another
                    fresh = slot.set(made).err();
                }
                if let Some(found) = slot.get().filter(|found| found.is_for(method, route)) {
                    return &found.series;
                }
            }
            segment = segment.next.get_or_init(Box::default);
        }
    }

    #[cold]
    fn make(&self, method: usize, route: Option<TakenRoute<'_>>, new: impl Fn() -> Series) -> Found {
        let pattern = route.map_or(Cow::Borrowed("none"), |route| route.pattern());
        let series = Arc::clone(self.by_label().entry((pattern, method)).or_insert_with(|| Arc::new(new())));
        Found { method, routes: places(route).collect(), series }
    }

    pub(super) fn by_label(&self) -> MutexGuard<'_, ByLabel> {
        self.by_label.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn number(method: &Method) -> usize {
    match *method {
        Method::GET => 0,
        Method::HEAD => 1,
        Method::POST => 2,
        Method::PUT => 3,
        Method::PATCH => 4,
        Method::DELETE => 5,
        Method::OPTIONS => 6,
        Method::TRACE => 7,
        Method::CONNECT => 8,
        _ => 9,
    }
}
