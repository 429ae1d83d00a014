//! Replies that were made elsewhere.

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_LENGTH, HeaderName, PROXY_AUTHENTICATE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

use super::Response;
use crate::body::Kind;
use crate::{Body, Context, Respond, Result};

impl Response {
    /// Takes over a reply that was made elsewhere, by a client or by a service say: its status, each of its headers in
    /// place of what it was here, and its body (K-109 to K-113, K-370).
    ///
    /// What its headers say about the connection that it came over stays behind. An endpoint may return an
    /// `http::Response` too.
    ///
    /// ```
    /// # use koa_runtime::{Response, http};
    /// # let mut response = Response::new();
    /// let reply = http::Response::builder().status(201).header("X-From", "upstream").body("made")?;
    /// response.set_http(reply);
    /// assert_eq!((response.status().as_u16(), response.get("x-from")), (201, Some("upstream")));
    /// assert_eq!(response.length(), Some(4));
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn set_http(&mut self, reply: http::Response<impl Into<Body>>) {
        let (head, body) = reply.into_parts();
        let mut headers = head.headers;
        let named: Vec<HeaderName> = headers
            .get_all(CONNECTION)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            .filter_map(|name| name.trim().parse().ok())
            .collect();
        let always = [CONNECTION, PROXY_AUTHENTICATE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE];
        for name in named.into_iter().chain(always).chain([HeaderName::from_static("keep-alive")]) {
            headers.remove(name);
        }

        // its length is not the other's
        self.take_body();
        self.choose(head.status);
        for name in headers.keys() {
            self.headers.remove(name);
        }
        for (name, value) in &headers {
            self.headers.append(name, value.clone());
        }
        let body = body.into();
        if body.kind() == Kind::Nothing {
            // neither a 204 nor of a type
            self.headers.remove(CONTENT_LENGTH);
            self.body = Some(Body::full(Kind::Binary, Bytes::new()));
        } else {
            self.set_body(body);
        }
    }
}

/// A reply that was made elsewhere, such as by a client.
#[diagnostic::do_not_recommend]
impl<B: Into<Body>> Respond for http::Response<B> {
    fn respond(self, ctx: &mut Context) -> Result {
        ctx.response.set_http(self);
        Ok(())
    }
}
