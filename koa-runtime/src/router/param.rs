//! What a route captures.

use std::{borrow::Cow, marker::PhantomData, str::FromStr};

use percent_encoding::percent_decode_str;

use crate::{
    Error, Result,
    onion::check::{Here, Impossible, There},
};

/// The name of a capture as a type, so that the check walk can compare it: its bytes as one number, of which the first byte is
/// the highest. What is longer than sixteen bytes is several of these.
#[derive(Debug)]
pub struct Name<const BYTES: u128>;

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

/// By its [`FromStr`].
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

/// In the environment of the check walk: what a route captures, a tuple of [`Cap`](super::leaf::Cap).
#[derive(Debug)]
pub struct Params<Caps>(PhantomData<fn() -> Caps>);

/// The index of what a route captures as `K`: its place among the captures, as [`Nth`](super::entry::Nth) counts, and that it can be
/// read, which is found out at the index `A`. (With a short name, as all indices: see [`check`](crate::onion::check).)
pub(crate) type CaptureAt<I, A, K> = fn(I, A) -> K;

/// What a route has captured.
#[derive(Clone, Copy, Debug)]
pub struct Captured<'p> {
    /// As it stands in the path; `None` if it may be missing, and is.
    pub(super) text: Option<&'p str>,
    /// What is answered where it does not fit.
    pub(super) status: u16,
}

impl Captured<'_> {
    /// The error where it does not fit. `ty` names what was wanted.
    #[cold]
    pub(super) fn unfit(self, name: &'static str, ty: fn() -> String) -> Error {
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
    pub(super) rest: &'p str,
    /// What the route answers where one is no UTF-8.
    pub(super) status: u16,
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

#[cfg(test)]
mod tests;
