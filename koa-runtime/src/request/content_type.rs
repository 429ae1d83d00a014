//! What the body of the request is said to be.

use http::header::CONTENT_TYPE;

use super::Request;
use crate::header::{Elements, before_parameters, is_token, text_of};

/// The type of the body.
impl Request {
    /// `Content-Type` without its parameters, or `""` (K-286, K-287).
    #[must_use]
    pub fn type_(&self) -> &str {
        before_parameters(self.content_type())
    }

    /// The parameter `charset` of `Content-Type` as it was written, out of its quotes; `""` if there is none, or if
    /// the header is not well-formed (K-288, K-289).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::post("/").header("Content-Type", "text/plain; charset=\"UTF-8\"");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.charset(), "UTF-8");
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn charset(&self) -> &str {
        charset(self.content_type()).unwrap_or("")
    }

    fn content_type(&self) -> &str {
        text_of(&self.headers, CONTENT_TYPE)
    }
}

/// The last of several, as in Koa; `None` also if anything in the header is not as it should be.
fn charset(header: &str) -> Option<&str> {
    let mut parts = Elements::quoted(header, b';');
    let (kind, subtype) = parts.next()?.split_once('/')?;
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    let mut charset = None;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        let (name, value) = (name.trim_end(), value.trim_start());
        let quoted = value.strip_prefix('"').map(|rest| rest.strip_suffix('"'));
        let value = match quoted {
            None if is_token(value) => value,
            Some(Some(inside)) if !inside.contains('"') => inside,
            _ => return None,
        };
        if name.eq_ignore_ascii_case("charset") {
            charset = Some(value);
        } else if !is_token(name) {
            return None;
        }
    }
    // no charset has anything to escape
    charset.filter(|charset| !charset.contains('\\'))
}
