//! The values provided so far, as a layer carries them: one pointer into the frame of the layer that provided last.

use std::sync::{Mutex, PoisonError};

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
    /// Holds it.
    fn hold(given: Self::Given) -> Self;
}

impl<'x, T: ?Sized> Held for &'x T {
    type Given = &'x T;
    fn hold(given: &'x T) -> Self {
        given
    }
}

impl<'x, T: ?Sized> Held for Exclusive<'x, T> {
    type Given = &'x mut T;
    fn hold(given: &'x mut T) -> Self {
        Self(Mutex::new(Some(given)))
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
