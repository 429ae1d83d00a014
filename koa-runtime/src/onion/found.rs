//! Whether every index of a pipeline is found, and what becomes of one that is not.

use super::{
    check::{Here, Probe, There},
    depth::{Boxed, Pure},
    layer::{Alone, WithTheRest},
    whole::Undecided,
};

/// An index in which nothing is left to find. The proof threads through: `To`, which is `From` again, is known when `From` is and all
/// of `Self`. `W` witnesses the proofs between its parts.
///
/// `To` is no associated type: rustc would look into each part once for the bound and once for its `To`, and so twice as often with
/// each level of an index.
pub trait Found<From, To, W: ?Sized> {}

// Left open: see `decide`.
impl<P> Found<P, Undecided, ()> for Never {}
impl<P> Found<P, Undecided, ()> for () {}
impl<P> Found<P, P, ()> for Here {}
impl<P> Found<P, P, ()> for Alone {}
impl<P> Found<P, P, ()> for WithTheRest {}
impl<P, Q, W, I: Found<P, Q, W>> Found<P, Q, W> for There<I> {}
impl<P, Q, W, J: Found<P, Q, W>> Found<P, Q, W> for Pure<J> {}
impl<P, Q, W, J: Found<P, Q, W>> Found<P, Q, W> for Boxed<J> {}
impl<P, Q, R, V, W, A: Found<P, Q, V>, B: Found<Q, R, W>> Found<P, R, (Q, V, W)> for (A, B) {}

/// The first four values that a stage reads, takes or replaces, as its index `((_, (I0, (I1, …))), _)` names them.
pub trait FirstFour {
    /// The first.
    type I0;
    /// The second.
    type I1;
    /// The third.
    type I2;
    /// The fourth.
    type I3;
}

/// The value at the head of a list of indices, and the rest; past the end, which is [`Here`] itself, [`Here`].
pub trait List {
    /// The head.
    type Head;
    /// The rest.
    type Tail;
}

impl List for Here {
    type Head = Here;
    type Tail = Here;
}
impl<A, B> List for (A, B) {
    type Head = A;
    type Tail = B;
}

impl<X, L, K> FirstFour for ((X, L), K)
where
    L: List<Tail: List<Tail: List<Tail: List>>>,
{
    type I0 = L::Head;
    type I1 = <L::Tail as List>::Head;
    type I2 = <<L::Tail as List>::Tail as List>::Head;
    type I3 = <<<L::Tail as List>::Tail as List>::Tail as List>::Head;
}

/// An index that names no value that a stage reads.
macro_rules! nothing_to_find {
    ($([$($generics:tt)*] $index:ty;)*) => { $(
        impl<$($generics)*> $crate::onion::found::FirstFour for $index {
            type I0 = $crate::onion::check::Here;
            type I1 = $crate::onion::check::Here;
            type I2 = $crate::onion::check::Here;
            type I3 = $crate::onion::check::Here;
        }
    )* };
}
pub(crate) use nothing_to_find;

nothing_to_find! {
    [] Here;
    [J] Pure<J>;
    [J] Boxed<J>;
}

/// The type that an index falls back to when inference leaves it open: [`never`] is coerced to each.
///
/// With two values of one type in reach, nothing decides between two indices, and rustc would ask for "type annotations".
/// Instead, the index falls back to `!` (`()` before edition 2024), and `Needs<_, _, !>` refuses it in words.
pub fn decide<C, W, J: FirstFour>(_: &Probe<C, W, J>, _: J::I0, _: J::I1, _: J::I2, _: J::I3) {}

/// Never called.
///
/// # Panics
///
/// Always.
pub fn never() -> ! {
    unreachable!("`pipeline!` puts this behind `if false`")
}

/// Names the return type of a fn pointer.
pub trait Returns {
    /// It.
    type Value;
}
impl<T> Returns for fn() -> T {
    type Value = T;
}
/// `!`, which cannot be written as a type on stable Rust.
pub(crate) type Never = <fn() -> ! as Returns>::Value;
