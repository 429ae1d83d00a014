//! What a router leaves to what follows it: the values from before it, without those that a branch may hold on to.
//!
//! A layer that takes a `&mut T` and hands on still has it while what follows the router runs, so nobody there can take it. Where
//! an endpoint takes it, no request goes on.

use crate::onion::{
    check::{Ended, Exclusively, Here, Onward, Provided, Replaced, Root, Taken, There, Walk},
    unsaid::Unsaid,
};

/// Of the environment `Before`, branches that end in `Self` spare `After`. `W` witnesses what inference chose on the way.
pub trait Spares<Before, After, W: ?Sized> {}

impl<E: ?Sized, D: ?Sized, End: ?Sized, X> Spares<X, X, ()> for Walk<E, D, End, Ended> {}
impl<E: Inside<X, Y, W>, D: ?Sized, End: ?Sized, X, Y, W> Spares<X, Y, W> for Walk<E, D, End, Onward> {}

/// The environment `Self`, inside a branch, has what the branch provides at its head, and then `Before`, of which it spares `After`.
pub trait Inside<Before, After, W> {}
impl<E: Matches<X, Y>, X, Y> Inside<X, Y, Here> for E {}
impl<V: ?Sized, E: Inside<X, Y, W>, X, Y, W> Inside<X, Y, There<W>> for Provided<V, E> {}

/// The environment `Self` is as long as `Before`, and spares `After`.
pub trait Matches<Before, After> {}
impl Matches<Self, Self> for Root {}
impl Matches<Self, Self> for Unsaid {}
impl<V: ?Sized + Stays<U, M>, U: ?Sized, M: ?Sized, E: Matches<X, Y>, X, Y> Matches<Provided<U, X>, Provided<M, Y>>
    for Provided<V, E>
{
}

/// A value that is `Self` at the end of a branch and was `Before` is `After` behind the router.
pub trait Stays<Before: ?Sized, After: ?Sized> {}
impl<T: ?Sized> Stays<T, T> for T {}
impl<T: ?Sized> Stays<Exclusively<T>, Taken<T>> for Taken<T> {}
// another branch has taken it
impl<T: ?Sized> Stays<Taken<T>, Taken<T>> for Exclusively<T> {}
// what replaces it ends with the branch
impl<T: ?Sized> Stays<T, T> for Replaced<T> {}
