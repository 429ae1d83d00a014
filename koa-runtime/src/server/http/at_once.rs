//! What the server itself answers, in place of the layers.

use http::{
    HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER},
};

use crate::{Body, mime};

/// Nothing more is answered on this connection.
pub(super) const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// A status, and a sentence that says why.
pub(super) fn say(status: StatusCode, why: &'static str) -> http::Response<Body> {
    let mut reply = http::Response::new(Body::from(why));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, mime::TEXT);
    reply
}

/// There are as many requests as there may be.
pub(super) fn overloaded() -> http::Response<Body> {
    let mut reply = say(StatusCode::SERVICE_UNAVAILABLE, "the server is overloaded");
    reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    reply
}

/// The layers have taken too long. What they may still be reading, nobody is going to.
pub(super) fn late() -> http::Response<Body> {
    say(StatusCode::SERVICE_UNAVAILABLE, "the server took too long")
}

/// Tells an HTTP/1 client, and hyper, that nothing more is answered on this connection.
pub(super) fn close(reply: &mut http::Response<Body>) {
    reply.headers_mut().insert(CONNECTION, CLOSE);
}
