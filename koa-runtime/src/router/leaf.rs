//! One route: its captures, and the stage it goes to.

use std::{marker::PhantomData, pin::Pin, slice::Iter};

use http::uri::PathAndQuery;

use super::{
    branches::{Branches, Walks},
    fall::{Fall, Way},
    param::{Captured, Kind, Param},
    table::{Listed, Route},
};
use crate::{
    Context, Error, Result,
    onion::{
        Layer, Middleware,
        check::{Here, Provided, Stage, Walk},
        depth::{Boxed, Pure, Step},
        describe::Description,
        environment::{Environment, Node},
        provide::Override,
    },
};

/// A stage, and the captures `Caps` of its route.
#[derive(Debug)]
pub struct Leaf<S, Caps> {
    pub(super) stage: S,
    /// How many captures are those of the groups around it, which are provided already.
    pub(super) first: usize,
    captures: PhantomData<fn() -> Caps>,
}

impl<S, Caps> Leaf<S, Caps> {
    /// The captures of the route from number `first` on are those in `Caps`.
    pub const fn new(stage: S, first: usize) -> Self {
        Self { stage, first, captures: PhantomData }
    }
}

/// A capture in the list of a route: its name, and what it is.
#[derive(Debug)]
pub struct Cap<N, K>(PhantomData<fn() -> (N, K)>);

/// The captures of a route, a tuple of [`Cap`], and the environment of the check walk inside them.
pub trait Captures<E> {
    /// With each of them provided, the last one innermost.
    type Inside;
}

impl<C, E, D, S, Caps, JB, J, D1, Out, W> Walks<C, Walk<E, D>, JB, (J, D1, Out, W)> for Leaf<S, Caps>
where
    Caps: Captures<E>,
    D: Step<JB, J, D1>,
    S: Stage<C, Walk<Caps::Inside, D1>, Out, J, Here, W>,
{
}

impl<S: Layer, Caps> Listed for Leaf<S, Caps> {
    fn list(&self, left: &mut Iter<'static, Route>, described: &mut Vec<Description>) {
        let Some(route) = left.next().filter(|route| route.is_there) else { return };
        let mut this = route.describe();
        self.stage.describe_into(&mut this.stages);
        described.push(this);
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.stage.override_provided(value);
    }
}

/// Behind the cut: what follows is boxed (see [`Then`](crate::onion::chain::Then)).
impl<E, S, Caps, J> Branches<E, Boxed<J>> for Leaf<S, Caps>
where
    E: Environment,
    Self: Branches<E, Pure<J>>,
{
    async fn dispatch(&self, ctx: &mut Context, env: E, way: &Way<'_>, turns: u32) -> Result {
        let rest: Pin<Box<dyn Future<Output = Result> + Send + '_>> =
            Box::pin(Branches::<E, Pure<J>>::dispatch(self, ctx, env, way, turns));
        rest.await
    }
}

impl<E> Captures<E> for () {
    type Inside = E;
}

impl<E, S, J> Branches<E, Pure<J>> for Leaf<S, ()>
where
    E: Environment,
    S: for<'x> Middleware<Context, E, Fall<'x>, J>,
{
    fn dispatch(&self, ctx: &mut Context, env: E, way: &Way<'_>, _turns: u32) -> impl Future<Output = Result> + Send {
        self.stage.call(ctx, env, Fall(way))
    }
}

/// What the captures of a route borrow from. The context goes inward as `&mut`, so they cannot borrow from there: a count
/// more on what the path is part of.
pub(super) struct Texts {
    path: Option<PathAndQuery>,
    // few tables capture in the host
    host: Option<String>,
}

impl Texts {
    pub(super) fn of(ctx: &Context, route: &Route) -> Self {
        let path = ctx.request.uri().path_and_query().cloned();
        Self { path, host: (route.of_host > 0).then(|| ctx.request.hostname().to_owned()) }
    }

    /// Capture number `at` of the route.
    pub(super) fn capture<N, K: Kind>(&self, at: usize, way: &Way<'_>) -> Result<Captured<'_, N, K>> {
        let route = way.route;
        let path = self.path.as_ref().map_or("/", PathAndQuery::path);
        let text = if at < route.of_host { self.host.as_deref().unwrap_or_default() } else { path };
        let raw = way.captures.get(at).and_then(|span| span.of(text));
        // the matcher has tried it: this can only fail where a type parses the same text once and not a second time
        Captured::new(raw, route.status).ok_or_else(|| Error::new(404))
    }
}

/// One capture is one node, as every provided value; the last one lies innermost.
macro_rules! captures {
    ($env:ident [$($done:tt)*] $run:ty, $walk:ty, $outer:ident;) => {};
    // one capture more: the environment inside of it, at run time and in the check walk, and the node that it ends with
    ($env:ident [$($done:tt)*] $run:ty, $walk:ty, $outer:ident; ($n:ident $k:ident $at:literal $value:ident $node:ident) $($more:tt)*) => {
        captures! {
            @ $env [$($done)* ($n $k $at $value $node $outer)]
            &'x Node<&'x Captured<'x, $n, $k>, $run>, Provided<Param<$n, $k>, $walk>, $node
        }
        captures! {
            $env [$($done)* ($n $k $at $value $node $outer)]
            &'x Node<&'x Captured<'x, $n, $k>, $run>, Provided<Param<$n, $k>, $walk>, $node; $($more)*
        }
    };
    (@ $env:ident [$(($n:ident $k:ident $at:literal $value:ident $node:ident $outer:ident))+] $run:ty, $walk:ty, $last:ident) => {
        impl<E, $($n, $k),+> Captures<E> for ($(Cap<$n, $k>,)+) {
            type Inside = $walk;
        }

        impl<E, S, J, $($n, $k),+> Branches<E, Pure<J>> for Leaf<S, ($(Cap<$n, $k>,)+)>
        where
            E: Environment,
            $($n: 'static, $k: Kind,)+
            S: for<'x> Middleware<Context, $run, Fall<'x>, J>,
        {
            async fn dispatch(&self, ctx: &mut Context, $env: E, way: &Way<'_>, _turns: u32) -> Result {
                let texts = Texts::of(ctx, way.route);
                $(let $value = texts.capture::<$n, $k>(self.first + $at, way)?;)+
                $(
                    let $node = Node::new(&$value, $outer);
                    let $node = &$node;
                )+
                self.stage.call(ctx, $last, Fall(way)).await
            }
        }
    };
}
captures! {
    outermost [] E, E, outermost;
    (N0 K0 0 value0 node0) (N1 K1 1 value1 node1) (N2 K2 2 value2 node2) (N3 K3 3 value3 node3)
    (N4 K4 4 value4 node4) (N5 K5 5 value5 node5) (N6 K6 6 value6 node6) (N7 K7 7 value7 node7)
}
