//! The check walk: what the compiler proves about a pipeline before anything runs.
//!
//! `pipeline!` walks its stages forward through calls that do nothing at run time, each spanned on its own stage. A
//! [`Probe`] carries what is known at that point; a stage takes one and leaves the next. Every fact is a trait parameter,
//! so there is one obligation a stage and one report a mistake.

use std::marker::PhantomData;

use super::{
    chain::{Chain, Empty},
    depth::{Start, Step},
    found::Never,
    layer::IntoLayer,
};
use crate::Protocol;

// Indices are spelled with types that have short names: those stand in the names of all that an onion is compiled to, which rustc writes
// down in full for a debugger, and for hundreds of routes that took it a tenth of its time.

/// The value wanted is the one provided last.
pub type Here = bool;

/// The value wanted lies further out, at `I`.
pub(crate) type There<I> = (I,);

/// No value is provided (the environment of the check walk; plain types, no lifetimes).
#[derive(Debug)]
pub struct Root;

/// `T` is provided, and what `E` provides.
#[derive(Debug)]
pub struct Provided<T: ?Sized, E>(PhantomData<E>, PhantomData<T>);

/// In the environment of the check walk: a value that one layer may take as `&mut T`.
#[derive(Debug)]
pub struct Exclusively<T: ?Sized>(PhantomData<T>);

/// In the environment of the check walk: a value that a layer has taken as `&mut T`, so nobody further in can.
#[derive(Debug)]
pub struct Taken<T: ?Sized>(PhantomData<T>);

/// In the environment of the check walk: a value that a layer has replaced, so nobody further in can see it.
#[derive(Debug)]
pub struct Replaced<T: ?Sized>(PhantomData<T>);

/// What the check walk knows between two stages: the environment, the depth, who ended the onion, if anybody did, and so whether
/// requests go on from here.
#[derive(Debug)]
pub struct Walk<E: ?Sized, D: ?Sized, End: ?Sized = Open, Goes: ?Sized = Onward>(
    // each by itself: an unknown type is not known to be sized, and rustc would look at that again and again
    PhantomData<fn() -> PhantomData<E>>,
    PhantomData<fn() -> PhantomData<D>>,
    PhantomData<fn() -> PhantomData<End>>,
    PhantomData<fn() -> PhantomData<Goes>>,
);

/// No endpoint has been passed yet.
#[derive(Debug)]
pub struct Open;

/// Requests may go on.
#[derive(Debug)]
pub struct Onward;

/// None does: an endpoint has been passed.
#[derive(Debug)]
pub struct Ended;

/// `Self` can stand at a place where the walk knows `In`; after it the walk knows `Out`. `J` is its index given `K`, the
/// index of what follows. `W` witnesses what inference chose on the way.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a `#[middleware]` fn or a pipeline"
)]
pub trait Stage<C, In, Out, J, K, W> {}

/// Who walks. What is said of it instead of the layer is reported without the other types that it is true of.
#[derive(Debug)]
pub struct Walker;

/// `L` is a [`Stage`], as [`Walker`] says.
pub trait Stands<L: ?Sized, C, In, Out, J, K, W> {}
impl<S: ?Sized, L: ?Sized + Stage<C, In, Out, J, K, W>, C, In, Out, J, K, W> Stands<L, C, In, Out, J, K, W> for S {}

/// The environment provides a `T`, at index `I`; `By` reads it.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads `&{T}`, but no layer outside it provides one",
    label = "`{T}` is missing here",
    note = "put a layer that provides it before this one: `provide(value)`, or one with `next: Next<{T}>`"
)]
pub trait Needs<T: ?Sized, By: ?Sized, I> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, By: ?Sized, E> Needs<T, By, Here> for Provided<T, E> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized, U: ?Sized, By: ?Sized, E: Below<T, I>, I> Needs<T, By, There<I>> for Provided<U, E> {}

