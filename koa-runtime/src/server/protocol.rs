//! `Protocol`: what the onion runs on.

use std::{convert::Infallible, future::poll_fn, pin::pin, sync::Arc};

use super::panic::poll_caught;
use crate::{
    Body, Context, Request, Result, Settings, finish,
    onion::{Done, Middleware, environment::Nil},
};

/// A protocol that pipelines run on: how a context is made from what came in, and how it becomes what goes out.
///
/// A context implements it. HTTP's is [`Context`]. A layer written over any `C: Protocol` runs under every protocol:
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn count<C: Protocol>(#[config] served: &std::sync::atomic::AtomicUsize, ctx: &mut C, next: Next) -> Result {
///     served.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///     next.run(ctx).await
/// }
/// # let _ = count(Default::default());
/// ```
pub trait Protocol: Sized + Send + 'static {
    /// What came in.
    type Request: Send + 'static;
    /// What goes out.
    type Reply: Send + 'static;

    /// Makes the context of one request.
    fn accept(request: Self::Request, settings: Arc<Settings>) -> Self;

    /// Makes the reply of what the layers left, be it a context or an error.
    fn respond(&mut self, outcome: Result) -> Self::Reply;
}

impl Protocol for Context {
    type Request = Request;
    type Reply = ::http::Response<Body>;

    #[inline]
    fn accept(request: Request, settings: Arc<Settings>) -> Self {
        Self::new(request, settings)
    }

    #[inline]
    fn respond(&mut self, outcome: Result) -> Self::Reply {
        finish::respond(self, outcome)
    }
}

/// Runs one request through the onion of `owner`. A panic in a layer is an error like any other: a 500, reported once.
///
/// Dropping the future cancels the request: every layer that has started is dropped, innermost first.
pub(crate) fn answer<C: Protocol, T: Send + Sync, L: Middleware<C, Nil, Done, J>, J>(
    owner: Arc<T>,
    onion: fn(&T) -> &L,
    request: C::Request,
    settings: Arc<Settings>,
) -> impl Future<Output = Result<C::Reply, Infallible>> + Send {
    // before the future is made, so that the request does not lie in it a second time
    let mut ctx = C::accept(request, settings);
    // one future around the onion's: each more takes from the depth that the layers have
    async move {
        let outcome = {
            let mut onion = pin!(onion(&owner).call(&mut ctx, Nil, Done));
            poll_fn(|task| poll_caught(onion.as_mut(), task)).await
        };
        Ok(ctx.respond(outcome))
    }
}

/// [`answer`], with a context that lies elsewhere. What becomes of it is up to who has it then.
#[inline]
pub(crate) async fn run<C: Protocol, T: Send + Sync, L: Middleware<C, Nil, Done, J>, J>(
    owner: Arc<T>,
    onion: fn(&T) -> &L,
    mut ctx: Box<C>,
) -> (Box<C>, Result) {
    let outcome = {
        let mut onion = pin!(onion(&owner).call(&mut *ctx, Nil, Done));
        poll_fn(|task| poll_caught(onion.as_mut(), task)).await
    };
    (ctx, outcome)
}
