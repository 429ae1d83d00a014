//! `catch_panic`: a panic becomes an error here.

use std::{future::poll_fn, pin::pin};

use crate::{Next, Protocol, Result, middleware, server::panic::poll_caught};

/// Makes a panic in a layer inside an error, a 500, on its way outward: so that the layers outside see it as one, and go on after
/// `next`.
///
/// The application does the same around all layers, so this is for where an outer one has something to do whatever happens: a
/// [`logger`](crate::logger()), or what puts back what it has taken. It runs under every protocol, and costs some ten instructions a
/// request. With `panic = "abort"` nothing can be caught.
///
/// ```
/// use koa_runtime::{catch_panic, prelude::*};
///
/// #[middleware]
/// async fn sorry(ctx: &mut Context, next: Next) -> Result {
///     if next.run(ctx).await.is_err() {
///         ctx.set_body("sorry");
///     }
///     Ok(())
/// }
///
/// #[middleware]
/// async fn broken() -> &'static str {
///     panic!("oh")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![sorry, catch_panic, broken]);
/// assert_eq!(app.get("/").await.text(), "sorry");
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn catch_panic<C: Protocol>(ctx: &mut C, next: Next) -> Result {
    let mut running = pin!(next.run(ctx));
    poll_fn(|task| poll_caught(running.as_mut(), task)).await
}
