//! The error that travels outward through the onion.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdErrorTrait;
use std::fmt;

use http::{HeaderMap, StatusCode};

use crate::header::{IntoHeaderName, IntoHeaderValue};
use crate::status::{self, IntoStatus};

/// The result of a layer: nothing, or an [`Error`] on its way outward.
///
/// ```
/// use koa_runtime::{Error, Result};
///
/// fn positive(n: i32) -> Result<i32> {
///     if n > 0 { Ok(n) } else { Err(Error::new(400)) }
/// }
/// assert!(positive(-1).is_err());
/// ```
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

type Source = dyn StdErrorTrait + Send + Sync;

/// An error with a status: what a layer returns to end the request early.
///
/// It is a value like any other. It passes outward through the layers, any of which may catch it with
/// `match next.run(ctx).await`; what nobody catches becomes the reply. Its [message](Error::message) is
/// shown to the client only if the error is [exposed](Error::is_exposed), which those below 500 are.
///
/// It is one pointer wide, and so is a `Result` of it.
///
/// ```
/// use koa_runtime::Error;
///
/// let error = Error::new(404).with_message("no such post");
/// assert_eq!(error.status(), 404);
/// assert_eq!(error.to_string(), "no such post");
/// assert!(error.is_exposed());
/// ```
///
/// # `?` takes any error
///
/// Any `std::error::Error` turns into an `Error` with status 500 that is not exposed and keeps it as its
/// [source](Error::source). Rust allows such a conversion only for a type that is not a
/// `std::error::Error` itself, so `Error` is not one. Where one is wanted, [`Error::into_std`] gives a
/// [`StdError`], and `?` turns that back into the very same `Error`.
///
/// ```
/// # use koa_runtime::{Error, Result};
/// fn port(text: &str) -> Result<u16> {
///     Ok(text.parse()?)
/// }
/// let error = port("http").unwrap_err();
/// assert_eq!(error.status(), 500);
/// assert!(!error.is_exposed());
/// assert_eq!(error.message(), "invalid digit found in string");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    // `None` until somebody chose one: it counts as 500, and `throw!(422, error)` may still choose
    status: Option<StatusCode>,
    expose: Option<bool>,
    message: Option<Cow<'static, str>>,
    headers: HeaderMap,
    source: Option<Box<Source>>,
}

impl Error {
    /// An error with this status, whose message is the status's reason phrase.
    ///
    /// A number that is neither a known status nor between 400 and 599 counts as 500 (K-157).
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// assert_eq!(Error::new(400).message(), "Bad Request");
    /// assert_eq!(Error::new(600).status(), 500);
    /// ```
    #[must_use]
    pub fn new(status: impl IntoStatus) -> Self {
        Self(Box::new(Inner {
            status: Some(sendable(status)),
            expose: None,
            message: None,
            headers: HeaderMap::new(),
            source: None,
        }))
    }

    /// Makes an error of a boxed one, which `?` cannot take, as a `Box<dyn Error>` is not itself an `Error`.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let boxed: Box<dyn std::error::Error + Send + Sync> = "out of paper".into();
    /// let error = Error::from_boxed(boxed);
    /// assert_eq!((error.status().as_u16(), error.message()), (500, "out of paper"));
    /// ```
    #[must_use]
    pub fn from_boxed(source: Box<dyn StdErrorTrait + Send + Sync>) -> Self {
        match source.downcast::<StdError>() {
            Ok(wrapped) => wrapped.0,
            Err(source) => Self(Box::new(Inner {
                status: None,
                expose: None,
                message: Some(Cow::Owned(source.to_string())),
                headers: HeaderMap::new(),
                source: Some(source),
            })),
        }
    }

