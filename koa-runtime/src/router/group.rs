//! Routes with layers of their own around them, as the stage of one branch.

use super::{
    branches::{Branches, Walks},
    fall::{Fall, Way},
    table::Listed,
};
use crate::{
    Context, Result,
    onion::{
        Downstream, Layer, Middleware,
        check::{ReachedAfter, Stage, Walk},
        describe::{Description, Kind},
        environment::Environment,
        found::{Found, nothing_to_find},
        layer::Several,
        provide::Override,
    },
};

/// Layers, and the routes inside.
#[derive(Debug)]
pub struct Group<L, B> {
    layers: L,
    branches: B,
    /// How many bits of the turns lead here.
    turned: u32,
}

impl<L, B> Group<L, B> {
    /// The branches are numbered from bit `turned` on.
    pub const fn new(layers: L, branches: B, turned: u32) -> Self {
        Self { layers, branches, turned }
    }
}

/// What stands inside of the layers: the routes.
#[derive(Debug)]
pub struct Inside<'g, 'x, B> {
    branches: &'g B,
    way: &'x Way<'x>,
    turned: u32,
}

impl<B> Copy for Inside<'_, '_, B> {}
impl<B> Clone for Inside<'_, '_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

/// The index of the routes, as what follows the layers.
#[derive(Debug)]
pub struct Routed<JB>(std::marker::PhantomData<JB>);

impl<P, JB: Found<P>> Found<P> for Routed<JB> {
    type To = JB::To;
}

// of a layer that a `#[cfg]` switches off, only what follows it is left
nothing_to_find! { [JB] Routed<JB>; }

impl<E: Environment, B: Branches<E, JB>, JB> Downstream<Context, E, Routed<JB>> for Inside<'_, '_, B> {
    fn run(self, ctx: &mut Context, env: E) -> impl Future<Output = Result> + Send {
        self.branches.dispatch(ctx, env, self.way, self.way.turns >> self.turned)
    }
}

impl<'x, E, L, B, J> Middleware<Context, E, Fall<'x>, J> for Group<L, B>
where
    E: Environment,
    L: for<'g, 'y> Middleware<Context, E, Inside<'g, 'y, B>, J>,
    B: Sync,
{
    fn call(&self, ctx: &mut Context, env: E, next: Fall<'x>) -> impl Future<Output = Result> + Send {
        let inside = Inside { branches: &self.branches, way: next.0, turned: self.turned };
        self.layers.call(ctx, env, inside)
    }
}

/// The routes of a group, as errors call them.
#[derive(Debug)]
#[allow(non_camel_case_types)] // as a layer is called
pub struct routes {}

// what it leaves is asked by nobody: a branch ends here
impl<C, In, J, K, L, B, JB, E, D, End, D1, WL, WB> Stage<C, In, In, J, K, (JB, E, D, End, D1, WL, WB)> for Group<L, B>
where
    L: Stage<C, In, Walk<E, D, End>, J, Routed<JB>, WL>,
    routes: ReachedAfter<End, D, D1>,
    B: Walks<C, Walk<E, D1>, JB, WB>,
{
}

impl<L: Layer, B: Listed> Layer for Group<L, B> {
    type Switch = Several;

    fn describe(&self) -> Description {
        let mut described = Description::new(Kind::Router, "routes", "", 0);
        self.describe_into(&mut described.stages);
        described
    }

    fn describe_into(&self, stages: &mut Vec<Description>) {
        self.layers.describe_into(stages);
        self.branches.list(stages);
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.layers.override_provided(value);
        self.branches.override_provided(value);
    }
}
