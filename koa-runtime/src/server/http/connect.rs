//! A WebSocket over HTTP/2 (RFC 8441): a CONNECT that names its protocol.
//!
//! It asks for what a GET with `Upgrade` asks for over HTTP/1.1 (RFC 8441 §5), so that is how layers see it, and routes need not know of it.
//! Their answer is a 101 there as here; only the client hears of a 200.

use http::{
    HeaderValue, Method, StatusCode,
    header::{CONTENT_LENGTH, UPGRADE},
};
use hyper::ext::Protocol;

use super::{
    at_once::say,
    head::{self, KnownHost, Refusal},
};
use crate::{Body, Limits, Request};

const WEBSOCKET: &str = "websocket";

/// Lets in what was refused as a CONNECT, if it asks for a WebSocket and nothing else is wrong with it.
#[cold]
pub(super) fn admit(
    refusal: Refusal,
    request: &mut Request,
    limits: &Limits,
    known: &KnownHost,
) -> Result<(), Refusal> {
    let protocol = request.extensions_mut().remove::<Protocol>();
    if !protocol.is_some_and(|protocol| protocol.as_str().eq_ignore_ascii_case(WEBSOCKET)) {
        return Err(refusal);
    }
    request.set_method(Method::GET);
    // no client sends that over HTTP/2 (RFC 9113 §8.2.2), so it says that the request has come by here
    request.headers_mut().insert(UPGRADE, HeaderValue::from_static(WEBSOCKET));
    head::check(request, limits, known)
}

/// What the client hears of the layers' answer. To a CONNECT any 2xx says that a tunnel is open (RFC 9110 §9.3.6), and hyper hands on what
/// comes through it, so nothing but a WebSocket may be answered so.
#[cold]
pub(super) fn answered(mut reply: http::Response<Body>, switches: bool) -> http::Response<Body> {
    if switches {
        *reply.status_mut() = StatusCode::OK;
        reply.headers_mut().remove(CONTENT_LENGTH);
    } else if reply.status().is_success() {
        return say(StatusCode::NOT_IMPLEMENTED, "there is no WebSocket here");
    }
    reply
}
