//! `limit_concurrency(most)`: so many requests at once in a part of the pipeline.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Error, Next, Protocol, Result, middleware};

/// Lets `most` requests at once into the layers inside. One more is refused with an error, a 503 with `Retry-After: 1`, and does not
/// wait: a queue would only make all of them late.
///
/// It runs under every protocol. It is for a part that bears less than the rest; a server has a limit for all of it:
/// [`Limits::requests`](crate::Limits::requests).
///
/// ```
/// use koa_runtime::{limit_concurrency, prelude::*};
///
/// #[middleware]
/// async fn report() -> &'static str {
///     "a long one"
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![limit_concurrency(0), report]);
/// let response = app.get("/").await;
/// assert_eq!((response.status().as_u16(), response.header("Retry-After")), (503, "1"));
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn limit_concurrency<C: Protocol>(
    #[config] most: usize,
    #[config(default = AtomicUsize::new(0))] inside: &AtomicUsize,
    ctx: &mut C,
    next: Next,
) -> Result {
    let Some(_seat) = Seat::take(inside, most) else {
        return Err(Error::new(503).with_header("Retry-After", "1"));
    };
    next.run(ctx).await
}

/// A request that is inside.
struct Seat<'l>(&'l AtomicUsize);

impl<'l> Seat<'l> {
    fn take(inside: &'l AtomicUsize, most: usize) -> Option<Self> {
        // who is refused has not been counted, not even for a moment
        let one_more = |count: usize| if count < most { Some(count + 1) } else { None };
        inside.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok().map(|_| Self(inside))
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