/// The environment below a value provides a `T`, at index `I`. There, nothing is found that is only
/// [not known to be missing](super::unsaid::Unsaid).
pub trait Below<T: ?Sized, I> {}
impl<T: ?Sized, E> Below<T, Here> for Provided<T, E> {}
impl<T: ?Sized, U: ?Sized, E: Below<T, I>, I> Below<T, There<I>> for Provided<U, E> {}

/// `T` is provided more than once around `By`, so that its index stays open. An index that inference leaves open falls back
/// to what `!` falls back to (see [`decide`](super::found::decide)), and that is refused here in words.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads `&{T}`, but more than one layer outside it provides one, or its pipeline is not mounted",
    label = "which `{T}`?",
    note = "a type is provided once on a path; a layer that means to replace the outer one says `Next<Replace<{T}>>`",
    note = "a pipeline is mounted in `Application::new(…)`, in another one, or in a `boxed` that says what it reads; a named one with `needs(…)` stands alone"
)]
pub trait ProvidedOnce<T: ?Sized, By: ?Sized> {}
impl<T: ?Sized, By: ?Sized, E> Needs<T, By, Never> for E where (): ProvidedOnce<T, By> {}
impl<T: ?Sized, By: ?Sized, E> Needs<T, By, ()> for E where (): ProvidedOnce<T, By> {}
impl<T: ?Sized, By: ?Sized, E> Takes<T, By, Never, E> for E where (): ProvidedOnce<T, By> {}
impl<T: ?Sized, By: ?Sized, E> Takes<T, By, (), E> for E where (): ProvidedOnce<T, By> {}
impl<T: ?Sized, By: ?Sized, E> Replaces<T, By, Never, E> for E where (): ProvidedOnce<T, By> {}
impl<T: ?Sized, By: ?Sized, E> Replaces<T, By, (), E> for E where (): ProvidedOnce<T, By> {}

/// The environment has a `T` to give away, at index `I`; `By` takes it and leaves the environment `Out`.
#[diagnostic::on_unimplemented(
    message = "`{By}` takes `&mut {T}`, but no layer outside it still has one to give",
    label = "`&mut {T}` is missing here",
    note = "a layer gives one away with `next: Next<&mut {T}>`, and one layer on each path may take it; what follows `routes!` is on the path of each route that hands on"
)]
pub trait Takes<T: ?Sized, By: ?Sized, I, Out> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, By: ?Sized, E> Takes<T, By, Here, Provided<Taken<T>, E>> for Provided<Exclusively<T>, E> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized, U: ?Sized, By: ?Sized, E: ChangedBelow<Exclusively<T>, Taken<T>, I, O>, I, O>
    Takes<T, By, There<I>, Provided<U, O>> for Provided<U, E>
{
}

/// The environment below a value has a `T` that is `N` in `Out`, at index `I`.
pub trait ChangedBelow<T: ?Sized, N: ?Sized, I, Out> {}
impl<T: ?Sized, N: ?Sized, E> ChangedBelow<T, N, Here, Provided<N, E>> for Provided<T, E> {}
impl<T: ?Sized, N: ?Sized, U: ?Sized, E: ChangedBelow<T, N, I, O>, I, O> ChangedBelow<T, N, There<I>, Provided<U, O>>
    for Provided<U, E>
{
}

/// The environment provides a `T`, at index `I`; `By` replaces it, so the environment inside is `Out`.
#[diagnostic::on_unimplemented(
    message = "`{By}` replaces a `{T}`, but no layer outside it provides one",
    label = "there is no `{T}` to replace here",
    note = "to provide the first one, write `Next<{T}>` without `Replace`"
)]
pub trait Replaces<T: ?Sized, By: ?Sized, I, Out> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized, By: ?Sized, E> Replaces<T, By, Here, Provided<Replaced<T>, E>> for Provided<T, E> {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized, U: ?Sized, By: ?Sized, E: ChangedBelow<T, Replaced<T>, I, O>, I, O>
    Replaces<T, By, There<I>, Provided<U, O>> for Provided<U, E>
{
}

/// Threads can share the values of type `Self` that `By` hands inward. `I` is always [`Here`], and left open where they cannot:
/// then the run-time types are not looked at, which would say the same at length. `N` tells two values of one type apart.
#[diagnostic::on_unimplemented(
    message = "`{By}` hands a `{Self}` inward, but threads cannot share one",
    label = "`{Self}` is not `Sync`",
    note = "wherever a request waits it may go on on another thread: a `Mutex` or an atomic in place of a `Cell` makes it `Sync`"
)]
pub trait Lent<By: ?Sized, const N: usize, I> {}

