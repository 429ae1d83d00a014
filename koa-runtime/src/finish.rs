//! The responder: how a context that went through the onion becomes a reply.

mod fail;
pub(crate) mod foreseen;
mod kept;

use std::mem::{replace, take};

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{Extensions, HeaderMap, HeaderName, Method, StatusCode, Version};
use hyper::ext::ReasonPhrase;

use crate::context::spare::put;
use crate::response::{Parts, strip_content};
use crate::{Body, Context, Error, Request, Response, Result, mime, status};
use fail::{fail, replace_by};

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

/// [`finish`], in place: of the response nothing is left.
#[inline]
pub(crate) fn respond(ctx: &mut Context, outcome: Result) -> http::Response<Body> {
    let phrase = settle(ctx, outcome);
    reply(&mut ctx.response, phrase)
}

/// Whether the response is what is to be sent on HTTP/1, and nothing goes beside it: what most layers leave.
#[inline]
pub(crate) fn is_settled(ctx: &Context) -> bool {
    let response = &ctx.response;
    response.is_plain() && *ctx.request.method() != Method::HEAD && !has(response.headers(), &CONTENT_LENGTH)
}

/// Makes the response what is to be sent. What goes beside it for hyper is given back.
#[inline]
pub(crate) fn settle(ctx: &mut Context, outcome: Result) -> Extensions {
    let mut has_length = has(ctx.response.headers(), &CONTENT_LENGTH);
    match (outcome, fault(&mut ctx.response, has_length)) {
        (Ok(()), None) if !is_unsendable(&ctx.response) => {}
        (outcome, fault) => {
            put_right(ctx, outcome, fault);
            has_length = has(ctx.response.headers(), &CONTENT_LENGTH);
        }
    }
    settle_parts(ctx, has_length)
}

/// The reply of an error that the error event has been told of.
pub(crate) fn respond_told(ctx: &mut Context, error: &Error) -> http::Response<Body> {
    let has_length = has(ctx.response.headers(), &CONTENT_LENGTH);
    if let Some(fault) = fault(&mut ctx.response, has_length) {
        ctx.settings().emit(&fault, ctx);
    }
    replace_by(ctx, error);
    if let Some(error) = unsendable(&ctx.response) {
        fail(ctx, &error);
    }
    let has_length = has(ctx.response.headers(), &CONTENT_LENGTH);
    let phrase = settle_parts(ctx, has_length);
    reply(&mut ctx.response, phrase)
}

/// Puts an error in place of what the layers left.
#[cold]
fn put_right(ctx: &mut Context, outcome: Result, fault: Option<Error>) {
    match (outcome, fault) {
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
}

/// What a layer could not set, or what it set that would cost the client the whole reply.
#[inline]
fn fault(response: &mut Response, has_length: bool) -> Option<Error> {
    response.take_fault().or_else(|| if has_length { length_fault(response.headers()) } else { None })
}

fn framing_fault(headers: &HeaderMap) -> Option<Error> {
    if has(headers, &CONTENT_LENGTH) { length_fault(headers) } else { None }
}

fn length_fault(headers: &HeaderMap) -> Option<Error> {
    let mut lengths = headers.get_all(CONTENT_LENGTH).iter();
    let length = lengths.next()?;
    // a sign would parse, and hyper would send nothing at all
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u64>().is_ok();
    let is_length = length.to_str().is_ok_and(is_number);
    let is_fault = lengths.next().is_some() || !is_length;
    is_fault.then(|| Error::new(500).with_message("the response has an invalid Content-Length"))
}

/// Whether its status announces a response and is none (K-051).
#[inline]
fn is_unsendable(response: &Response) -> bool {
    response.status().is_informational() && !response.switches()
}

fn unsendable(response: &Response) -> Option<Error> {
    let message = || format!("status {} cannot end a response", response.status().as_u16());
    is_unsendable(response).then(|| Error::new(500).with_message(message()))
}

/// Whether there is such a header. A reply has few, and to look at each costs less than to look one up.
#[inline]
fn has(headers: &HeaderMap, name: &HeaderName) -> bool {
    if headers.len() > 8 { headers.contains_key(name) } else { headers.keys().any(|one| one == name) }
}

#[inline]
fn settle_parts(ctx: &mut Context, has_length: bool) -> Extensions {
    let Context { request, response } = ctx;
    let is_http1 = request.version() < Version::HTTP_2;
    let status = response.status();
    let Parts { message, headers, body, null } = response.parts_mut();

    if status::is_empty(status) {
        strip_content(headers); // K-042 to K-045, K-086
        *body = None;
    } else if request.method() == Method::HEAD {
        if let Some(body) = body {
            announce(headers, body);
        } else if null {
            strip_content(headers); // K-125
        }
        *body = None;
    } else if let Some(body) = body {
        if has_length && (body.len().is_some() || has(headers, &TRANSFER_ENCODING)) {
            // its true length goes out with it, whatever was said (K-074); chunks need none
            headers.remove(CONTENT_LENGTH);
        }
        // what is in memory cannot fail
        if !body.is_in_memory() {
            let sent = Response::sent(status, message.clone(), headers.clone());
            let request = replace(request, Request::new(http::Request::new(Body::empty())));
            *body = watched(take(body), Context { request, response: sent });
        }
    } else {
        strip_content(headers);
        // K-058
        if !null {
            headers.insert(CONTENT_TYPE, mime::TEXT);
            *body = Some(phrase(status, message.clone().filter(|_| is_http1), is_http1));
        }
    }

    if is_http1 && (status != StatusCode::OK || message.is_some()) {
        said(status, message.as_deref())
    } else {
        Extensions::new()
    }
}

/// What is sent, taken out of the response. Nothing is asked of it here, so that it can be made in its place.
#[inline]
pub(crate) fn reply(response: &mut Response, extensions: Extensions) -> http::Response<Body> {
    let status = response.status();
    let Parts { headers, body, .. } = response.parts_mut();
    let mut reply = http::Response::new(Body::empty());
    if let Some(body) = body {
        // at once to its place: what is chosen between is moved twice, in pieces for which the processor waits
        put(reply.body_mut(), take(body));
    }
    // the empty one that is left holds nothing
    put(body, None);
    *reply.status_mut() = status;
    put(reply.headers_mut(), take(headers));
    put(reply.extensions_mut(), extensions);
    reply
}

/// The phrase beside the status, where it is not what hyper says.
fn said(status: StatusCode, message: Option<&str>) -> Extensions {
    let mut extensions = Extensions::new();
    if let Some(phrase) = message.and_then(status::to_phrase) {
        extensions.insert(phrase);
    } else if let Some(phrase) = status::own_reason(status) {
        extensions.insert(ReasonPhrase::from_static(phrase.as_bytes()));
    } else if status.canonical_reason().is_none() {
        // K-046; hyper would say `<none>`
        extensions.insert(ReasonPhrase::from_static(b"unknown"));
    }
    extensions
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
    let told = !body.is_in_memory() && headers.contains_key(CONTENT_LENGTH);
    if let (false, false, Some(length)) = (chunked, told, body.len()) {
        headers.insert(CONTENT_LENGTH, length.into());
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod wire;
