//! The values provided so far, as a layer carries them: one pointer into the frame of the layer that provided last.

use std::{
    fmt,
    mem::MaybeUninit,
    sync::{Mutex, PoisonError},
};

use super::check::{Here, There};

/// What a layer carries of the values provided outside it. It is copied inward, never searched.
pub trait Environment: Copy + Send + Sync {}

/// The environment of the outermost layer: nothing is provided yet.
#[derive(Clone, Copy, Debug)]
pub struct Nil;

/// One provided value and, behind it, those provided further out. It lives in the frame of the layer that provides.
#[derive(Clone, Copy, Debug)]
pub struct Node<V, E> {
    value: V,
    outer: E,
}

impl<V, E> Node<V, E> {
    pub(super) const fn new(value: V, outer: E) -> Self {
        Self { value, outer }
    }

    /// What is provided further out.
    pub(crate) const fn outer(&self) -> E
    where
        E: Copy,
    {
        self.outer
    }
}

impl Environment for Nil {}
impl<V: Sync, E: Environment> Environment for &Node<V, E> {}

/// The value at index `I`. The check walk has made sure that it is there.
pub trait At<I>: Environment {
    /// What lies there.
    type Value: ?Sized;

    /// Borrows it for as long as the environment lives.
    fn at<'s>(self) -> &'s Self::Value
    where
        Self: 's;
}

impl<T: ?Sized + Sync, E: Environment> At<Here> for &Node<&T, E> {
    type Value = T;

    fn at<'s>(self) -> &'s T
    where
        Self: 's,
    {
        self.value
    }
}

impl<V: Sync, E: At<I>, I> At<There<I>> for &Node<V, E> {
    type Value = E::Value;

    fn at<'s>(self) -> &'s E::Value
    where
        Self: 's,
    {
        self.outer.at()
    }
}

/// How a provided value lies in its node, and how it is given to `next.run`.
pub trait Held {
    /// What `next.run` takes.
    type Given;
    /// Where its node goes.
    type Place<E>;
    /// Such a place, before there is anything in it.
    fn place<E>() -> Self::Place<E>;
    /// Puts it there.
    fn put<E>(place: &mut Self::Place<E>, given: Self::Given, outer: E) -> &Node<Self, E>
    where
        Self: Sized;
}

/// The place of one node in the frame of the layer that provides.
pub struct Place<V: Held, E>(V::Place<E>);

impl<V: Held, E> Place<V, E> {
    /// Nothing is in it yet.
    #[must_use]
    #[allow(clippy::new_without_default)] // for the expansion of `#[middleware]` alone
    pub fn new() -> Self {
        Self(V::place())
    }

    pub(super) fn put(&mut self, given: V::Given, outer: E) -> &Node<V, E> {
        V::put(&mut self.0, given, outer)
    }
}

impl<V: Held, E> fmt::Debug for Place<V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place")
    }
}

impl<'x, T: ?Sized> Held for &'x T {
    type Given = &'x T;
    // a node of references needs no drop, so nobody has to remember whether it is there
    type Place<E> = MaybeUninit<Node<Self, E>>;
    fn place<E>() -> Self::Place<E> {
        MaybeUninit::uninit()
    }
    fn put<'s, E>(place: &'s mut Self::Place<E>, given: &'x T, outer: E) -> &'s Node<Self, E> {
        place.write(Node::new(given, outer))
    }
}

impl<'x, T: ?Sized> Held for Exclusive<'x, T> {
    type Given = &'x mut T;
    // on some systems the lock has something to drop
    type Place<E> = Option<Node<Self, E>>;
    fn place<E>() -> Self::Place<E> {
        None
    }
    fn put<'s, E>(place: &'s mut Self::Place<E>, given: &'x mut T, outer: E) -> &'s Node<Self, E> {
        place.insert(Node::new(Self(Mutex::new(Some(given))), outer))
    }
}

/// An exclusive value on its way to the one layer inside that takes it.
///
/// The lock is there because the environment is shared and the value must leave it without `unsafe`. Nobody ever waits
/// for it: the check walk lets one layer on each path take the value, and `next` runs once.
#[derive(Debug)]
pub struct Exclusive<'y, T: ?Sized>(Mutex<Option<&'y mut T>>);

impl<'y, T: ?Sized> Exclusive<'y, T> {
    fn take(&self) -> &'y mut T {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.expect("the check walk lets one layer on each path take an exclusive value")
    }
}

/// The exclusive value at index `I`.
pub trait Take<I>: Environment {
    /// What lies there.
    type Value: ?Sized;

    /// Takes it out.
    fn take<'s>(self) -> &'s mut Self::Value
    where
        Self: 's;
}

impl<T: ?Sized + Send, E: Environment> Take<Here> for &Node<Exclusive<'_, T>, E> {
    type Value = T;

    fn take<'s>(self) -> &'s mut T
    where
        Self: 's,
    {
        self.value.take()
    }
}

impl<V: Sync, E: Take<I>, I> Take<There<I>> for &Node<V, E> {
    type Value = E::Value;

    fn take<'s>(self) -> &'s mut E::Value
    where
        Self: 's,
    {
        self.outer.take()
    }
}
