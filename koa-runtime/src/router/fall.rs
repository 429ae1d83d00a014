//! The way into a branch of a router, and the way out of it: to what follows the router.

use std::{fmt, marker::PhantomData, pin::Pin};

use super::{
    matching::{Span, Verb},
    table::{End, Route},
    trail::{Again, Taken},
};
use crate::{
    Context, Result,
    onion::{Downstream, check::Here, environment::Environment},
};

/// What the branches need to know of a request, in the frame of the router.
pub struct Way<'x> {
    /// Which branch: a number of four bits for each tuple on the way there, the outermost one lowest.
    pub(super) turns: u32,
    pub(super) captures: &'x [Span],
    pub(super) again: Again,
    pub(super) verb: Verb,
    /// Where in the path the router began to match.
    pub(super) from: u32,
    /// Where what follows a mount begins.
    pub(super) rest: u32,
    /// What follows the router. Nothing of its type is left, so that the compiler does not prove it once more for each branch; a
    /// branch that hands on pays for that with a box.
    pub(super) after: &'x (dyn After + 'x),
}

impl Way<'_> {
    /// It ends at `route`, if that is more than the prefix of a group.
    pub(super) fn taken(&self, ctx: &mut Context, route: &'static Route) {
        let Self { again, verb, from, .. } = *self;
        let rest = match route.end {
            End::Group => return,
            End::Mount => self.rest,
            End::Whole => from,
        };
        ctx.request.trail.take(Taken { route, again, verb, from, rest, url: None });
    }
}

impl fmt::Debug for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way").field("turns", &self.turns).field("captures", &self.captures).finish_non_exhaustive()
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
    pub(super) index: PhantomData<fn() -> K>,
}

impl<N: Downstream<Context, E, K>, E: Environment, K> After for Before<N, E, K> {
    fn run<'b>(&'b self, ctx: &'b mut Context) -> BoxFuture<'b, Result> {
        ctx.request.trail.leave(self.trail);
        Box::pin(self.next.run(ctx, self.env))
    }
}
