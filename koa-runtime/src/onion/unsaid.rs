//! A boxed layer of which nobody has said what it reads.
//!
//! If it reads nothing, nothing need be said. If it does, it is refused in words.

use std::marker::PhantomData;

use super::{
    check::{Needs, Replaces, Root, Takes},
    depth::FitsTheRecursionLimit,
    found::{Found, List},
    whole::Undecided,
};

/// In the environment of the check walk: nothing is said about what a boxed layer reads. It finds whatever it looks for, and
/// that is refused in words when its index is looked at. (Inside of a layer that provides it finds what is provided: see
/// [`Below`](super::check::Below).)
#[derive(Debug)]
pub struct Unsaid;

/// The indices of a boxed layer that reads nothing. When that is because nothing was said, `R` is what `!` falls back to, and
/// so are the four indices that [`decide`](super::found::decide) asks for.
#[derive(Debug)]
pub struct Silent<R>(PhantomData<R>);

impl<R> List for Silent<R> {
    type Head = R;
    type Tail = Self;
}
impl<R, P> Found<P, P, ()> for Silent<R> {}

/// The index of a `T` that `By` reads and that is not said.
#[derive(Debug)]
pub struct Unread<T: ?Sized, By: ?Sized>(PhantomData<By>, PhantomData<T>);

/// The index of a `T` that `By` takes.
#[derive(Debug)]
pub struct Untaken<T: ?Sized, By: ?Sized>(PhantomData<By>, PhantomData<T>);

#[diagnostic::do_not_recommend]
impl<T: ?Sized, By: ?Sized> Needs<T, By, Unread<T, By>> for Unsaid {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized, By: ?Sized> Replaces<T, By, Unread<T, By>, Self> for Unsaid {}
#[diagnostic::do_not_recommend]
impl<T: ?Sized, By: ?Sized> Takes<T, By, Untaken<T, By>, Self> for Unsaid {}
impl<L, P> FitsTheRecursionLimit<L, P> for Unsaid where Root: FitsTheRecursionLimit<L, P> {}

/// Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads `&{T}`, and where it is boxed that must be said",
    label = "nothing says that this reads `{T}`",
    note = "write `boxed::<({T},), _, _>(…)`, or `BoxedLayer<({T},)>` for its type; several types are one tuple"
)]
pub trait SaysThatItReads<T: ?Sized, By: ?Sized> {}
impl<T: ?Sized, By: ?Sized, P> Found<P, Undecided, ()> for Unread<T, By> where (): SaysThatItReads<T, By> {}

/// Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` takes `&mut {T}`, which does not reach into a boxed layer",
    label = "a boxed layer takes nothing",
    note = "put it into the pipeline without `boxed`, or let a layer outside it take the value"
)]
pub trait TakesThroughABox<T: ?Sized, By: ?Sized> {}
impl<T: ?Sized, By: ?Sized, P> Found<P, Undecided, ()> for Untaken<T, By> where (): TakesThroughABox<T, By> {}