    /// The status of the reply.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What went wrong, in words: the reason phrase of the status unless a message was given.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.0.message {
            Some(message) => message,
            None => status::phrase(self.status()),
        }
    }

    /// Whether the client is shown the message: if not chosen, those below 500 are exposed.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.0.expose.unwrap_or_else(|| self.status().as_u16() < 500)
    }

    /// The headers that go out with the reply.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The error behind this one.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::from("x".parse::<u8>().unwrap_err());
    /// assert!(error.source().is_some_and(|source| source.is::<std::num::ParseIntError>()));
    /// ```
    #[must_use]
    pub fn source(&self) -> Option<&(dyn StdErrorTrait + Send + Sync + 'static)> {
        self.0.source.as_deref()
    }

    /// Sets the status; whether the error is exposed follows it, unless [chosen](Error::with_expose).
    ///
    /// ```
    /// # use koa_runtime::{Error, Result};
    /// fn id(text: &str) -> Result<u64> {
    ///     text.parse().map_err(|error| Error::from(error).with_status(400))
    /// }
    /// assert!(id("seven").unwrap_err().is_exposed());
    /// ```
    #[must_use]
    pub fn with_status(mut self, status: impl IntoStatus) -> Self {
        self.0.status = Some(sendable(status));
        self
    }

    /// Sets the message.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::new(404).with_message("no such post");
    /// assert_eq!(error.message(), "no such post");
    /// ```
    #[must_use]
    pub fn with_message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = Some(message.into());
        self
    }

    /// Keeps the error behind this one. The message stays: what the source says may not be for the client.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let cause = "x".parse::<u8>().unwrap_err();
    /// let error = Error::new(400).with_source(cause);
    /// assert_eq!(error.message(), "Bad Request");
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdErrorTrait + Send + Sync + 'static>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds a header to the reply; a name given twice makes two lines (K-177).
    ///
    /// If no header can have that name or value, the error becomes a 500 that says so and keeps this one
    /// as its source.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::new(405).with_header("Allow", "GET, HEAD");
    /// assert_eq!(error.headers()["allow"], "GET, HEAD");
    /// ```
    #[must_use]
    pub fn with_header(mut self, name: impl IntoHeaderName, value: impl IntoHeaderValue) -> Self {
        match valid_header(name, value) {
            Ok((name, value)) => {
                self.0.headers.append(name, value);
                self
            }
            Err(fault) => fault.with_source(self),
        }
    }

    /// Says whether the client is shown the message (K-158, K-159).
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::new(503).with_message("back at noon").with_expose(true);
    /// assert!(error.is_exposed());
    /// ```
    #[must_use]
    pub fn with_expose(mut self, expose: bool) -> Self {
        self.0.expose = Some(expose);
        self
    }

    /// This error as a `std::error::Error`, for code that asks for one.
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let inside: std::io::Error = std::io::Error::other(Error::new(404).into_std());
    /// # let _ = inside;
    /// let back = Error::from(Error::new(404).into_std());
    /// assert_eq!(back.status(), 404); // unwrapped, not wrapped again
    /// ```
    #[must_use]
    pub fn into_std(self) -> StdError {
        StdError(self)
    }

    /// The message, without a copy.
    pub(crate) fn into_message(self) -> Cow<'static, str> {
        let status = self.status();
        self.0.message.unwrap_or(Cow::Borrowed(status::phrase(status)))
    }

    /// For `throw!(status, "…")`: text without arguments is not copied.
    #[doc(hidden)]
    #[must_use]
    pub fn __say(status: impl IntoStatus, message: fmt::Arguments<'_>) -> Self {
        let message = match message.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(message.to_string()),
        };
        Self::new(status).with_message(message)
    }

    /// For `throw!(status, error)`: a status the error already has wins (K-151).
    #[doc(hidden)]
    #[must_use]
    pub fn __because(status: impl IntoStatus, error: impl Into<Error>) -> Self {
        let error: Error = error.into();
        match error.0.status {
            Some(_) => error,
            None => error.with_status(status),
        }
    }
}

/// A status that an error can have (K-157); whether the wire can is the responder's matter (K-160).
fn sendable(status: impl IntoStatus) -> StatusCode {
    match status.into_status() {
        Ok(status) if (400..600).contains(&status.as_u16()) => status,
        // a 1xx announces a reply and is none
        Ok(status) if status::reason(status).is_some() && !status.is_informational() => status,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The name of a header, or the error that says it is none.
pub(crate) fn valid_header_name(name: impl IntoHeaderName) -> Result<http::HeaderName> {
    name.into_header_name().map_err(|name| Error::new(500).with_message(format!("invalid header name {name:?}")))
}

/// A header as it may be stored, or the error that says what is wrong with it.
pub(crate) fn valid_header(
    name: impl IntoHeaderName,
    value: impl IntoHeaderValue,
) -> Result<(http::HeaderName, http::HeaderValue)> {
    let name = valid_header_name(name)?;
    // the value itself may be a secret, so only the name is told
    match value.into_header_value() {
        Some(value) => Ok((name, value)),
        None => Err(Error::new(500).with_message(format!(
            "invalid value for the header {name}: it may hold Latin-1 text without line breaks"
        ))),
    }
}

/// K-148: any error becomes a 500 that is not exposed; a [`StdError`] is unwrapped.
impl<E> From<E> for Error
where
    E: StdErrorTrait + Send + Sync + 'static,
{
    fn from(error: E) -> Self {
        let mut error = Some(error);
        if let Some(wrapped) = (&mut error as &mut dyn Any).downcast_mut::<Option<StdError>>()
            && let Some(StdError(inner)) = wrapped.take()
        {
            return inner;
        }
        Self(Box::new(Inner {
            status: None,
            expose: None,
            message: error.as_ref().map(|error| Cow::Owned(error.to_string())),
            headers: HeaderMap::new(),
            source: error.map(|error| Box::new(error) as Box<Source>),
        }))
    }
}

impl From<Error> for Box<dyn StdErrorTrait + Send + Sync> {
    fn from(error: Error) -> Self {
        Box::new(error.into_std())
    }
}

impl From<Error> for Box<dyn StdErrorTrait> {
    fn from(error: Error) -> Self {
        Box::new(error.into_std())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("status", &self.status().as_u16())
            .field("message", &self.message())
            .field("expose", &self.is_exposed());
        if !self.0.headers.is_empty() {
            out.field("headers", &self.0.headers);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

/// An [`Error`] as a `std::error::Error`, made by [`Error::into_std`].
///
/// ```
/// # use koa_runtime::Error;
/// let error: Box<dyn std::error::Error> = Error::new(404).into();
/// assert_eq!(error.to_string(), "Not Found");
/// ```
pub struct StdError(Error);

impl StdError {
    /// The error inside, by reference.
    #[must_use]
    pub fn get_ref(&self) -> &Error {
        &self.0
    }

    /// The error inside.
    #[must_use]
    pub fn into_inner(self) -> Error {
        self.0
    }
}

impl StdErrorTrait for StdError {
    fn source(&self) -> Option<&(dyn StdErrorTrait + 'static)> {
        self.0.source().map(|source| source as _)
    }
}

impl fmt::Display for StdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for StdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests;
