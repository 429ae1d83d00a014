//! The environment of a branch: what its route has captured, and the values from outside.

use std::{borrow::Cow, fmt};

use super::{
    fall::Way,
    param::{CaptureAt, Captured, Kind, Maybe, Rest, Text},
    read::{HeldText, hold},
};
use crate::{
    Result,
    onion::{
        check::There,
        environment::{At, Environment, Node, Take},
    },
};

/// What a branch carries. It lies in the frame of the router, or of a group for the routes inside of its layers: so a branch needs no
/// frame of its own, and this is one type for all of them. Only one that parses has a frame, for what it keeps, `T`.
pub struct Entry<'x, E, T = ()> {
    pub(super) way: &'x Way<'x>,
    /// How many captures, the first ones, are those of the groups around, which lie further out.
    pub(super) first: usize,
    pub(super) outer: E,
    pub(super) kept: T,
}

impl<E, T> fmt::Debug for Entry<'_, E, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.way).finish()
    }
}

impl<E: Environment, T: Sync> Environment for &Entry<'_, E, T> {}

impl<E: At<I>, I, T: Sync> At<There<I>> for &Entry<'_, E, T> {
    type Value = E::Value;

    fn at<'s>(self) -> &'s E::Value
    where
        Self: 's,
    {
        self.outer.at()
    }
}

impl<E: Take<I>, I, T: Sync> Take<There<I>> for &Entry<'_, E, T> {
    type Value = E::Value;

    fn take<'s>(self) -> &'s mut E::Value
    where
        Self: 's,
    {
        self.outer.take()
    }
}

/// What a route has captured, at index `I`. The check walk has made sure that it is there.
pub trait ParamAt<I>: Environment {
    /// How the route captures it.
    type Kind: Kind;

    /// Text of it that a fn holds, as in [`hold`](Self::hold).
    type Text: HeldText;

    /// Its text, decoded, for as long as the environment lives. What may be missing is no error.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    fn hold(self, name: &'static str) -> Result<Self::Text>;

    /// It, for as long as the environment lives.
    fn captured<'s>(self) -> Captured<'s>
    where
        Self: 's;

    /// What the route keeps of it beside the text.
    fn kept<'s>(self) -> &'s <Self::Kind as Kind>::Stored
    where
        Self: 's;
}

impl<'x, E: Environment, I: Nth, A, K: Kind, T: Keeps<I, K> + Sync> ParamAt<CaptureAt<I, A, K>> for &Entry<'x, E, T> {
    type Kind = K;
    type Text = Option<Cow<'x, str>>;

    fn hold(self, name: &'static str) -> Result<Self::Text> {
        hold(self.way.capture(self.first + I::NTH), name)
    }

    fn captured<'s>(self) -> Captured<'s>
    where
        Self: 's,
    {
        self.way.capture(self.first + I::NTH)
    }

    fn kept<'s>(self) -> &'s K::Stored
    where
        Self: 's,
    {
        self.kept.kept()
    }
}

impl<V: Sync, E: ParamAt<I>, I> ParamAt<There<I>> for &Node<V, E> {
    type Kind = E::Kind;
    type Text = E::Text;

    fn hold(self, name: &'static str) -> Result<E::Text> {
        self.outer().hold(name)
    }

    fn captured<'s>(self) -> Captured<'s>
    where
        Self: 's,
    {
        self.outer().captured()
    }

    fn kept<'s>(self) -> &'s <E::Kind as Kind>::Stored
    where
        Self: 's,
    {
        self.outer().kept()
    }
}

impl<E: ParamAt<I>, I, T: Sync> ParamAt<There<I>> for &Entry<'_, E, T> {
    type Kind = E::Kind;
    type Text = E::Text;

    fn hold(self, name: &'static str) -> Result<E::Text> {
        self.outer.hold(name)
    }

    fn captured<'s>(self) -> Captured<'s>
    where
        Self: 's,
    {
        self.outer.captured()
    }

    fn kept<'s>(self) -> &'s <E::Kind as Kind>::Stored
    where
        Self: 's,
    {
        self.outer.kept()
    }
}

/// The place of a capture among those of its route.
pub trait Nth {
    /// From 0.
    const NTH: usize;
}

/// Of the captures of a route, what it keeps of the one at place `I`, which is captured as `K`.
pub trait Keeps<I, K: Kind> {
    /// It.
    fn kept(&self) -> &K::Stored;
}

/// What a route keeps of one capture.
pub struct Kept<K: Kind>(pub(super) K::Stored);

impl<K: Kind> fmt::Debug for Kept<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

// of text, nothing is kept but the text
impl<I> Keeps<I, Text> for () {
    fn kept(&self) -> &() {
        self
    }
}
impl<I> Keeps<I, Rest> for () {
    fn kept(&self) -> &() {
        self
    }
}
impl<I, K: Kind<Stored = ()>> Keeps<I, Maybe<K>> for () {
    fn kept(&self) -> &Option<()> {
        &Some(())
    }
}
