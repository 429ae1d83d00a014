//! How a `#[param]` reads what a route has captured, once the check walk has found that it can (see [`reader`](super::reader)).
//!
//! The bounds of a layer name none of this but one trait of the kind: with a lifetime among them, rustc would prove for each layer
//! anew that threads can share the context.

use std::{borrow::Cow, str::FromStr};

use super::{
    entry::ParamAt,
    param::{Captured, Kind, Maybe, Parsed, Parser, Rest, Segments, Text, decoded},
};
use crate::{Result, onion::describe::short_type_name};

/// `#[param] name: T`.
///
/// # Errors
///
/// 404, or 400 where the route says so, if the text does not parse.
pub fn value<T, E: ParamAt<I, Kind: Reads<T>>, I>(env: E, name: &'static str) -> Result<T> {
    let captured = env.captured();
    E::Kind::read(captured.text, env.kept()).ok_or_else(|| captured.unfit(name, short_type_name::<T>))
}

/// `#[param] name: &str`, of what lives as long as the environment.
///
/// # Errors
///
/// 404, or 400 where the route says so, if it is no UTF-8.
pub fn text<'s, E: ParamAt<I, Kind: IsText> + 's, I>(env: E, name: &'static str) -> Result<Cow<'s, str>> {
    text_of(env.captured(), name)
}

/// `#[param] name: Option<&str>`, likewise.
///
/// # Errors
///
/// 404, or 400 where the route says so, if it is no UTF-8.
pub fn optional_text<'s, E: ParamAt<I, Kind: IsOptionalText> + 's, I>(
    env: E,
    name: &'static str,
) -> Result<Option<Cow<'s, str>>> {
    hold(env.captured(), name)
}

/// Text that may be missing, decoded.
pub(super) fn hold<'s>(captured: Captured<'s>, name: &'static str) -> Result<Option<Cow<'s, str>>> {
    captured.text.map(|_| text_of(captured, name)).transpose()
}

fn text_of<'s>(captured: Captured<'s>, name: &'static str) -> Result<Cow<'s, str>> {
    captured.text.and_then(decoded).ok_or_else(|| captured.unfit(name, short_type_name::<str>))
}

/// `#[param] name: Segments<'_>`.
#[must_use]
pub fn segments<'s, E: ParamAt<I, Kind: IsRest> + 's, I>(env: E) -> Segments<'s> {
    let Captured { text, status } = env.captured();
    Segments { rest: text.unwrap_or_default(), status }
}

/// `#[param] name: &T`.
#[must_use]
pub fn lent<'s, T: 's, E: ParamAt<I, Kind: Holds<T>> + 's, I>(env: E) -> &'s T {
    E::Kind::held(env.kept())
}

/// `#[param] name: Option<&T>`.
#[must_use]
pub fn optional_lent<'s, T: 's, E: ParamAt<I, Kind: HoldsOptional<T>> + 's, I>(env: E) -> Option<&'s T> {
    E::Kind::held_optional(env.kept())
}

/// Text that a fn holds for as long as it borrows it. (As a type of the environment, [`ParamAt::Text`]: what runs need not name where it
/// lies, and the future of a layer no lifetime.)
pub trait HeldText: Send + Sync {
    /// The text.
    fn text(&self) -> &str {
        self.optional_text().unwrap_or_default()
    }

    /// The text, if it is there.
    fn optional_text(&self) -> Option<&str>;
}

impl HeldText for Option<Cow<'_, str>> {
    fn optional_text(&self) -> Option<&str> {
        self.as_deref()
    }
}

/// `#[param] name: &str`, of what a fn holds.
///
/// # Errors
///
/// 404, or 400 where the route says so, if it is no UTF-8.
pub fn held<E: ParamAt<I, Kind: IsText>, I>(env: E, name: &'static str) -> Result<E::Text> {
    env.hold(name)
}

/// `#[param] name: Option<&str>`, likewise.
///
/// # Errors
///
/// 404, or 400 where the route says so, if it is no UTF-8.
pub fn optional_held<E: ParamAt<I, Kind: IsOptionalText>, I>(env: E, name: &'static str) -> Result<E::Text> {
    env.hold(name)
}

/// What is captured like this can be read as a `T`.
pub trait Reads<T>: Kind {
    /// Reads it; `None` if it does not fit.
    fn read(text: Option<&str>, stored: &Self::Stored) -> Option<T>;
}

impl<T: FromStr> Reads<T> for Text {
    fn read(text: Option<&str>, (): &()) -> Option<T> {
        decoded(text?)?.parse().ok()
    }
}

impl<T: Clone + Send + Sync + 'static, P: Parser<T>> Reads<T> for Parsed<T, P> {
    fn read(_: Option<&str>, stored: &T) -> Option<T> {
        Some(stored.clone())
    }
}

impl Reads<Vec<String>> for Rest {
    fn read(text: Option<&str>, (): &()) -> Option<Vec<String>> {
        let segments = Segments { rest: text.unwrap_or_default(), status: 404 };
        segments.map(|segment| segment.ok().map(Cow::into_owned)).collect()
    }
}

impl Reads<String> for Rest {
    fn read(text: Option<&str>, (): &()) -> Option<String> {
        decoded(text.unwrap_or_default()).map(Cow::into_owned)
    }
}

impl<T, K: Reads<T>> Reads<Option<T>> for Maybe<K> {
    fn read(text: Option<&str>, stored: &Option<K::Stored>) -> Option<Option<T>> {
        match stored.as_ref().filter(|_| text.is_some()) {
            None => Some(None),
            Some(stored) => K::read(text, stored).map(Some),
        }
    }
}

/// What is captured like this is text, which can be borrowed.
pub trait IsText: Kind {}
impl IsText for Text {}
impl IsText for Rest {}

/// What is captured like this is text that may be missing.
pub trait IsOptionalText: Kind {}
impl<K: IsText> IsOptionalText for Maybe<K> {}

/// What is captured like this is a `T`, which can be borrowed.
pub trait Holds<T>: Kind {
    /// Borrows it.
    fn held(stored: &Self::Stored) -> &T;
}

impl<T: Send + Sync + 'static, P: Parser<T>> Holds<T> for Parsed<T, P> {
    fn held(stored: &T) -> &T {
        stored
    }
}

/// What is captured like this may be a `T`, which can be borrowed.
pub trait HoldsOptional<T>: Kind {
    /// Borrows it, if it is there.
    fn held_optional(stored: &Self::Stored) -> Option<&T>;
}

impl<T, K: Holds<T>> HoldsOptional<T> for Maybe<K> {
    fn held_optional(stored: &Option<K::Stored>) -> Option<&T> {
        stored.as_ref().map(K::held)
    }
}

/// What is captured like this is several segments.
pub trait IsRest: Kind {}
impl IsRest for Rest {}
impl IsRest for Maybe<Rest> {}
