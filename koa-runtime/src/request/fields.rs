//! What the headers say.

use std::iter;

use http::header::{CONTENT_LENGTH, COOKIE, ORIGIN, REFERER};
use http::{HeaderMap, HeaderName};

use super::Request;
use crate::header::{leading_number, text};

// what `Referer` should have been called; Koa answers to both
const REFERRER: &str = "referrer";

/// The headers.
impl Request {
    /// The header of this name in any case, or `""`; `Referer` and `Referrer` are one (K-198, K-199).
    ///
    /// One that was sent on several lines is joined as node does it (K-200): `Cookie` with `"; "`, what can have one
    /// value only, such as `Authorization`, is the first, and anything else is joined with `", "`. Only such a request
    /// pays for it, once. [`headers`](Request::headers) has the lines.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Via", "1.1 a").header("Via", "1.1 b");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.get("via"), "1.1 a, 1.1 b");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        if !(field.eq_ignore_ascii_case(REFERER.as_str()) || field.eq_ignore_ascii_case(REFERRER)) {
            return self.field(field);
        }
        match self.field(REFERRER) {
            "" => self.field(REFERER.as_str()),
            referrer => referrer,
        }
    }

    fn field(&self, name: &str) -> &str {
        let mut lines = self.headers.get_all(name).iter();
        match (lines.next(), lines.next()) {
            (None, _) => "",
            (Some(line), None) => text(line),
            (Some(_), Some(_)) => self.joined_field(name),
        }
    }

    #[cold]
    fn joined_field(&self, name: &str) -> &str {
        self.joined.get_or_init(|| Box::new(join(&self.headers))).get(name).map_or("", String::as_str)
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        self.joined.take();
        self.keep_host();
        &mut self.headers
    }

    /// The `Origin` that a browser says the asking page has; `None` if it says nothing (K-201).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Origin", "https://example.com");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.origin(), Some("https://example.com"));
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        Some(self.field(ORIGIN.as_str())).filter(|origin| !origin.is_empty())
    }

    /// What `Content-Length` says, if it says a number (K-290).
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.headers.get(CONTENT_LENGTH).and_then(leading_number)
    }
}

/// The headers of several lines, each on one.
fn join(headers: &HeaderMap) -> HeaderMap<String> {
    let mut joined = HeaderMap::default();
    for name in headers.keys() {
        let mut lines = headers.get_all(name).iter();
        let (Some(first), Some(second)) = (lines.next(), lines.next()) else { continue };
        let mut whole = text(first).to_owned();
        if !has_one_value(name) {
            let between = if *name == COOKIE { "; " } else { ", " };
            for line in iter::once(second).chain(lines) {
                whole.push_str(between);
                whole.push_str(text(line));
            }
        }
        joined.insert(name, whole);
    }
    joined
}

/// Whether more lines than the first are ignored, as node does.
fn has_one_value(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "age"
            | "authorization"
            | "content-length"
            | "content-type"
            | "etag"
            | "expires"
            | "from"
            | "host"
            | "if-modified-since"
            | "if-unmodified-since"
            | "last-modified"
            | "location"
            | "max-forwards"
            | "proxy-authorization"
            | "referer"
            | "retry-after"
            | "server"
            | "user-agent"
    )
}
