//! What a route captures, and how a `#[param]` reads it.

use std::{borrow::Cow, fmt, marker::PhantomData, str::FromStr};

use percent_encoding::percent_decode_str;

use crate::{
    Error, Result,
    onion::{
        check::{Here, Impossible, There},
        describe::short_type_name,
    },
};

/// A letter of a name: names are types, so that the check walk can compare them. `id` is `(Ch<'i'>, Ch<'d'>)`.
#[derive(Debug)]
pub struct Ch<const C: char>;

/// A type that a route can parse. What a pattern names goes through here, so that a type that cannot be parsed is reported where it
/// is named, and nowhere else: `I`, which is always [`Here`], is left open then, and with it all that follows.
#[diagnostic::on_unimplemented(
    message = "no route can parse a `{Self}`",
    label = "text does not parse as a `{Self}`",
    note = "implement `std::str::FromStr` for it; threads share it, so it is `Send` and `Sync`"
)]
pub trait Parse<I>: Sized {
    /// [`Parsed`]
    type Kind;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Send + Sync + 'static> Parse<Here> for T {
    type Kind = Parsed<T>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Send + Sync + 'static + Impossible> Parse<There<Here>> for T {
    type Kind = Parsed<T>;
}

/// How a route captures.
pub trait Kind: 'static {
    /// What the route keeps of it beside the text.
    type Stored: Send + Sync;
    /// Makes that of the text as it stands in the path; `None` if it does not fit.
    fn store(text: Option<&str>) -> Option<Self::Stored>;
}

/// `{name}`: text, which the reader parses.
#[derive(Debug)]
pub struct Text;

/// `{name: T}`: the route parses it, as `P` does.
#[derive(Debug)]
pub struct Parsed<T, P = ByFromStr>(PhantomData<fn() -> (T, P)>);

/// Parses a `T`. A named table has one of its own for each type that is not from the standard library: what is wrong with the type is
/// wrong in there, and nowhere else.
pub trait Parser<T>: 'static {
    /// Parses it.
    fn parse(text: &str) -> Option<T>;
}

/// With its [`FromStr`].
#[derive(Debug)]
pub struct ByFromStr;

impl<T: FromStr> Parser<T> for ByFromStr {
    fn parse(text: &str) -> Option<T> {
        text.parse().ok()
    }
}

/// `{name..}`: several segments.
#[derive(Debug)]
pub struct Rest;

/// `{name?}`: it may be missing.
#[derive(Debug)]
pub struct Maybe<K>(PhantomData<fn() -> K>);

impl Kind for Text {
    type Stored = ();
    fn store(_: Option<&str>) -> Option<()> {
        Some(())
    }
}

impl<T: Send + Sync + 'static, P: Parser<T>> Kind for Parsed<T, P> {
    type Stored = T;
    fn store(text: Option<&str>) -> Option<T> {
        P::parse(&decoded(text?)?)
    }
}

impl Kind for Rest {
    type Stored = ();
    fn store(_: Option<&str>) -> Option<()> {
        Some(())
    }
}

impl<K: Kind> Kind for Maybe<K> {
    type Stored = Option<K::Stored>;
    fn store(text: Option<&str>) -> Option<Option<K::Stored>> {
        match text {
            None => Some(None),
            text => K::store(text).map(Some),
        }
    }
}

/// In the environment of the check walk: a route captures `N`.
#[derive(Debug)]
pub struct Param<N, K>(PhantomData<(N, K)>);

/// What a route has captured, in the frame of the router.
pub struct Captured<'p, N, K: Kind> {
    text: Option<&'p str>,
    stored: K::Stored,
    status: u16,
    name: PhantomData<fn() -> N>,
}

impl<N, K: Kind> fmt::Debug for Captured<'_, N, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Captured").field(&self.text).finish()
    }
}

impl<'p, N, K: Kind> Captured<'p, N, K> {
    /// `text` as it stands in the path. `None` if the route wants a type that it does not parse as.
    pub(super) fn new(text: Option<&'p str>, status: u16) -> Option<Self> {
        Some(Self { text, stored: K::store(text)?, status, name: PhantomData })
    }

