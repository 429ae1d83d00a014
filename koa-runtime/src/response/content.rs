//! The body of the response, and what is said about it.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderValue, StatusCode};

use super::{Response, strip_content};
use crate::body::Kind;
use crate::header::{before_parameters, leading_number, text_of};
use crate::{Body, mime, status};

/// The body, and what is said about it.
impl Response {
    /// The body, if there is one.
    #[must_use]
    pub fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// Sets the body, and what follows from it unless it was chosen before: the status 200 (K-352) and
    /// the `Content-Type` (K-353 to K-358), which is HTML for text that starts with `<`, plain text for
    /// other text, `application/octet-stream` for bytes and streams. [`Body::empty`] and `()` are no body:
    /// see [`clear_body`](Response::clear_body).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set_body("<h1>Hello</h1>");
    /// assert_eq!(response.get("content-type"), Some("text/html; charset=utf-8"));
    /// ```
    pub fn set_body(&mut self, body: impl Into<Body>) {
        self.put(body.into());
    }

    fn put(&mut self, body: Body) {
        let kind = body.kind();
        if kind == Kind::Nothing {
            return self.clear_body();
        }
        if !self.explicit {
            self.choose(StatusCode::OK);
        }
        // most replies have no header before they have a body
        let is_bare = self.headers.is_empty();
        // What is known to be so many bytes says so itself. A length that was set before the first
        // stream is the stream's, one set before a later stream was another body's (K-089, K-090).
        if !is_bare && (!matches!(kind, Kind::Stream | Kind::Asked) || self.body.is_some()) {
            self.headers.remove(CONTENT_LENGTH);
        }
        match kind {
            // K-357, K-358
            Kind::Json if mime::names_json(self.content_type()) => {}
            Kind::Json => self.infer(is_bare, mime::JSON),
            _ if !is_bare && self.headers.contains_key(CONTENT_TYPE) => {} // K-356
            Kind::Text if body.as_bytes().is_some_and(mime::is_html) => self.infer(is_bare, mime::HTML),
            Kind::Text => self.infer(is_bare, mime::TEXT),
            Kind::Binary | Kind::Stream | Kind::Asked | Kind::Nothing => self.infer(is_bare, mime::BINARY),
        }
        self.body = Some(body);
        self.null = false;
    }

    // A call for each type, where it is made: to choose one and then put it in would move it once more, in pieces that are not those it was
    // written in, for which the processor waits.
    #[inline(never)]
    fn infer(&mut self, is_bare: bool, inferred: HeaderValue) {
        if is_bare {
            // what is in place of nothing need not be given back
            self.headers.append(CONTENT_TYPE, inferred);
        } else {
            self.headers.insert(CONTENT_TYPE, inferred);
        }
    }

    /// Sets the body to the value as JSON. A value that has no JSON form is a [fault](Response::fault).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set_json(&["a", "b"]);
    /// assert_eq!(response.type_(), "application/json");
    /// ```
    #[cfg(feature = "json")]
    pub fn set_json<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        match Body::json(value) {
            Ok(body) => self.put(body),
            Err(error) => self.fail(error),
        }
    }

    /// Says that there is no body: Koa's `ctx.body = null`, which is a 204 (K-053, K-367).
    ///
    /// With the type `application/json` it is the JSON value `null` instead (K-059).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.clear_body();
    /// assert_eq!(response.status(), 204);
    /// ```
    pub fn clear_body(&mut self) {
        if !status::is_empty(self.status) {
            if self.type_() == "application/json" {
                // where Koa says 404, for it forgets the status
                return self.put(Body::full(Kind::Json, bytes::Bytes::from_static(b"null")));
            }
            self.status = StatusCode::NO_CONTENT;
            self.message = None;
            // nobody chose the 204, so a body set later is a 200, where Koa drops that body
            self.explicit = false;
        }
        self.drop_body();
    }

    pub(super) fn drop_body(&mut self) {
        self.body = None;
        self.null = true;
        strip_content(&mut self.headers);
    }

    /// Takes the body out, for a layer that puts another in its place. Status and headers stay, but for its length.
    ///
    /// ```
    /// # use koa_runtime::{Body, Context};
    /// # fn compress(body: Body) -> Body { body }
    /// fn compressed(ctx: &mut Context) {
    ///     if let Some(body) = ctx.response.take_body() {
    ///         ctx.set_body(compress(body));
    ///     }
    /// }
    /// ```
    pub fn take_body(&mut self) -> Option<Body> {
        self.headers.remove(CONTENT_LENGTH);
        self.body.take()
    }

    /// How long the body is: what `Content-Length` says, or else what is known of the body (K-372, K-373).
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self.headers.get(CONTENT_LENGTH) {
            Some(value) => Some(leading_number(value).unwrap_or(0)),
            None => self.body.as_ref()?.len(),
        }
    }

    /// Says how long a stream is going to be, unless it is sent in chunks (K-371).
    ///
    /// The length of a body in memory needs no saying, and what is said about it is not used.
    ///
    /// ```
    /// # use koa_runtime::{Body, Context};
    /// fn download(ctx: &mut Context, file: Body, bytes: u64) {
    ///     ctx.set_length(bytes);
    ///     ctx.set_body(file);
    /// }
    /// ```
    pub fn set_length(&mut self, length: u64) {
        if !self.headers.contains_key(TRANSFER_ENCODING) {
            self.headers.insert(CONTENT_LENGTH, length.into());
        }
    }

    fn content_type(&self) -> &str {
        text_of(&self.headers, CONTENT_TYPE)
    }

    /// `Content-Type` without its parameters, or `""` (K-384).
    #[must_use]
    pub fn type_(&self) -> &str {
        before_parameters(self.content_type())
    }

    /// Sets `Content-Type` by a file extension or in full; text gets `; charset=utf-8` (K-375 to K-382).
    ///
    /// An extension that is not known removes the header, as in Koa.
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// for (short, full) in [
    ///     ("json", "application/json; charset=utf-8"),
    ///     (".png", "image/png"),
    ///     ("text/x-poem", "text/x-poem; charset=utf-8"),
    /// ] {
    ///     response.set_type(short);
    ///     assert_eq!(response.get("content-type"), Some(full));
    /// }
    /// ```
    pub fn set_type(&mut self, mime: &str) {
        if !mime.contains('/') {
            match mime::by_extension(mime) {
                Some(known) => self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(known)),
                None => self.headers.remove(CONTENT_TYPE),
            };
        } else if mime::wants_charset(mime) {
            self.set(CONTENT_TYPE, format!("{mime}; charset=utf-8"));
        } else {
            self.set(CONTENT_TYPE, mime);
        }
    }

    /// Whether it is a 200 with a body in memory, and nothing else.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        let Self { status, message, body, fault, .. } = self;
        *status == StatusCode::OK
            && message.is_none()
            && fault.is_none()
            && body.as_ref().is_some_and(Body::is_in_memory)
    }

    /// Whether its body is in memory, if there is one.
    #[inline]
    pub(crate) fn is_whole(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_in_memory)
    }

    /// Has the connection whose reply this is told of its end.
    pub(crate) fn tell_end(&mut self) {
        if let Some(body) = &mut self.body {
            body.tell_end();
        }
    }
}
