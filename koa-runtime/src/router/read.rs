//! How a `#[param]` reads what a route has captured, once the check walk has found that it can (see [`reader`](super::reader)).
//!
//! The bounds of a layer name none of this but one trait of the value: with a lifetime among them, rustc would prove for each layer
//! anew that threads can share the context.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use super::param::{Captured, Kind, Maybe, Parsed, Parser, Rest, Segments, Text, decoded};
use crate::{
    Result,
    onion::{describe::short_type_name, environment::At},
};

/// It can be read as a `T`: `#[param] name: T`.
pub trait ParamValue<T> {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if the text does not parse.
    fn value(&self, name: &'static str) -> Result<T>;
}

/// It is text: `#[param] name: &str`.
pub trait ParamText {
    /// The text, decoded.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    fn text(&self, name: &'static str) -> Result<Cow<'_, str>>;

    /// The text as it stands in the path.
    fn raw(&self) -> &str;
}

/// It is text that may be missing: `#[param] name: Option<&str>`.
pub trait ParamOptionalText {
    /// The text, decoded, if it is there.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    fn optional_text(&self, name: &'static str) -> Result<Option<Cow<'_, str>>>;

    /// The text as it stands in the path.
    fn raw(&self) -> Option<&str>;
}

/// Text that a fn holds for as long as it borrows it.
pub trait HeldText: Send + Sync {
    /// The text.
    fn text(&self) -> &str {
        self.optional_text().unwrap_or_default()
    }

    /// The text, if it is there.
    fn optional_text(&self) -> Option<&str>;
}

/// Text at the index `I` of the environment: with all of that, it has no lifetime of its own, which the future of a layer could not
/// be named with.
pub struct TextIn<E, I> {
    env: E,
    decoded: Option<String>,
    index: PhantomData<fn() -> I>,
}

impl<E: At<I, Value: ParamText>, I> TextIn<E, I> {
    /// Decodes it.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    pub fn read(env: E, name: &'static str) -> Result<Self> {
        let decoded = match env.at().text(name)? {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        Ok(Self { env, decoded, index: PhantomData })
    }
}

impl<E: At<I, Value: ParamText>, I> HeldText for TextIn<E, I> {
    fn text(&self) -> &str {
        self.decoded.as_deref().unwrap_or_else(|| self.env.at().raw())
    }

    fn optional_text(&self) -> Option<&str> {
        Some(self.text())
    }
}

impl<E, I> fmt::Debug for TextIn<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextIn")
    }
}

/// The same of text that may be missing.
pub struct OptionalTextIn<E, I> {
    env: E,
    decoded: Option<String>,
    index: PhantomData<fn() -> I>,
}

impl<E: At<I, Value: ParamOptionalText>, I> OptionalTextIn<E, I> {
    /// Decodes it.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    pub fn read(env: E, name: &'static str) -> Result<Self> {
        let decoded = match env.at().optional_text(name)? {
            None | Some(Cow::Borrowed(_)) => None,
            Some(Cow::Owned(text)) => Some(text),
        };
        Ok(Self { env, decoded, index: PhantomData })
    }
}

impl<E: At<I, Value: ParamOptionalText>, I> HeldText for OptionalTextIn<E, I> {
    fn optional_text(&self) -> Option<&str> {
        self.decoded.as_deref().or_else(|| self.env.at().raw())
    }
}

impl<E, I> fmt::Debug for OptionalTextIn<E, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OptionalTextIn")
    }
}

/// It holds a `T`: `#[param] name: &T`.
pub trait ParamHeld<T> {
    /// Lends it.
    fn lend(&self) -> &T;
}

/// It may hold a `T`: `#[param] name: Option<&T>`.
pub trait ParamOptionalHeld<T> {
    /// Lends it, if it is there.
    fn lend_optional(&self) -> Option<&T>;
}

/// It is several segments: `#[param] name: Segments<'_>`.
pub trait ParamSegments {
    /// The segments.
    fn segments(&self) -> Segments<'_>;
}

impl<T, N, K: Reads<T>> ParamValue<T> for Captured<'_, N, K> {
    fn value(&self, name: &'static str) -> Result<T> {
        K::read(self.text, &self.stored).ok_or_else(|| self.unfit(name, short_type_name::<T>))
    }
}

impl<N, K: IsText> ParamText for Captured<'_, N, K> {
    fn text(&self, name: &'static str) -> Result<Cow<'_, str>> {
        self.text.and_then(decoded).ok_or_else(|| self.unfit(name, short_type_name::<str>))
    }

    fn raw(&self) -> &str {
        self.text.unwrap_or_default()
    }
}

impl<N, K: IsText> ParamOptionalText for Captured<'_, N, Maybe<K>> {
    fn optional_text(&self, name: &'static str) -> Result<Option<Cow<'_, str>>> {
        let text = self.text.map(|text| decoded(text).ok_or_else(|| self.unfit(name, short_type_name::<str>)));
        text.transpose()
    }

    fn raw(&self) -> Option<&str> {
        self.text
    }
}

impl<T, N, K: Holds<T>> ParamHeld<T> for Captured<'_, N, K> {
    fn lend(&self) -> &T {
        K::held(&self.stored)
    }
}

impl<T, N, K: Holds<T>> ParamOptionalHeld<T> for Captured<'_, N, Maybe<K>> {
    fn lend_optional(&self) -> Option<&T> {
        self.stored.as_ref().map(K::held)
    }
}

impl<N, K: IsRest> ParamSegments for Captured<'_, N, K> {
    fn segments(&self) -> Segments<'_> {
        Segments { rest: self.text.unwrap_or_default(), status: self.status }
    }
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
        match stored {
            None => Some(None),
            Some(stored) => K::read(text, stored).map(Some),
        }
    }
}

/// What is captured like this is text, which can be borrowed.
pub trait IsText: Kind {}
impl IsText for Text {}
impl IsText for Rest {}

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

/// What is captured like this is several segments.
pub trait IsRest: Kind {}
impl IsRest for Rest {}
impl IsRest for Maybe<Rest> {}