    /// The value as `T`, for `#[param] name: T`.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if the text does not parse.
    pub fn read<T>(&self, name: &'static str) -> Result<T>
    where
        K: Reads<T>,
    {
        K::read(self.text, &self.stored).ok_or_else(|| self.unfit(name, short_type_name::<T>))
    }

    /// The text, decoded, for `#[param] name: &str`.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    pub fn text(&self, name: &'static str) -> Result<Cow<'p, str>>
    where
        K: IsText,
    {
        self.text.and_then(decoded).ok_or_else(|| self.unfit(name, short_type_name::<str>))
    }

    /// The value itself, for `#[param] name: &T`.
    pub fn lend<T>(&self) -> &T
    where
        K: Holds<T>,
    {
        K::held(&self.stored)
    }

    /// The text, decoded, if it is there, for `#[param] name: Option<&str>`.
    ///
    /// # Errors
    ///
    /// 404, or 400 where the route says so, if it is no UTF-8.
    pub fn optional_text(&self, name: &'static str) -> Result<Option<Cow<'p, str>>>
    where
        K: IsOptionalText,
    {
        let text = self.text.map(|text| decoded(text).ok_or_else(|| self.unfit(name, short_type_name::<str>)));
        text.transpose()
    }

    /// The value itself, if it is there, for `#[param] name: Option<&T>`.
    pub fn lend_optional<T>(&self) -> Option<&T>
    where
        K: HoldsOptional<T>,
    {
        K::held_optional(&self.stored)
    }

    /// The segments, for `#[param] name: Segments<'_>`.
    #[must_use]
    pub fn segments(&self) -> Segments<'p>
    where
        K: IsRest,
    {
        Segments { rest: self.text.unwrap_or_default(), status: self.status }
    }

    #[cold]
    fn unfit(&self, name: &'static str, ty: fn() -> String) -> Error {
        refused(self.status, || {
            if self.text.is_some_and(|text| decoded(text).is_none()) {
                return format!("the path parameter {name} is no UTF-8");
            }
            let ty = ty();
            let one = ty.strip_prefix("Option<").and_then(|inner| inner.strip_suffix('>')).unwrap_or(&ty);
            format!("the path parameter {name} is no {one}")
        })
    }
}

/// A 404 says nothing: there is no such thing, as at any other place without a route.
#[cold]
fn refused(status: u16, sentence: impl FnOnce() -> String) -> Error {
    let error = Error::new(status);
    if status == 404 { error } else { error.with_message(sentence()) }
}

/// What is percent-encoded, decoded (RFC 3986 §2.1); `None` if that is no UTF-8. Without a `%` nothing is copied.
pub(crate) fn decoded(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('%') {
        return Some(Cow::Borrowed(raw));
    }
    // at once as large as it can get
    let mut bytes = Vec::with_capacity(raw.len());
    bytes.extend(percent_decode_str(raw));
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

/// The segments that `{name..}` has captured, decoded, one by one.
///
/// A `/` that is encoded, `%2F`, is part of a segment and ends none. No segment is empty, `.` or `..`; but one may be `a/../b`, if that
/// is how it was encoded: who makes a path in a file system of it checks each segment.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn show(#[param] path: Segments<'_>) -> Result<String> {
///     let segments: Vec<_> = path.collect::<Result<_>>()?;
///     Ok(segments.join(" > "))
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![routes! { GET "/wiki/{path..}" => show }]);
/// assert_eq!(app.get("/wiki/a/b%2Fc").await.text(), "a > b/c");
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Segments<'p> {
    rest: &'p str,
    /// What the route answers where one is no UTF-8.
    status: u16,
}

impl<'p> Segments<'p> {
    /// What is left, as it stands in the path.
    #[must_use]
    pub fn as_raw(&self) -> &'p str {
        self.rest
    }
}

impl<'p> Iterator for Segments<'p> {
    /// A 404 for one that is no UTF-8, or a 400 where the route says so.
    type Item = Result<Cow<'p, str>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (segment, rest) = self.rest.split_once('/').unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(decoded(segment).ok_or_else(|| refused(self.status, || "a segment of the path is no UTF-8".to_owned())))
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

/// The same, if it is there.
pub trait IsOptionalText: Kind {}
impl<K: IsText> IsOptionalText for Maybe<K> {}

/// The same, if it is there.
pub trait HoldsOptional<T>: Kind {
    /// Borrows it.
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

#[cfg(test)]
mod tests;