/// The same for what `By` keeps for all requests.
#[diagnostic::on_unimplemented(
    message = "`{By}` keeps a `{Self}` for all requests, but threads cannot share one",
    label = "`{Self}` is not `Send` and `Sync`",
    note = "requests run on several threads: an `Arc` in place of an `Rc`, a `Mutex` or an atomic in place of a `Cell` makes it both"
)]
pub trait Kept<By: ?Sized, const N: usize, I>: Send + Sync {}

/// Nothing is: a second way to prove [`Lent`] and [`Kept`], so that `I` stays open if neither is there.
pub trait Impossible {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + Sync, By: ?Sized, const N: usize> Lent<By, N, Here> for T {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized + Sync + Impossible, By: ?Sized, const N: usize> Lent<By, N, There<Here>> for T {}
#[diagnostic::do_not_recommend]
impl<T: Send + Sync, By: ?Sized, const N: usize> Kept<By, N, Here> for T {}
#[diagnostic::do_not_recommend]
impl<T: Send + Sync + Impossible, By: ?Sized, const N: usize> Kept<By, N, There<Here>> for T {}

/// The pipeline's context is the one that `By` was written for.
#[diagnostic::on_unimplemented(
    message = "`{By}` is a layer for `{Want}`, but this pipeline runs on `{Self}`",
    label = "its context is `{Want}`",
    note = "a layer without a `ctx` is HTTP's; written over `C: Protocol`, with `ctx: &mut C`, it would run on both"
)]
pub trait RunsOn<Want, By: ?Sized, X> {}

#[diagnostic::do_not_recommend]
impl<C, By: ?Sized> RunsOn<C, By, Here> for C {}

// nobody has said which context the pipeline runs on, which is refused once, in words: see `mounted`
#[diagnostic::do_not_recommend]
impl<Want, By: ?Sized> RunsOn<Want, By, Never> for Never {}
#[diagnostic::do_not_recommend]
impl<Want, By: ?Sized> RunsOn<Want, By, ()> for () {}

/// The pipeline's context is known.
#[diagnostic::on_unimplemented(
    message = "this pipeline is not mounted, so nobody knows whether it can run",
    label = "it goes into no `Application`",
    note = "a pipeline is mounted in `Application::new(…)` or in another one; a named one with `needs(…)` stands alone"
)]
pub trait Mounted {}
#[diagnostic::do_not_recommend]
impl<C: Protocol> Mounted for C {}

/// A context that is left open falls back to what `!` falls back to (see [`decide`](super::found::decide)), and is refused.
pub fn mounted<C: Mounted, W, J>(_: &Probe<C, W, J>, _: C) {}

/// Nothing before this layer has ended the onion, so it can run. `D` is the depth, and `Same` is `D` once that is proven.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can never run: `{End}` before it is an endpoint",
    label = "nothing reaches this layer",
    note = "an endpoint has no `next`, so it comes last in its pipeline or route"
)]
pub trait ReachedAfter<End, D, Same> {}

#[diagnostic::do_not_recommend]
impl<L: ?Sized, D> ReachedAfter<Open, D, D> for L {}

/// Carries through the walk: the context `C`, what is known (`W`) and the index of what follows (`K`).
#[derive(Debug)]
pub struct Probe<C: ?Sized, W, K: ?Sized>(PhantomData<fn() -> (PhantomData<C>, PhantomData<W>, PhantomData<K>)>);

/// What the stages of a pipeline are. Not a [`Probe`], in whose type stands all that is found: this is compiled for each stage.
#[derive(Clone, Copy, Debug)]
pub struct Stages;

