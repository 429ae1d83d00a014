use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use super::*;
use crate::{Request, Settings};
use futures_util::stream;

pub(super) fn context(method: &str, version: Version, settings: Settings) -> Context {
    let head = http::Request::builder().method(method).version(version);
    let request = Request::new(head.body(Body::empty()).unwrap());
    Context::new(request, Arc::new(settings))
}

pub(super) fn silent() -> Settings {
    let mut settings = Settings::default();
    settings.silent = true;
    settings
}

pub(super) fn ask(method: &str, layer: impl FnOnce(&mut Context) -> Result) -> http::Response<Body> {
    let mut ctx = context(method, Version::HTTP_11, silent());
    let outcome = layer(&mut ctx);
    finish(ctx, outcome)
}

fn get(layer: impl FnOnce(&mut Context)) -> http::Response<Body> {
    ask("GET", |ctx| {
        layer(ctx);
        Ok(())
    })
}

fn head(layer: impl FnOnce(&mut Context)) -> http::Response<Body> {
    ask("HEAD", |ctx| {
        layer(ctx);
        Ok(())
    })
}

pub(super) fn text(reply: &http::Response<Body>) -> &str {
    std::str::from_utf8(reply.body().as_bytes().expect("in memory")).unwrap()
}

pub(super) fn header<'a>(reply: &'a http::Response<Body>, name: &str) -> &'a str {
    reply.headers().get(name).map_or("", crate::header::text)
}

fn stream_body() -> Body {
    Body::from_stream(stream::iter([Ok::<_, Infallible>("a")]))
}

#[test]
fn a_response_without_a_body_says_what_its_status_means() {
    let nothing = get(|_| ()); // K-010
    assert_eq!((nothing.status().as_u16(), text(&nothing)), (404, "Not Found"));
    assert_eq!(header(&nothing, "content-type"), "text/plain; charset=utf-8");
    for (status, body) in [(400, "Bad Request"), (700, "700"), (200, "OK")] {
        assert_eq!(text(&get(|ctx| ctx.set_status(status))), body); // K-040, K-046
    }
    let ok = get(|ctx| {
        ctx.set_status(200);
        ctx.set_message("ok");
    });
    assert_eq!(text(&ok), "ok"); // K-049
    let phrase = ok.extensions().get::<ReasonPhrase>();
    assert_eq!(phrase.map(ReasonPhrase::as_bytes), Some(&b"ok"[..]));
}

#[test]
fn http2_has_no_reason_phrases() {
    let mut ctx = context("GET", Version::HTTP_2, silent());
    ctx.set_message("ok");
    let reply = finish(ctx, Ok(()));
    assert_eq!(text(&reply), "404"); // K-050
    assert!(reply.extensions().get::<ReasonPhrase>().is_none()); // K-346
}

#[test]
fn an_empty_status_has_neither_body_nor_its_headers() {
    for status in [204, 205, 304] {
        let reply = get(|ctx| {
            ctx.set_status(status);
            ctx.set("ETag", "\"1\"");
            ctx.set_body("hello");
            ctx.set("Content-Length", 5);
            ctx.set("Transfer-Encoding", "chunked");
        });
        assert_eq!((reply.status().as_u16(), text(&reply)), (status, "")); // K-086
        assert_eq!(reply.headers().len(), 1, "{:?}", reply.headers()); // K-045
    }
    let stream = get(|ctx| {
        ctx.set_status(204);
        ctx.set_body(stream_body());
    });
    assert_eq!(stream.body().len(), Some(0)); // K-092
}

#[test]
fn no_body_with_another_status_is_no_bytes() {
    let reply = get(|ctx| {
        ctx.clear_body();
        ctx.set_length(10);
        ctx.set_status(404);
    });
    assert_eq!((reply.status().as_u16(), text(&reply)), (404, "")); // K-058
    assert!(reply.headers().is_empty());
}

#[test]
fn a_body_in_memory_is_sent_with_its_own_length() {
    let reply = get(|ctx| {
        ctx.set_body("hello");
        ctx.set_length(2);
    });
    assert_eq!((text(&reply), header(&reply, "content-length")), ("hello", ""));
    let stream = get(|ctx| {
        ctx.set_body(stream_body());
        ctx.set_length(2);
    });
    assert_eq!(header(&stream, "content-length"), "2"); // K-090
}

#[test]
fn head_tells_the_length_and_sends_nothing() {
    let known = head(|ctx| ctx.set_body("hello"));
    assert_eq!((text(&known), header(&known, "content-length")), ("", "5")); // K-119
    assert_eq!(header(&known, "content-type"), "text/plain; charset=utf-8");

    let empty = head(|ctx| ctx.set_body(""));
    assert_eq!(header(&empty, "content-length"), "0"); // K-124

    let wrong = head(|ctx| {
        ctx.set_body("hello");
        ctx.set_length(2);
    });
    assert_eq!(header(&wrong, "content-length"), "5");

    let stream = head(|ctx| ctx.set_body(stream_body()));
    assert_eq!(stream.body().len(), Some(0)); // K-100
    assert_eq!(header(&stream, "content-length"), "");

    let announced = head(|ctx| {
        ctx.set_body(stream_body());
        ctx.set_length(9);
    });
    assert_eq!(header(&announced, "content-length"), "9"); // K-121
}

#[test]
fn head_without_a_body_has_no_headers_about_it() {
    for reply in [
        head(|_| ()),                    // K-122
        head(|ctx| ctx.set_status(400)), // K-123
        head(|ctx| {
            ctx.clear_body();
            ctx.set_length(10);
            ctx.set_status(404); // K-125
        }),
    ] {
        assert!(reply.headers().is_empty(), "{:?}", reply.headers());
    }
    let typed = head(|ctx| {
        ctx.set_status(200);
        ctx.set_type("application/javascript");
    });
    assert_eq!(header(&typed, "content-type"), "application/javascript; charset=utf-8"); // K-126
}

#[test]
fn an_informational_status_cannot_end_a_response() {
    for reply in [get(|ctx| ctx.set_status(100)), ask("GET", |_| Err(Error::new(103)))] {
        assert_eq!((reply.status().as_u16(), text(&reply)), (500, "Internal Server Error"));
    }
}

/// Settings that write down every error, and the list they write to.
pub(super) fn listening() -> (Settings, Arc<Mutex<Vec<String>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut settings = silent();
    let list = Arc::clone(&heard);
    settings.on_error(move |error, ctx| {
        let line = format!("{} {error}", ctx.status().as_u16());
        list.lock().unwrap().push(line);
    });
    (settings, heard)
}
