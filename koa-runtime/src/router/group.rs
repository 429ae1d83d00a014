//! Routes with layers of their own around them, as the stage of one branch.

use std::slice::Iter;

use super::{
    branches::{Branches, Walks},
    entry::Entry,
    fall::{Fall, Way},
    leaf::Leaf,
    table::{Listed, Route},
};
use crate::{
    Context, Result,
    onion::{
        Downstream, Layer, Middleware,
        check::{ReachedAfter, Stage, Walk},
        describe::Description,
        environment::Environment,
        found::{Found, nothing_to_find},
        provide::Override,
    },
};

/// Layers, and the routes inside.
#[derive(Debug)]
pub struct Group<L, B> {
    layers: L,
    branches: B,
    /// What is known of its prefix.
    prefix: &'static Route,
}

impl<L, B> Group<L, B> {
    /// The turns of `prefix` say from which bit on the branches are numbered.
    pub const fn new(layers: L, branches: B, prefix: &'static Route) -> Self {
        Self { layers, branches, prefix }
    }
}

/// What stands inside of the layers: the routes.
#[derive(Debug)]
pub struct Inside<'g, 'x, B> {
    branches: &'g B,
    way: &'x Way<'x>,
    prefix: &'static Route,
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

impl<P, Q, W, JB: Found<P, Q, W>> Found<P, Q, W> for Routed<JB> {}

// of a layer that a `#[cfg]` switches off, only what follows it is left
nothing_to_find! { [JB] Routed<JB>; }

impl<E: Environment, B: Branches<E, JB>, JB> Downstream<Context, E, Routed<JB>> for Inside<'_, '_, B> {
    async fn run(self, ctx: &mut Context, env: E) -> Result {
        self.way.reach_route(ctx, self.prefix.groups + 1);
        // where all turns lead here, a single route is left
        let turns = self.way.route.turns.checked_shr(self.prefix.turns).unwrap_or(0);
        let entry = Entry { way: self.way, first: self.prefix.captures.len(), outer: env, kept: () };
        self.branches.dispatch(ctx, &entry, turns).await
    }
}

impl<'x, E, L, B, J> Middleware<Context, E, Fall<'x>, J> for Group<L, B>
where
    E: Environment,
    L: for<'g, 'y> Middleware<Context, E, Inside<'g, 'y, B>, J>,
    B: Sync,
{
    fn call(&self, ctx: &mut Context, env: E, next: Fall<'x>) -> impl Future<Output = Result> + Send {
        // its layers see what the prefix captures, and the path as the table has seen it (K-537)
        ctx.request.trail.reach(self.prefix.captures.len(), None);
        let inside = Inside { branches: &self.branches, way: next.0, prefix: self.prefix };
        self.layers.call(ctx, env, inside)
    }
}

/// The routes of a group, as errors call them.
#[derive(Debug)]
#[allow(non_camel_case_types)] // as a layer is called
pub struct routes {}

// it ends in what its routes end in
impl<C, In, Out, J, K, L, B, JB, E, D, End, Goes, D1, WL, WB> Stage<C, In, Out, J, K, (JB, E, D, End, Goes, D1, WL, WB)>
    for Group<L, B>
where
    L: Stage<C, In, Walk<E, D, End, Goes>, J, Routed<JB>, WL>,
    routes: ReachedAfter<End, D, D1>,
    B: Walks<C, Walk<E, D1>, Out, JB, WB>,
{
}

impl<L: Layer, B: Listed, Caps> Listed for Leaf<Group<L, B>, Caps> {
    fn list(&self, left: &mut Iter<'static, Route>, described: &mut Vec<Description>) {
        let Group { layers, branches, prefix } = &self.stage;
        let mut this = prefix.describe();
        this.add(layers);
        branches.list(left, &mut this.stages);
        if prefix.is_there {
            described.push(this);
        }
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.stage.layers.override_provided(value);
        self.stage.branches.override_provided(value);
    }
}
