//! The check walk through the routes of a table.
//!
//! `routes![…]` walks them one by one, through calls that do nothing at run time, each spanned on its own stage. A named table is
//! walked as one bound.

#![allow(
    clippy::type_complexity,
    clippy::unused_self,
    reason = "what inference finds is carried in type parameters, in tuples and `PhantomData`"
)]

use std::{fmt, marker::PhantomData};

use super::{
    branches::{Gather, Walks},
    group::{Group, Routed, routes},
    leaf::Leaf,
    param::Params,
    spares::Spares,
    table::{Listed, Route, Router, Table},
};
use crate::{
    Context, Result,
    onion::{
        Layer, Middleware,
        check::{Here, Probe, Provided, ReachedAfter, RunsOn, Stage, Walk},
        depth::Step,
        describe::Description,
        layer::Several,
        provide::Override,
    },
};

impl<C, E, D, Left, K, X, T, B, JB, Out, W, V> Stage<C, Walk<E, D>, Walk<Left, D>, ((X, Here), (JB, K)), K, (Out, W, V)>
    for Router<T, B>
where
    C: RunsOn<Context, routes, X>,
    B: Walks<C, Walk<E, D>, Out, JB, W>,
    Out: Spares<E, Left, V>,
{
}

/// A branch whose index is found, and what it ends in.
#[derive(Debug)]
pub struct Checked<B, J: ?Sized, Out: ?Sized> {
    pub(super) branch: B,
    pub(super) index: PhantomData<fn() -> PhantomData<J>>,
    pub(super) out: PhantomData<fn() -> PhantomData<Out>>,
}

impl<B, J: ?Sized, Out: ?Sized> Checked<B, J, Out> {
    const fn new(branch: B) -> Self {
        Self { branch, index: PhantomData, out: PhantomData }
    }
}

impl<B, J, Out> Gather for Checked<B, J, Out> {
    type Branches = B;
    type Index = J;
    type Out = Out;

    fn gather(self) -> B {
        self.branch
    }
}

/// Where the walk has entered a route: its captures, and its index.
pub struct Entered<Caps, J: ?Sized>(PhantomData<fn() -> (Caps, PhantomData<J>)>);

impl<Caps, J: ?Sized> fmt::Debug for Entered<Caps, J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entered")
    }
}

/// Enters a route, which is one layer deeper and behind its captures.
#[must_use]
pub fn enter<Caps, C, E, D, K, JB, J, D1>(
    _: &Probe<C, Walk<E, D>, K>,
) -> (Entered<Caps, JB>, Probe<C, Walk<Provided<Params<Caps>, E>, D1>, J>)
where
    D: Step<JB, J, D1>,
{
    (Entered(PhantomData), Probe::new())
}

impl<Caps, JB> Entered<Caps, JB> {
    /// Leaves it: what follows the stage is what follows the router.
    pub fn leave<C, Out, S>(self, _: Probe<C, Out, Here>, stage: S) -> Checked<Leaf<S, Caps>, JB, Out> {
        Checked::new(Leaf::new(stage))
    }
    /// The same of a route that parses nothing.
    pub fn leave_text<C, Out, S>(self, _: Probe<C, Out, Here>, stage: S) -> Checked<Leaf<S>, JB, Out> {
        Checked::new(Leaf::new(stage))
    }

    /// Leaves it where nothing is made of it, in the check of a named table.
    pub fn end<C, Out>(self, _: Probe<C, Out, Here>) {}

    /// Leaves a group: what follows its layers are its routes.
    pub fn leave_group<C, W, L, G: Gather>(
        self,
        _: Probe<C, W, Routed<G::Index>>,
        layers: L,
        branches: G,
        prefix: &'static Route,
    ) -> Checked<Leaf<Group<L, G::Branches>, Caps>, JB, G::Out> {
        Checked::new(Leaf::new(Group::new(layers, branches.gather(), prefix)))
    }
}

impl<C, E, D, End, Goes, K> Probe<C, Walk<E, D, End, Goes>, K> {
    /// [`reach`](Self::reach), with a table: its type would say nothing to a reader.
    #[rustfmt::skip] // a bound on one line is shown on one line in the errors
    #[must_use]
    pub fn reach_routes<D1: Step<K, J, D2>, D2, J>(self) -> Probe<C, Walk<E, D2>, J> where routes: ReachedAfter<End, D, D1> {
        Probe::new()
    }

    /// Goes on from the layers of a group to its routes, which must be reachable.
    #[rustfmt::skip] // a bound on one line is shown on one line in the errors
    #[must_use]
    pub fn inside<D1>(&self) -> Probe<C, Walk<E, D1>, K> where routes: ReachedAfter<End, D, D1> {
        Probe::new()
    }
}

/// A table whose routes are walked.
pub struct Routes<C, In, Left, J, T, B> {
    router: Router<T, B>,
    checked: PhantomData<fn() -> (C, In, Left, J)>,
}

impl<C, E, D, Left, J, K, T, B> Routes<C, Walk<E, D>, Left, ((Here, Here), (J, K)), T, B> {
    /// `start` is where the walk started, `branches` what it has found.
    pub fn new<G, W>(_start: Probe<C, Walk<E, D>, ((Here, Here), (J, K))>, _table: T, branches: G) -> Self
    where
        G: Gather<Branches = B, Index = J>,
        G::Out: Spares<E, Left, W>,
    {
        Self { router: Router::new(branches.gather()), checked: PhantomData }
    }
}

impl<C, In, Left, J, T, B> Routes<C, In, Left, J, T, B> {
    #[doc(hidden)]
    pub fn __running(self) -> Router<T, B> {
        self.router
    }
}

impl<C, In, Left, J, T, B> fmt::Debug for Routes<C, In, Left, J, T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Routes")
    }
}

impl<C, In, Left, J, T: Table, B: Listed> Layer for Routes<C, In, Left, J, T, B> {
    type Switch = Several;

    fn describe(&self) -> Description {
        self.router.describe()
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.router.override_provided(value);
    }
}

// where it is not taken apart: in a `boxed`, in an `Option`
impl<IC, In, Left, IJ, T, B, E, N, J> Middleware<Context, E, N, J> for Routes<IC, In, Left, IJ, T, B>
where
    Router<T, B>: Middleware<Context, E, N, J>,
{
    fn call(&self, ctx: &mut Context, env: E, next: N) -> impl Future<Output = Result> + Send {
        self.router.call(ctx, env, next)
    }
}

impl<C, E, D, Left, X, JB, K, T, B> Stage<C, Walk<E, D>, Walk<Left, D>, ((X, Here), (JB, K)), K, ()>
    for Routes<C, Walk<E, D>, Left, ((X, Here), (JB, K)), T, B>
where
    C: RunsOn<Context, routes, X>,
{
}
