//! The response, in Koa's words.

mod attachment;
mod caching;
mod content;
mod foreign;
mod redirect;

use http::header::{AsHeaderName, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};

pub use attachment::Attachment;

use crate::error::{valid_header, valid_header_name};
use crate::header::{IntoHeaderName, IntoHeaderValue, text};
use crate::status::{self, IntoStatus};
use crate::{Body, Error, Result};

/// What the client is going to be told. Layers find it as `ctx.response`, and most of it on `ctx` itself.
///
/// It starts as a 404 and becomes a 200 when it gets a body (K-017, K-352).
///
/// ```
/// use koa_runtime::Response;
///
/// let mut response = Response::new();
/// assert_eq!(response.status(), 404);
///
/// response.set_body("hello");
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.type_(), "text/plain");
/// assert_eq!(response.length(), Some(5));
/// ```
///
/// # Faults
///
/// The setters return nothing, so that a layer reads like one of Koa's. What cannot be set, such as a
/// header with a line break in it, changes nothing and is remembered: the first such
/// [fault](Response::fault) becomes the reply, a 500, and goes to the error listeners.
/// [`try_set`](Response::try_set) tells at once.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "they are independent of one another")]
pub struct Response {
    status: StatusCode,
    // whether a layer chose the status, so that a body does not
    explicit: bool,
    message: Option<String>,
    headers: HeaderMap,
    body: Option<Body>,
    // whether there is no body because a layer said so
    null: bool,
    // whether the head has gone out
    sent: bool,
    // whether 101 is what is meant
    switches: bool,
    fault: Option<Error>,
}

/// What the responder makes a reply of.
pub(crate) struct Parts<'r> {
    pub(crate) message: &'r mut Option<String>,
    pub(crate) headers: &'r mut HeaderMap,
    pub(crate) body: &'r mut Option<Body>,
    pub(crate) null: bool,
}

impl Default for Response {
    fn default() -> Self {
        Self::new()
    }
}

