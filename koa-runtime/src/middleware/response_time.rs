//! `response_time`: the header `X-Response-Time`.

use std::time::Instant;

use crate::{Next, Protocol, Result, middleware};

/// Says in the header `X-Response-Time` how long the layers inside took, in whole milliseconds, as koa-response-time does (K-684): `12ms`.
/// Where they fail it says nothing. It runs under every protocol; where replies have no headers nothing is said.
/// [`duration`](crate::duration()) is for what is to be done with it otherwise.
///
/// ```
/// use koa_runtime::{prelude::*, response_time};
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     "Hello World"
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![response_time, hello]);
/// assert_eq!(app.get("/").await.header("X-Response-Time"), "0ms");
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn response_time<C: Protocol>(ctx: &mut C, next: Next) -> Result {
    let since = Instant::now();
    next.run(ctx).await?;
    // rounded, as Koa does
    let milliseconds = (since.elapsed().as_micros() + 500) / 1000;
    ctx.set_header("x-response-time", &format!("{milliseconds}ms"));
    Ok(())
}
