//! `Metrics`, which counts requests, and `metrics(metrics)`, which shows it to Prometheus.

mod exposition;
mod series;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use http::header::{CONTENT_TYPE, HeaderValue};

use self::series::{All, Series};
use super::observe::{Observation, Observer};
use crate::{Context, Error, Result, middleware};

/// Counts and times requests for Prometheus: an [`Observer`] for [`observe`](crate::observe()), and what the endpoint
/// [`metrics`](crate::metrics()) shows. Clones count together.
///
/// | metric | type | labels |
/// |---|---|---|
/// | `http_requests_in_flight` | gauge | – |
/// | `http_requests_total` | counter | `method`, `route`, `status` |
/// | `http_request_duration_seconds` | histogram | `method`, `route` |
///
/// Nothing that a client makes up becomes a label, so there are no more series than the program has routes: `route` is the
/// pattern (`/users/{id}`) or `none`; `method` one of HTTP's nine or `other`; `status` the class (`2xx`). A request whose
/// client went away is a 499 and counts as `4xx`.
///
/// The first request of a route and method takes a lock and allocates; others do neither, and cost some 540 instructions, five
/// atomic additions among them. A series takes some 400 bytes.
///
/// ```
/// use koa_runtime::{Metrics, metrics, observe, prelude::*};
///
/// #[middleware]
/// async fn show_user(#[param] id: u64) -> String {
///     format!("user {id}")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let counted = Metrics::new();
/// let app = Application::new(pipeline![
///     observe(counted.clone()),
///     routes! {
///         GET "/users/{id}" => show_user,
///         GET "/metrics" => metrics(counted),
///     },
/// ]);
/// app.get("/users/7").await;
/// let page = app.get("/metrics").await;
/// assert!(page.text().contains("http_requests_total{method=\"GET\",route=\"/users/{id}\",status=\"2xx\"} 1\n"));
/// # });
/// ```
#[derive(Clone)]
pub struct Metrics(Arc<Counted>);

struct Counted {
    in_flight: AtomicI64,
    bounds: Bounds,
    all: All,
}

/// The upper bounds of the buckets: as written in seconds, and in nanoseconds. Ascending.
struct Bounds {
    seconds: Box<[f64]>,
    nanos: Box<[u64]>,
}

impl Metrics {
    /// The upper bounds of the buckets of the histogram, in seconds, unless others are given: those that are usual with
    /// Prometheus, and two for what is faster.
    pub const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

    /// Nothing counted yet, with the [usual buckets](Self::BUCKETS).
    #[must_use]
    pub fn new() -> Self {
        let bounds = Self::BUCKETS.iter().map(|&seconds| (seconds, nanos(Duration::from_secs_f64(seconds))));
        Self::of(bounds.collect())
    }

    /// [`new`](Self::new), with other upper bounds of buckets, in seconds. One without bound is always there.
    ///
    /// ```
    /// use koa_runtime::Metrics;
    ///
    /// let slow = Metrics::with_buckets([0.5, 1.0, 60.0])?;
    /// assert!(Metrics::with_buckets([1.0, 0.5]).is_err());
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A 500 if they do not ascend, if one is no number or no more than zero, or if there are two within a nanosecond.
    pub fn with_buckets(seconds: impl IntoIterator<Item = f64>) -> Result<Self> {
        let mut bounds: Vec<(f64, u64)> = Vec::new();
        for bound in seconds {
            let last = bounds.last().map_or(0, |&(_, nanos)| nanos);
            match Duration::try_from_secs_f64(bound).map(nanos) {
                Ok(nanos) if nanos > last && nanos < u64::MAX => bounds.push((bound, nanos)),
                _ => {
                    let message = format!("buckets are upper bounds in seconds, ascending: {bound} cannot be next");
                    return Err(Error::new(500).with_message(message));
                }
            }
        }
        Ok(Self::of(bounds))
    }

    fn of(bounds: Vec<(f64, u64)>) -> Self {
        let (seconds, nanos): (Vec<_>, Vec<_>) = bounds.into_iter().unzip();
        let bounds = Bounds { seconds: seconds.into(), nanos: nanos.into() };
        Self(Arc::new(Counted { in_flight: AtomicI64::new(0), bounds, all: All::default() }))
    }

    /// What has been counted, in the text format of Prometheus (0.0.4): for an endpoint of your own, which adds to it.
    ///
    /// ```
    /// # use koa_runtime::Metrics;
    /// assert!(Metrics::new().text().ends_with("http_requests_in_flight 0\n"));
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        exposition::write(&mut out, &self.0);
        out
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for Metrics {
    fn started(&self, _: &Context) {
        self.0.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    fn finished(&self, seen: &Observation<'_>) {
        let Counted { in_flight, bounds, all } = &*self.0;
        in_flight.fetch_sub(1, Ordering::Relaxed);
        let nanos = nanos(seen.duration());
        let bucket = bounds.nanos.iter().position(|&bound| nanos <= bound).unwrap_or(bounds.nanos.len());
        let new = || Series::new(bounds.nanos.len());
        all.of(seen.method(), seen.route(), new).count(seen.status(), bucket, nanos);
    }
}

/// 584 years are as long as one can take.
fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("buckets", &self.0.bounds.seconds).finish_non_exhaustive()
    }
}

/// An endpoint that shows what `metrics` has counted, as Prometheus asks for it: text of version 0.0.4.
///
/// It says how many requests there are and how long they take: keep it where not everybody may ask, on a port or a host of its
/// own, or behind a layer that asks who it is. Its page is written anew each time, some 1 500 bytes a route and method.
///
/// ```
/// use koa_runtime::{Metrics, metrics, observe, prelude::*};
///
/// let counted = Metrics::new();
/// let public = Application::new(pipeline![observe(counted.clone())]);
/// let inside = Application::new(pipeline![routes! { GET "/metrics" => metrics(counted) }]);
/// ```
#[middleware(crate = crate)]
pub async fn metrics(#[config] metrics: &Metrics, ctx: &mut Context) -> String {
    let of_0_0_4 = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ctx.response.headers_mut().insert(CONTENT_TYPE, of_0_0_4);
    metrics.text()
}