impl Response {
    /// A response that nothing was said about: 404.
    #[must_use]
    pub fn new() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            explicit: false,
            message: None,
            headers: HeaderMap::new(),
            body: None,
            null: false,
            sent: false,
            switches: false,
            fault: None,
        }
    }

    /// The status (K-341).
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Sets the status, from 100 to 999; the message becomes that status's own (K-343, K-350).
    ///
    /// One that never has a body, such as 204, drops the body and its headers (K-347).
    ///
    /// ```
    /// # use koa_runtime::{Response, Status};
    /// let mut response = Response::new();
    /// response.set_status(201);
    /// assert_eq!(response.status(), Status::CREATED);
    ///
    /// response.set_status(99);
    /// assert_eq!(response.status(), Status::CREATED);
    /// assert!(response.fault().is_some());
    /// ```
    pub fn set_status(&mut self, status: impl IntoStatus) {
        match status.into_status() {
            Ok(status) => self.choose(status),
            Err(number) => {
                let message = format!("invalid status code: {number}");
                self.fail(Error::new(500).with_message(message));
            }
        }
    }

    fn choose(&mut self, status: StatusCode) {
        self.explicit = true;
        self.status = status;
        self.message = None;
        if status::is_empty(status) && self.body.is_some() {
            self.drop_body();
        }
    }

    /// The reason phrase: the one that was set, or the status's own (K-349).
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.message {
            Some(message) => message,
            None => status::reason(self.status).unwrap_or(""),
        }
    }

    /// Sets the reason phrase, which HTTP/1 sends and HTTP/2 does not; `""` or a status set later resets it (K-350).
    ///
    /// It goes out as Latin-1. Text that Latin-1 does not have, or with line breaks, is a [fault](Response::fault), as in
    /// the value of a header (K-391).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set_status(200);
    /// response.set_message("fine");
    /// assert_eq!(response.message(), "fine");
    /// ```
    pub fn set_message(&mut self, message: impl Into<String>) {
        let message = message.into();
        if status::is_message(&message) {
            self.message = Some(message).filter(|message| !message.is_empty());
        } else {
            let fault = "invalid status message: it may hold Latin-1 text without line breaks";
            self.fail(Error::new(500).with_message(fault));
        }
    }

    /// The header of this name in any case; `None` if it is not set (K-398).
    #[must_use]
    pub fn get(&self, field: impl AsHeaderName) -> Option<&str> {
        self.headers.get(field).map(text)
    }

    /// Sets a header, in place of what it was. A name or a value that no header can have is a
    /// [fault](Response::fault) (K-391).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set("X-Response-Time", format!("{}ms", 3));
    /// assert_eq!(response.get("x-response-time"), Some("3ms"));
    ///
    /// response.set("X-User", "eve\r\nX-Admin: 1");
    /// assert!(!response.has("x-user"));
    /// assert!(response.fault().is_some());
    /// ```
    pub fn set(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) {
        if let Err(fault) = self.try_set(field, value) {
            self.fail(fault);
        }
    }

    /// Sets a header, or says at once what is wrong with it.
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// # let name = "x\ny";
    /// let mut response = Response::new();
    /// assert!(response.try_set("X-Name", name).is_err());
    /// assert!(response.fault().is_none());
    /// ```
    ///
    /// # Errors
    ///
    /// A 500 that names the header, if no header can have that name or that value.
    pub fn try_set(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) -> Result {
        let (name, value) = valid_header(field, value)?;
        self.headers.insert(name, value);
        Ok(())
    }

    /// Sets a header to several values, a line each (K-387); to none, it is removed. One that can have only one line,
    /// such as `Content-Type`, takes exactly one value (K-392). If any of it cannot be, that is a
    /// [fault](Response::fault), and nothing changes.
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set_all("Link", ["</a.css>; rel=preload", "</b.js>; rel=preload"]);
    /// assert_eq!(response.headers().get_all("link").iter().count(), 2);
    /// ```
    pub fn set_all<V: IntoHeaderValue>(&mut self, field: impl IntoHeaderName, values: impl IntoIterator<Item = V>) {
        if let Err(fault) = self.try_set_all(field, values) {
            self.fail(fault);
        }
    }

    fn try_set_all<V: IntoHeaderValue>(
        &mut self,
        field: impl IntoHeaderName,
        values: impl IntoIterator<Item = V>,
    ) -> Result {
        let name = valid_header_name(field)?;
        let mut valid = Vec::new();
        for value in values {
            valid.push(valid_header(&name, value)?.1);
        }
        if is_single(&name) && valid.len() != 1 {
            return Err(Error::new(500).with_message(format!("{name} must have exactly one value")));
        }
        self.headers.remove(&name);
        for value in valid {
            self.headers.append(&name, value);
        }
        Ok(())
    }

    /// Adds a line to a header, beside what it was (K-393, K-396). One that can have only one line, such
    /// as `Content-Type`, is a [fault](Response::fault) the second time (K-395).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.append("Set-Cookie", "a=1");
    /// response.append("Set-Cookie", "b=2");
    /// assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    /// ```
    pub fn append(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) {
        match valid_header(field, value) {
            Ok((name, _)) if is_single(&name) && self.headers.contains_key(&name) => {
                self.fail(Error::new(500).with_message(format!("{name} must have exactly one value")));
            }
            Ok((name, value)) => {
                self.headers.append(name, value);
            }
            Err(fault) => self.fail(fault),
        }
    }

    /// Removes a header, all its lines.
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// # let mut response = Response::new();
    /// response.set("X-Cache", "hit");
    /// response.remove("x-cache");
    /// assert!(!response.has("X-Cache"));
    /// ```
    pub fn remove(&mut self, field: impl AsHeaderName) {
        self.headers.remove(field);
    }

    /// Whether a header is set, be it to nothing (K-397).
    #[must_use]
    pub fn has(&self, field: impl AsHeaderName) -> bool {
        self.headers.contains_key(field)
    }

    /// The headers. `Content-Length` is among them only if a layer set it: what follows from the body is
    /// added when it is sent, and [`length`](Response::length) knows it.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The first thing that could not be set, which is what the client will get: a 500.
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set("no name", 1);
    /// let fault = response.fault().map(ToString::to_string);
    /// assert_eq!(fault.as_deref(), Some("invalid header name \"no name\""));
    /// ```
    #[must_use]
    pub fn fault(&self) -> Option<&Error> {
        self.fault.as_ref()
    }

    /// Forgets the fault, for a layer that has dealt with it.
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn greet(ctx: &mut Context, name: &str) {
    ///     ctx.set("X-Hello", name);
    ///     if ctx.response.take_fault().is_some() {
    ///         ctx.set("X-Hello", "you"); // their name is none that a header can have
    ///     }
    /// }
    /// ```
    pub fn take_fault(&mut self) -> Option<Error> {
        self.fault.take()
    }

    #[cold]
    pub(crate) fn fail(&mut self, fault: Error) {
        self.fault.get_or_insert(fault);
    }

    /// Starts over with an error's status and nothing to say.
    pub(crate) fn restart(&mut self, status: StatusCode, headers: HeaderMap) {
        *self = Self { status, explicit: true, headers, ..Self::new() };
    }

    /// Drops all that it holds, but for its headers and its body, which have gone out.
    #[inline]
    pub(crate) fn spend(&mut self) {
        debug_assert!(self.headers.capacity() == 0 && self.body.is_none(), "they have gone out");
        let Self { status, explicit, message, headers: _, body: _, null, sent, switches, fault } = self;
        (*status, *explicit, *message, *null) = (StatusCode::NOT_FOUND, false, None, false);
        (*sent, *switches) = (false, false);
        *fault = None;
    }

    /// The head of a reply that has gone out.
    pub(crate) fn sent(status: StatusCode, message: Option<String>, headers: HeaderMap) -> Self {
        Self { status, explicit: true, message, headers, sent: true, ..Self::new() }
    }

    /// Whether the head has gone out (K-184): only where the error event is told of what went wrong with a body that was
    /// on its way to the client. No layer ever sees it.
    ///
    /// ```
    /// use koa_runtime::Settings;
    ///
    /// let mut settings = Settings::default();
    /// settings.on_error(|error, ctx| {
    ///     let when = if ctx.response.header_sent() { "half-way" } else { "before it began" };
    ///     eprintln!("the reply to {} failed {when}: {error}", ctx.path());
    /// });
    /// ```
    #[must_use]
    pub fn header_sent(&self) -> bool {
        self.sent
    }

    /// Switches to another protocol.
    pub(crate) fn switch(&mut self) {
        self.drop_body();
        self.choose(StatusCode::SWITCHING_PROTOCOLS);
        self.switches = true;
    }

    /// Whether it does, for all that has been said since.
    pub(crate) fn switches(&self) -> bool {
        self.switches && self.status == StatusCode::SWITCHING_PROTOCOLS
    }

    /// Whether a layer chose the body, or that there is none.
    pub(crate) fn has_said(&self) -> bool {
        self.body.is_some() || self.null
    }

    pub(crate) fn parts_mut(&mut self) -> Parts<'_> {
        let Self { message, headers, body, null, .. } = self;
        Parts { message, headers, body, null: *null }
    }
}

fn is_single(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || *name == CONTENT_LENGTH
}

/// Removes what is said about a body that is not there (K-085, K-367).
pub(crate) fn strip_content(headers: &mut HeaderMap) {
    for name in [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
}

#[cfg(test)]
mod tests;
