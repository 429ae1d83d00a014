//! The responder: how a context that went through the onion becomes a reply.

mod fail;
pub(crate) mod foreseen;
mod kept;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, Method, StatusCode, Version};
use hyper::ext::ReasonPhrase;

use crate::response::strip_content;
use crate::{Body, Context, Error, Response, Result, mime, status};
use fail::fail;

/// Makes the reply of what the layers left, be it a response or an error.
///
/// Every application does this by itself; it is here for those who run an onion without one.
///
/// ```
/// use std::sync::Arc;
///
/// use koa_runtime::{Body, Context, Error, Request, Settings, finish, http};
///
/// let request = Request::new(http::Request::new(Body::empty()));
/// let ctx = Context::new(request, Arc::new(Settings::default()));
/// let reply = finish(ctx, Err(Error::new(403)));
/// assert_eq!(reply.status(), 403);
/// ```
#[must_use]
pub fn finish(mut ctx: Context, outcome: Result) -> http::Response<Body> {
    match (outcome, fault(&mut ctx.response)) {
        (Ok(()), None) => {}
        (Err(error), None) | (Ok(()), Some(error)) => fail(&mut ctx, &error),
        (Err(error), Some(fault)) => {
            ctx.settings().emit(&fault, &ctx);
            fail(&mut ctx, &error);
        }
    }
    if let Some(error) = unsendable(&ctx.response) {
        fail(&mut ctx, &error);
    }
    reply(ctx)
}

/// What a layer could not set, or what it set that would cost the client the whole reply.
fn fault(response: &mut Response) -> Option<Error> {
    response.take_fault().or_else(|| framing_fault(response.headers()))
}

fn framing_fault(headers: &HeaderMap) -> Option<Error> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let length = lengths.next()?;
    // a sign would parse, and hyper would send nothing at all
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok();
    let is_length = length.to_str().is_ok_and(is_number);
    let is_fault = lengths.next().is_some() || !is_length;
    is_fault.then(|| Error::new(500).with_message("the response has an invalid Content-Length"))
}

/// A status that announces a response and is none (K-051).
fn unsendable(response: &Response) -> Option<Error> {
    let status = response.status();
    let message = || format!("status {} cannot end a response", status.as_u16());
    status.is_informational().then(|| Error::new(500).with_message(message()))
}

fn reply(ctx: Context) -> http::Response<Body> {
    let Context { request, response, .. } = ctx;
    let is_http1 = request.version() < Version::HTTP_2;
    let parts = response.into_parts();
    let (status, message, mut headers) = (parts.status, parts.message, parts.headers);

    let body = if status::is_empty(status) {
        strip_content(&mut headers); // K-042 to K-045, K-086
        Body::empty()
    } else if request.method() == Method::HEAD {
        if let Some(body) = parts.body {
            announce(&mut headers, &body);
        } else if parts.null {
            strip_content(&mut headers); // K-125
        }
        Body::empty()
    } else if let Some(body) = parts.body {
        if body.len().is_some() || headers.contains_key(TRANSFER_ENCODING) {
            // its true length goes out with it, whatever was said (K-074); chunks need none
            headers.remove(CONTENT_LENGTH);
        }
        body
    } else if parts.null {
        strip_content(&mut headers); // K-058
        Body::empty()
    } else {
        strip_content(&mut headers);
        headers.insert(CONTENT_TYPE, mime::TEXT);
        phrase(status, message.clone().filter(|_| is_http1), is_http1)
    };

    // what is in memory cannot fail
    let body = if body.as_bytes().is_some() {
        body
    } else {
        let sent = Response::sent(status, message.clone(), headers.clone());
        watched(body, Context { request, response: sent })
    };

    let mut reply = http::Response::new(body);
    *reply.status_mut() = status;
    *reply.headers_mut() = headers;
    if is_http1 {
        if let Some(phrase) = message.as_deref().and_then(status::to_phrase) {
            reply.extensions_mut().insert(phrase);
        } else if let Some(phrase) = status::own_reason(status) {
            reply.extensions_mut().insert(ReasonPhrase::from_static(phrase.as_bytes()));
        } else if status.canonical_reason().is_none() {
            // K-046; hyper would say `<none>`
            let unknown = ReasonPhrase::from_static(b"unknown");
            reply.extensions_mut().insert(unknown);
        }
    }
    reply
}

/// The body, with what the error event needs if it goes wrong when nobody is there any more to return an error to.
fn watched(body: Body, mut ctx: Context) -> Body {
    // what is still to be read of the request, nobody is going to read
    drop(ctx.request.take_body());
    let headers = ctx.response.headers();
    let length = match headers.get(CONTENT_LENGTH) {
        Some(told) => told.to_str().ok().and_then(|told| told.parse().ok()),
        None if headers.contains_key(TRANSFER_ENCODING) => None,
        None => body.len(),
    };
    body.watched(length, ctx)
}

/// The body of a reply that has none: what its status means (K-040), or its number on HTTP/2 (K-050).
fn phrase(status: StatusCode, message: Option<String>, is_http1: bool) -> Body {
    match (message, status::reason(status)) {
        (Some(message), _) => Body::from(message), // K-049
        (None, Some(phrase)) if is_http1 => Body::from(phrase),
        _ => Body::from(status.as_str().to_owned()), // K-046
    }
}

/// Says to HEAD how long the body would be (K-119 to K-121).
fn announce(headers: &mut HeaderMap, body: &Body) {
    let chunked = headers.contains_key(TRANSFER_ENCODING);
    let told = body.as_bytes().is_none() && headers.contains_key(CONTENT_LENGTH);
    if let (false, false, Some(length)) = (chunked, told, body.len()) {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod wire;
