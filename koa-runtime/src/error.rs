//! The error that travels outward through the onion.

mod convert;
#[cfg(feature = "json")]
mod member;
mod source;

use std::borrow::Cow;
use std::error::Error as StdErrorTrait;
use std::fmt;

use http::{HeaderMap, StatusCode};

pub use convert::StdError;
#[cfg(feature = "json")]
pub(crate) use member::Members;

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
/// # What the client gets
///
/// Plain text, as in Koa: the [exposed message](Error::exposed_message), whatever the client accepts (K-178). See
/// [`errors`](crate::errors) for JSON and HTML. The [headers](Error::with_header) of the error go out with it, and some
/// of those that outer layers have set: see [`Settings::keep_on_error`](crate::Settings::keep_on_error).
///
/// # What it was
///
/// A layer outside tells errors apart by their status, or by what is behind them: [`is`](Error::is) and
/// [`downcast_ref`](Error::downcast_ref).
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

#[derive(Default)]
struct Inner {
    // `None` until somebody chose one: it counts as 500, and `throw!(422, error)` may still choose
    status: Option<StatusCode>,
    expose: Option<bool>,
    message: Option<Cow<'static, str>>,
    headers: HeaderMap,
    source: Option<Box<Source>>,
    #[cfg(feature = "json")]
    members: Members,
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
        Self(Box::new(Inner { status: Some(sendable(status)), ..Inner::default() }))
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

    /// What the client may be shown: the message if it is [exposed](Error::is_exposed), and else the phrase of the
    /// status. Whoever renders errors shows this, and never [`message`](Error::message).
    ///
    /// ```
    /// # use koa_runtime::Error;
    /// let error = Error::new(500).with_message("the database is at 10.0.0.7");
    /// assert_eq!(error.exposed_message(), "Internal Server Error");
    /// assert_eq!(Error::new(404).with_message("no such post").exposed_message(), "no such post");
    /// ```
    #[must_use]
    pub fn exposed_message(&self) -> &str {
        if self.is_exposed() { self.message() } else { status::phrase(self.sent_status()) }
    }

    /// The exposed message, if there is one beside the phrase of the status.
    pub(crate) fn detail(&self) -> Option<&str> {
        let detail = self.0.message.as_deref().filter(|_| self.is_exposed())?;
        (!detail.is_empty() && detail != status::phrase(self.sent_status())).then_some(detail)
    }

    /// The status that is sent: one without a phrase is a 500 on the wire (K-160).
    pub(crate) fn sent_status(&self) -> StatusCode {
        let status = self.status();
        if status::reason(status).is_some() { status } else { StatusCode::INTERNAL_SERVER_ERROR }
    }

    /// The headers that go out with the reply.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
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

    /// [`exposed_message`](Error::exposed_message) as a body; text that is not formatted is not copied.
    pub(crate) fn exposed_text(&self) -> Cow<'static, str> {
        match (&self.0.message, self.is_exposed()) {
            (Some(message), true) => message.clone(),
            (None, true) => Cow::Borrowed(status::phrase(self.status())),
            (_, false) => Cow::Borrowed(status::phrase(self.sent_status())),
        }
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
        #[cfg(feature = "json")]
        if !self.0.members.is_empty() {
            out.field("members", &self.0.members);
        }
        if let Some(source) = &self.0.source {
            out.field("source", source);
        }
        out.finish()
    }
}

#[cfg(test)]
mod tests;
