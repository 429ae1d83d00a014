//! Calling again.

use koa_runtime::{Application, Error, Result, middleware};

use super::{ask, pool::Unusable};
use crate::Call;

/// An endpoint that asks another application, and asks again if that ends in a 502, 503 or 504: so many times at most, all in all. For
/// methods that may run twice: whether one has run that did not answer, nobody knows.
///
/// `next` runs once, so what is tried several times is an application of its own, with its layers around each time:
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::{Call, Caller, Pool, remote, retry};
///
/// let once = Application::<Call>::of(pipeline![remote(Pool::new("127.0.0.1:9090"))]);
/// let caller = Caller::new(Application::of(pipeline![retry(3, once)]));
/// # let _ = caller;
/// ```
///
/// # Errors
///
/// That of the last time.
#[middleware]
pub async fn retry(#[config] times: u32, #[config] app: &Application<Call>, ctx: &mut Call) -> Result {
    let mut left = times;
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
            Err(error) if left == 0 || !is_passing(&error) => return Err(error),
            Err(_) => {}
        }
    }
}

/// A fault of the service is none: it is a reply. Neither is a reply of no use.
fn is_passing(error: &Error) -> bool {
    matches!(error.status().as_u16(), 502..=504) && !error.is::<Unusable>()
}
