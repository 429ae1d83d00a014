//! `duration(tell)`: how long the layers inside took.

use std::time::{Duration, Instant};

use crate::{Next, Protocol, Result, middleware};

/// Calls `tell` with the context and how long the layers inside took, when they are done, be it with an error. It runs under every
/// protocol. A request that is given up is not told; [`observe`](crate::observe()), which is HTTP's, tells that too.
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{duration, prelude::*};
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     "Hello World"
/// }
///
/// let app = Application::new(pipeline![
///     duration(|ctx: &Context, time: Duration| println!("{} took {time:?}", ctx.path())),
///     hello,
/// ]);
/// ```
#[middleware(crate = crate)]
pub async fn duration<C: Protocol, F: Fn(&C, Duration) + Send + Sync + 'static>(
    #[config] tell: &F,
    ctx: &mut C,
    next: Next,
) -> Result {
    let since = Instant::now();
    let outcome = next.run(ctx).await;
    tell(ctx, since.elapsed());
    outcome
}
