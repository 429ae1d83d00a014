//! The way into a branch of a router, and the way out of it: to what follows the router.

use std::{fmt, marker::PhantomData, pin::Pin};

use http::uri::PathAndQuery;

use super::{
    entry::Kept,
    matching::Span,
    missed::{left, unanswered},
    param::{Captured, Kind},
    table::{End, Route},
};
use crate::{
    Context, Error, Result,
    onion::{Downstream, check::Here, environment::Environment},
};

/// What the branches need to know of a request, in the frame of the router.
pub(crate) struct Way<'x> {
    pub(super) route: &'static Route,
    pub(super) captures: &'x [Span],
    pub(super) texts: Texts,
    /// Where what follows a mount begins.
    pub(super) rest: u32,
    /// What follows the router. Nothing of its type is left, so that the compiler does not prove it once more for each branch; a
    /// branch that hands on pays for that with a box.
    pub(super) after: &'x (dyn After + 'x),
}

/// What captures borrow from. The context goes inward as `&mut`, so they cannot borrow from there: a count more on what the path is
/// part of.
#[derive(Default)]
pub(super) struct Texts {
    path: Option<PathAndQuery>,
    // few tables capture in the host
    host: Option<String>,
}

impl Texts {
    pub(super) fn of(ctx: &Context, route: &Route) -> Self {
        if route.captures.is_empty() {
            return Self::default();
        }
        let path = ctx.request.uri().path_and_query().cloned();
        Self { path, host: (route.of_host > 0).then(|| ctx.request.hostname().to_ascii_lowercase()) }
    }
}

impl Way<'_> {
    /// Capture number `at` of the route.
    pub(super) fn capture(&self, at: usize) -> Captured<'_> {
        let Texts { path, host } = &self.texts;
        let path = path.as_ref().map_or("/", PathAndQuery::path);
        let text = if at < self.route.of_host { host.as_deref().unwrap_or_default() } else { path };
        Captured { text: self.captures.get(at).and_then(|span| span.of(text)), status: self.route.status }
    }

    /// What is kept of it.
    pub(super) fn keep<K: Kind>(&self, at: usize) -> Result<Kept<K>> {
        // the matcher has tried it: this can only fail where a type parses the same text once and not a second time
        K::store(self.capture(at).text).map(Kept).ok_or_else(|| Error::new(404))
    }

    /// The request is inside of so many groups. Behind the last one there is the route itself.
    pub(super) fn reach_route(&self, ctx: &mut Context, groups: u32) {
        if self.route.groups == groups {
            let rest = (self.route.end == End::Mount).then_some(self.rest);
            ctx.request.trail.reach(self.route.captures.len(), rest);
        }
    }
}

impl fmt::Debug for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way")
            .field("route", &self.route.pattern)
            .field("captures", &self.captures)
            .finish_non_exhaustive()
    }
}

/// What follows a branch: what follows its router.
#[derive(Clone, Copy, Debug)]
pub struct Fall<'x>(pub(super) &'x Way<'x>);

// The environment inside the branch is dropped, whatever it is.
impl<X: Environment> Downstream<Context, X, Here> for Fall<'_> {
    async fn run(self, ctx: &mut Context, _env: X) -> Result {
        self.0.after.run(ctx).await
    }
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub(super) trait After: Send + Sync {
    fn run<'b>(&'b self, ctx: &'b mut Context) -> BoxFuture<'b, Result>;
}

/// What follows the router, with the values of before the router: what a branch has captured and provided is gone.
pub(super) struct Before<N, E, K> {
    pub(super) next: N,
    pub(super) env: E,
    /// How many routes the request had taken.
    pub(super) trail: usize,
    /// Whether it has taken a mount.
    pub(super) is_mount: bool,
    pub(super) index: PhantomData<fn() -> K>,
}

impl<N: Downstream<Context, E, K>, E: Environment, K> After for Before<N, E, K> {
    fn run<'b>(&'b self, ctx: &'b mut Context) -> BoxFuture<'b, Result> {
        left(ctx, self.trail);
        let (next, env, is_mount) = (self.next, self.env, self.is_mount);
        Box::pin(async move {
            next.run(ctx, env).await?;
            // where a route hands on, its method is not why (K-513)
            if is_mount {
                unanswered(ctx);
            }
            Ok(())
        })
    }
}
