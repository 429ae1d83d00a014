//! The responder: how a context that went through the onion becomes a reply.

mod fail;
pub(crate) mod foreseen;
mod kept;

use std::mem::{replace, swap};

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, Method, StatusCode, Version};
use hyper::ext::ReasonPhrase;

use crate::response::{Parts, memory, strip_content};
use crate::{Body, Context, Error, Request, Response, Result, mime, status};
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
    respond(&mut ctx, outcome)
}

/// [`finish`], in place: of the context nothing but the request is left.
pub(crate) fn respond(ctx: &mut Context, outcome: Result) -> http::Response<Body> {
    match (outcome, fault(&mut ctx.response)) {
        (Ok(()), None) => {}
        (Err(error), None) | (Ok(()), Some(error)) => fail(ctx, &error),
        (Err(error), Some(fault)) => {
            ctx.settings().emit(&fault, ctx);
            fail(ctx, &error);
        }
    }
    if let Some(error) = unsendable(&ctx.response) {
        fail(ctx, &error);
    }
    reply(ctx)
}

/// What a layer could not set, or what it set that would cost the client the whole reply.
fn fault(response: &mut Response) -> Option<Error> {
    response.take_fault().or_else(|| framing_fault(response.headers()))
}

fn framing_fault(headers: &HeaderMap) -> Option<Error> {
    if !has(headers, &CONTENT_LENGTH) {
        return None;
    }
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
    (status.is_informational() && !response.switches()).then(|| Error::new(500).with_message(message()))
}

/// Whether there is such a header. A reply has few, and to look at each costs less than to look one up.
fn has(headers: &HeaderMap, name: &HeaderName) -> bool {
    if headers.len() > 8 { headers.contains_key(name) } else { headers.keys().any(|one| one == name) }
}

fn reply(ctx: &mut Context) -> http::Response<Body> {
    let Context { request, response, .. } = ctx;
    let is_http1 = request.version() < Version::HTTP_2;
    let status = response.status();
    let Parts { message, headers, body, null } = response.parts_mut();

    let body = if status::is_empty(status) {
        strip_content(headers); // K-042 to K-045, K-086
        Body::empty()
    } else if request.method() == Method::HEAD {
        if let Some(body) = body {
            announce(headers, body);
        } else if null {
            strip_content(headers); // K-125
        }
        Body::empty()
    } else if let Some(body) = body.take() {
        if has(headers, &CONTENT_LENGTH) && (body.len().is_some() || has(headers, &TRANSFER_ENCODING)) {
            // its true length goes out with it, whatever was said (K-074); chunks need none
            headers.remove(CONTENT_LENGTH);
        }
        body
    } else if null {
        strip_content(headers); // K-058
        Body::empty()
    } else {
        strip_content(headers);
        headers.insert(CONTENT_TYPE, mime::TEXT);
        phrase(status, message.clone().filter(|_| is_http1), is_http1)
    };

    // what is in memory cannot fail
    let body = if body.as_bytes().is_some() {
        memory::keep(request.take_headers());
        body
    } else {
        let sent = Response::sent(status, message.clone(), headers.clone());
        let request = replace(request, Request::new(http::Request::new(Body::empty())));
        watched(body, Context { request, response: sent })
    };

    let mut reply = http::Response::new(body);
    *reply.status_mut() = status;
    swap(reply.headers_mut(), headers);
    if is_http1 && (status != StatusCode::OK || message.is_some()) {
        say(message.as_deref(), &mut reply);
    }
    reply
}

/// The phrase beside the status, where it is not what hyper says.
fn say(message: Option<&str>, reply: &mut http::Response<Body>) {
    let status = reply.status();
    if let Some(phrase) = message.and_then(status::to_phrase) {
        reply.extensions_mut().insert(phrase);
    } else if let Some(phrase) = status::own_reason(status) {
        reply.extensions_mut().insert(ReasonPhrase::from_static(phrase.as_bytes()));
    } else if status.canonical_reason().is_none() {
        // K-046; hyper would say `<none>`
        let unknown = ReasonPhrase::from_static(b"unknown");
        reply.extensions_mut().insert(unknown);
    }
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
