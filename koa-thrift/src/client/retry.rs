//! Calling again.

use std::time::Duration;

use koa_runtime::{Application, Error, Result, middleware};

use super::{ask, failure::Reached};
use crate::Call;

/// An endpoint that asks another application, and asks again if nothing of the call was written: so many times at most, all in all.
///
/// `next` runs once, so what is tried several times is an application of its own, with its layers around each time:
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{prelude::*, timeout};
/// use koa_thrift::{Call, Caller, Pool, remote, retry};
///
/// // a second for each time, and five for all
/// let once = Application::<Call>::of(pipeline![timeout(Duration::from_secs(1)), remote(Pool::new("127.0.0.1:9090"))]);
/// let all = pipeline![
///     timeout(Duration::from_secs(5)),
///     retry(3, once).safe(|call| call.method().starts_with("get")).pause(Duration::from_millis(20)),
/// ];
/// let caller = Caller::new(Application::of(all));
/// # let _ = caller;
/// ```
///
/// `safe` says which calls may run twice: those are asked again whenever one ends in a 502, 503 or 504 of a layer or of the connection too.
/// Whether a method has run that did not answer nobody knows, so no call is safe unless it says so. A reply is never asked for again, not
/// even one of no use. What a layer of the application does about a call that was not sent, such as asking somebody else, is done again with it.
///
/// `pause` is how long it waits before the second time, and each time after that twice as long: 50 milliseconds.
///
/// # Errors
///
/// That of the last time.
///
/// # Panics
///
/// Panics outside of a tokio runtime with time enabled, when it waits.
#[middleware]
pub async fn retry(
    #[config] times: u32,
    #[config] app: &Application<Call>,
    /// Which calls may run twice.
    #[config(default = |_| false)]
    safe: fn(&Call) -> bool,
    /// How long to wait before the second time.
    #[config(default = Duration::from_millis(50))]
    pause: Duration,
    ctx: &mut Call,
) -> Result {
    let mut left = times;
    let mut pause = pause;
    loop {
        left = left.saturating_sub(1);
        match ask(app, ctx.message().clone()).await {
            Ok(Some(reply)) => {
                ctx.passes(reply);
                return Ok(());
            }
            Ok(None) => {
                ctx.says_nothing();
                return Ok(());
            }
            Err((error, reached))
                if left == 0 || !(reached == Reached::Nobody || is_passing(&error, reached) && safe(ctx)) =>
            {
                ctx.has_reached(reached);
                return Err(error);
            }
            Err(_) => {
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2);
            }
        }
    }
}

/// A fault of the service is none: it is a reply. Neither is a reply of no use.
fn is_passing(error: &Error, reached: Reached) -> bool {
    reached == Reached::Unknown && matches!(error.status().as_u16(), 502..=504)
}
