//! One route: its captures, and the stage it goes to.

use std::{marker::PhantomData, pin::Pin, slice::Iter};

use super::{
    branches::{Branches, Walks},
    fall::{Fall, Way},
    param::{Captured, Kind, Param},
    table::{Listed, Route},
};
use crate::{
    Context, Result,
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
    /// The stage.
    pub stage: S,
    /// How many captures are those of the groups around it, which are provided already: the captures of the route from this number on
    /// are those in `Caps`.
    pub first: usize,
    /// They.
    pub captures: PhantomData<fn() -> Caps>,
}

impl<S, Caps> Leaf<S, Caps> {
    pub(super) const fn new(stage: S, first: usize) -> Self {
        Self { stage, first, captures: PhantomData }
    }
}

/// What the captures of a route are in its frame. It is compiled for each list of captures, and not for each route.
trait Capture {
    type Values<'w>;

    /// From number `first` on.
    fn capture<'w>(way: &'w Way<'_>, first: usize) -> Result<Self::Values<'w>>;
}

/// A capture in the list of a route: its name, and what it is.
#[derive(Debug)]
pub struct Cap<N, K>(PhantomData<fn() -> (N, K)>);

/// The captures of a route, a tuple of [`Cap`], and the environment of the check walk inside them.
pub trait Captures<E> {
    /// With each of them provided, the last one innermost.
    type Inside;
}

impl<C, E, D, S, Caps, JB, J, D1, Out, W> Walks<C, Walk<E, D>, Out, JB, (J, D1, W)> for Leaf<S, Caps>
where
    Caps: Captures<E>,
    D: Step<JB, J, D1>,
    S: Stage<C, Walk<Caps::Inside, D1>, Out, J, Here, W>,
{
}

impl<S: Layer, Caps> Listed for Leaf<S, Caps> {
    fn list(&self, left: &mut Iter<'static, Route>, described: &mut Vec<Description>) {
        list_one(left, described, &self.stage);
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.stage.override_provided(value);
    }
}

/// The next route. (Apart from the fn above, which is compiled for each route.)
fn list_one(left: &mut Iter<'static, Route>, described: &mut Vec<Description>, stage: &dyn Layer) {
    let Some(route) = left.next() else { return };
    if route.is_there {
        let mut this = route.describe();
        this.add(stage);
        described.push(this);
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

/// One capture is one node, as every provided value; the last one lies innermost.
macro_rules! captures {
    ($env:ident [$($done:tt)*] $run:ty, $walk:ty, $outer:ident;) => {};
    // one capture more: the environment inside of it, at run time and in the check walk, and the node that it ends with
    ($env:ident [$($done:tt)*] $run:ty, $walk:ty, $outer:ident; ($n:ident $k:ident $at:tt $node:ident) $($more:tt)*) => {
        captures! {
            @ $env [$($done)* ($n $k $at $node $outer)]
            &'x Node<&'x Captured<'x, $n, $k>, $run>, Provided<Param<$n, $k>, $walk>, $node
        }
        captures! {
            $env [$($done)* ($n $k $at $node $outer)]
            &'x Node<&'x Captured<'x, $n, $k>, $run>, Provided<Param<$n, $k>, $walk>, $node; $($more)*
        }
    };
    (@ $env:ident [$(($n:ident $k:ident $at:tt $node:ident $outer:ident))+] $run:ty, $walk:ty, $last:ident) => {
        impl<E, $($n, $k),+> Captures<E> for ($(Cap<$n, $k>,)+) {
            type Inside = $walk;
        }

        impl<$($n: 'static, $k: Kind),+> Capture for ($(Cap<$n, $k>,)+) {
            type Values<'w> = ($(Captured<'w, $n, $k>,)+);

            fn capture<'w>(way: &'w Way<'_>, first: usize) -> Result<Self::Values<'w>> {
                Ok(($(way.capture::<$n, $k>(first + $at)?,)+))
            }
        }

        impl<E, S, J, $($n, $k),+> Branches<E, Pure<J>> for Leaf<S, ($(Cap<$n, $k>,)+)>
        where
            E: Environment,
            $($n: 'static, $k: Kind,)+
            S: for<'x> Middleware<Context, $run, Fall<'x>, J>,
        {
            async fn dispatch(&self, ctx: &mut Context, $env: E, way: &Way<'_>, _turns: u32) -> Result {
                let values = <($(Cap<$n, $k>,)+)>::capture(way, self.first)?;
                $(
                    let $node = Node::new(&values.$at, $outer);
                    let $node = &$node;
                )+
                self.stage.call(ctx, $last, Fall(way)).await
            }
        }
    };
}
captures! {
    outermost [] E, E, outermost;
    (N0 K0 0 node0) (N1 K1 1 node1) (N2 K2 2 node2) (N3 K3 3 node3)
    (N4 K4 4 node4) (N5 K5 5 node5) (N6 K6 6 node6) (N7 K7 7 node7)
}
