//! One route: its captures, and the stage it goes to.

use std::{marker::PhantomData, pin::Pin, slice::Iter};

use super::{
    branches::{Branches, Walks},
    entry::{Entry, Kept},
    fall::{Fall, Way},
    param::{Kind, Params},
    table::{Listed, Route},
};
use crate::{
    Context, Result,
    onion::{
        Layer, Middleware,
        check::{Here, Provided, Stage, Walk},
        depth::{Boxed, Pure, Step},
        describe::Description,
        environment::Environment,
        provide::Override,
    },
};

/// A stage, and the captures `Caps` of its route, a tuple of [`Cap`]. Where the route parses none of them, only the check walk has to know
/// them, and what runs is a `Leaf<S>`.
#[derive(Debug)]
pub struct Leaf<S, Caps = ()> {
    /// The stage.
    pub stage: S,
    /// Its captures, without those of the groups around it.
    pub captures: PhantomData<fn() -> Caps>,
}

impl<S, Caps> Leaf<S, Caps> {
    pub(super) const fn new(stage: S) -> Self {
        Self { stage, captures: PhantomData }
    }
}

/// A capture in the list of a route: its name, and what it is.
#[derive(Debug)]
pub struct Cap<N, K>(PhantomData<fn() -> (N, K)>);

impl<C, E, D, S, Caps, JB, J, D1, Out, W> Walks<C, Walk<E, D>, Out, JB, (J, D1, W)> for Leaf<S, Caps>
where
    D: Step<JB, J, D1>,
    S: Stage<C, Walk<Provided<Params<Caps>, E>, D1>, Out, J, Here, W>,
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
    async fn dispatch<'x>(&self, ctx: &mut Context, env: &'x Entry<'x, E>, turns: u32) -> Result {
        let rest: Pin<Box<dyn Future<Output = Result> + Send + '_>> =
            Box::pin(Branches::<E, Pure<J>>::dispatch(self, ctx, env, turns));
        rest.await
    }
}

impl<E, S, J> Branches<E, Pure<J>> for Leaf<S>
where
    E: Environment,
    S: for<'x> Middleware<Context, &'x Entry<'x, E>, Fall<'x>, J>,
{
    fn dispatch<'x>(
        &self,
        ctx: &mut Context,
        env: &'x Entry<'x, E>,
        _turns: u32,
    ) -> impl Future<Output = Result> + Send {
        self.stage.call(ctx, env, Fall(env.way))
    }
}

/// What a route keeps, in its frame. It is compiled for each list of kinds, and not for each route.
trait Keep: Sized {
    fn keep(way: &Way<'_>, first: usize) -> Result<Self>;
}

macro_rules! keeping {
    ([$($done:tt)*]) => {};
    ([$($done:tt)*] $next:tt $($more:tt)*) => {
        keeping! { @ $($done)* $next }
        keeping! { [$($done)* $next] $($more)* }
    };
    (@ $(($n:ident $k:ident $at:literal))+) => {
        impl<$($k: Kind),+> Keep for ($(Kept<$k>,)+) {
            fn keep(way: &Way<'_>, first: usize) -> Result<Self> {
                Ok(($(way.keep::<$k>(first + $at)?,)+))
            }
        }

        impl<E, S, J, $($n, $k: Kind),+> Branches<E, Pure<J>> for Leaf<S, ($(Cap<$n, $k>,)+)>
        where
            E: Environment,
            S: for<'x> Middleware<Context, &'x Entry<'x, E, ($(Kept<$k>,)+)>, Fall<'x>, J>,
        {
            async fn dispatch<'x>(&self, ctx: &mut Context, env: &'x Entry<'x, E>, _turns: u32) -> Result {
                let Entry { way, first, outer, .. } = *env;
                let entry = Entry { way, first, outer, kept: Keep::keep(way, first)? };
                self.stage.call(ctx, &entry, Fall(way)).await
            }
        }
    };
}
keeping! { [] (N0 K0 0) (N1 K1 1) (N2 K2 2) (N3 K3 3) (N4 K4 4) (N5 K5 5) (N6 K6 6) (N7 K7 7) }