impl Stages {
    /// The layer that a stage stands for.
    pub fn layer<L: IntoLayer<M>, M>(self, layer: L) -> L::Layer {
        layer.into_layer()
    }
}

/// Starts a walk: the probe to keep for the end, and the one to hand on.
#[must_use]
pub fn open<C, W, J>() -> (Probe<C, W, J>, Probe<C, W, J>) {
    (Probe(PhantomData), Probe(PhantomData))
}

impl<C, In, J> Probe<C, In, J> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }

    /// Leaves a stage, for which all is proven.
    #[must_use]
    pub fn pass<Out, K>(self) -> Probe<C, Out, K> {
        Probe(PhantomData)
    }
}

impl<C, E, D, End, Goes, K> Probe<C, Walk<E, D, End, Goes>, K> {
    /// Goes on to a stage that is not the first: it must be reachable, and the depth grows.
    #[rustfmt::skip] // a bound on one line is shown on one line in the errors
    #[must_use]
    pub fn reach<L: ReachedAfter<End, D, D1>, D1: Step<K, J, D2>, D2, J>(self, _: &L) -> Probe<C, Walk<E, D2>, J> {
        Probe(PhantomData)
    }
}

/// Passes one stage. A layer has a method of this name, which has the bounds of its `Stage` and no layer between them and
/// the error; this is for stages without one.
pub trait Passes {
    /// Passes it.
    #[rustfmt::skip] // see `reach`
    #[must_use]
    fn __stage<C, In, Out, J, K, W>(&self, probe: Probe<C, In, J>) -> Probe<C, Out, K> where Walker: Stands<Self, C, In, Out, J, K, W> {
        probe.pass()
    }

    /// What of it runs. Only a pipeline holds more: what the check has found, which would make the types of the onion large.
    #[must_use]
    fn __running(self) -> Self
    where
        Self: Sized,
    {
        self
    }

    /// Nothing to say about what it reads: see [`BoxedLayer`](crate::BoxedLayer).
    fn __reads<R>(&self, _: R) {}
}

impl<S: ?Sized> Passes for S {}

/// A stage of which only the type is at hand.
///
/// # Panics
///
/// Always: what calls it is checked and never run.
#[must_use]
pub fn any<S>() -> S {
    unreachable!("the check of a named pipeline is never run")
}

impl<C, In, K> Stage<C, In, In, K, K, ()> for Empty {}

/// A chain inside the type of a named pipeline: the walk of `pipeline!`, as one bound.
impl<C, In, Out, J, K, A, B, E, D, End, Goes, D1, D2, K1, J1, WA, WB>
    Stage<C, In, Out, J, K, (E, D, End, Goes, D1, D2, K1, J1, WA, WB)> for Chain<A, B>
where
    A: Stage<C, In, Walk<E, D, End, Goes>, J, K1, WA>,
    B: ReachedAfter<End, D, D1>,
    D1: Step<K1, J1, D2>,
    B: Stage<C, Walk<E, D2>, Out, J1, K, WB>,
{
}

/// The layers of a named pipeline that says what it needs, which is walked where it is written: whether they are reachable
/// is not asked again where it is mounted.
#[derive(Debug)]
pub struct Walked<A, B>(PhantomData<fn() -> (A, B)>);

impl<C, In, Out, J, K, A, B, E, D, End, Goes, D2, K1, J1, WA, WB>
    Stage<C, In, Out, J, K, (E, D, End, Goes, D2, K1, J1, WA, WB)> for Walked<A, B>
where
    A: Stage<C, In, Walk<E, D, End, Goes>, J, K1, WA>,
    D: Step<K1, J1, D2>,
    B: Stage<C, Walk<E, D2>, Out, J1, K, WB>,
{
}

/// Starts a walk with a known context and environment, for a named pipeline that says what it needs.
#[must_use]
pub fn open_with<C, E, J>() -> Probe<C, Start<E>, J> {
    Probe(PhantomData)
}

/// Ends a walk: nothing follows.
pub fn close<C, W>(_: Probe<C, W, Here>) {}
