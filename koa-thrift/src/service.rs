//! The layer that finds the methods of a service.

use koa_runtime::{Next, Result, middleware};

use crate::Call;

/// Something with methods. What koa-thrift-build makes of a `service` implements it; [`serve()`] makes a layer of it.
pub trait Service: Send + Sync + 'static {
    /// What it is called in the IDL.
    const NAME: &'static str;

    /// Whether it has such a method.
    fn has(method: &str) -> bool;

    /// Runs the method that is called.
    fn call(&self, ctx: &mut Call) -> impl Future<Output = Result> + Send;
}

/// A layer that runs the methods of a service, and hands on what is not one of them, or is meant for a service of another name. In the
/// end, that is an [unknown method](crate::FaultKind::UnknownMethod).
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::{Call, Service, serve};
///
/// /// `service Clock { i64 now() }`, by hand.
/// struct Clock;
///
/// impl Service for Clock {
///     const NAME: &'static str = "Clock";
///
///     fn has(method: &str) -> bool {
///         method == "now"
///     }
///
///     async fn call(&self, ctx: &mut Call) -> Result {
///         ctx.returns(&1_700_000_000_i64)
///     }
/// }
///
/// let app = Application::<Call>::of(pipeline![serve(Clock)]);
/// ```
#[middleware]
pub async fn serve<S: Service>(#[config] service: &S, ctx: &mut Call, next: Next) -> Result {
    let is_meant = ctx.service().is_none_or(|name| name == S::NAME);
    if !is_meant || !S::has(ctx.method()) {
        return next.run(ctx).await;
    }
    ctx.is_asked()?;
    service.call(ctx).await
}
