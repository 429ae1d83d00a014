//! `timeout(time)`: layers that take too long are given up.

use std::time::Duration;

use crate::{Error, Next, Protocol, Result, middleware};

/// Gives the layers inside so long. When the time is over they are dropped, innermost first, and what goes outward is an error: a 503.
/// What is streamed after the layers are done may take as long as it likes.
///
/// It runs under every protocol. A server has a limit of its own besides, of five minutes: [`Limits::request`](crate::Limits::request).
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{prelude::*, timeout};
///
/// #[middleware]
/// async fn slow() -> &'static str {
///     tokio::time::sleep(Duration::from_secs(60)).await;
///     "at last"
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![timeout(Duration::from_millis(10)), slow]);
/// assert_eq!(app.get("/").await.status(), 503);
/// # });
/// ```
///
/// # Panics
///
/// Panics outside of a tokio runtime with time enabled, when it runs.
#[middleware(crate = crate)]
pub async fn timeout<C: Protocol>(#[config] time: Duration, ctx: &mut C, next: Next) -> Result {
    match tokio::time::timeout(time, next.run(ctx)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Error::new(503).with_message(format!("the layers inside took longer than {time:?}"))),
    }
}
