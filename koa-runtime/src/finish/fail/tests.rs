use std::sync::Arc;

use http::Version;
use http::header::HeaderName;

use crate::finish::finish;
use crate::finish::tests::{ask, context, header, listening, silent, text};
use crate::{Body, Context, Error, Settings};

fn fails(error: Error) -> http::Response<Body> {
    ask("GET", |_| Err(error))
}

#[test]
fn an_error_tells_its_message_only_if_exposed() {
    for (error, status, body) in [
        (Error::from(std::fmt::Error), 500, "Internal Server Error"), // K-165
        (Error::new(403).with_expose(false), 403, "Forbidden"),       // K-166
        (Error::new(500).with_message("m").with_expose(true), 500, "m"), // K-168
        (Error::new(400).with_message("bad"), 400, "bad"),
        (Error::new(499).with_message("m"), 500, "m"), // K-160
        (Error::new(599).with_message("m"), 500, "Internal Server Error"),
        (Error::new(302), 302, "Found"), // K-173
    ] {
        let reply = fails(error);
        assert_eq!((reply.status().as_u16(), text(&reply)), (status, body));
        assert_eq!(header(&reply, "content-type"), "text/plain; charset=utf-8"); // K-178
    }
    assert_eq!(text(&fails(Error::new(204))), ""); // K-174
    let head = ask("HEAD", |_| Err(Error::new(400).with_message("bad")));
    assert_eq!((text(&head), header(&head, "content-length")), ("", "3")); // K-128
}

#[test]
fn an_error_clears_what_is_about_the_body_that_is_not_sent() {
    let reply = ask("GET", |ctx| {
        ctx.set_body("<p>");
        for name in ["ETag", "Cache-Control", "Set-Cookie", "X-Other", "Content-Encoding", "Location"] {
            ctx.set(name, "x"); // K-176
        }
        Err(Error::new(400))
    });
    let names: Vec<&str> = reply.headers().keys().map(HeaderName::as_str).collect();
    assert_eq!(names, ["content-type"]);
}

/// Sets these headers, and fails: what is left of them, each as often as it is.
fn left_of(settings: Settings, headers: &[(&str, &str)], error: Error) -> Vec<String> {
    let mut ctx = context("GET", Version::HTTP_11, settings);
    for (name, value) in headers {
        ctx.append(*name, *value);
    }
    let reply = finish(ctx, Err(error));
    reply.headers().keys().map(HeaderName::as_str).filter(|name| *name != "content-type").map(str::to_owned).collect()
}

#[test]
fn what_browsers_caches_and_operators_go_by_outlives_an_error() {
    let headers = [
        // K-585 to K-597
        "access-control-allow-origin",
        "access-control-allow-credentials",
        "access-control-expose-headers",
        // K-595, K-712, K-713
        "content-security-policy",
        "content-security-policy-report-only",
        "cross-origin-embedder-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "origin-agent-cluster",
        "permissions-policy",
        "referrer-policy",
        "strict-transport-security",
        "x-content-type-options",
        "x-dns-prefetch-control",
        "x-download-options",
        "x-frame-options",
        "x-permitted-cross-domain-policies",
        "x-xss-protection",
        "nel",
        "report-to",
        "reporting-endpoints",
        // K-704
        "ratelimit",
        "ratelimit-policy",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        // K-684
        "server-timing",
        "timing-allow-origin",
        "x-response-time",
        "traceresponse",
        "x-correlation-id",
        "x-request-id",
    ];
    for name in headers {
        assert_eq!(left_of(silent(), &[(name, "1")], Error::new(400)), [name]);
    }
    assert_eq!(left_of(silent(), &[("X-Powered-By", "koa")], Error::new(400)), [""; 0]);
    let mut settings = silent();
    settings.keep_on_error("X-Powered-By").unwrap();
    assert!(settings.keep_on_error("no name").is_err());
    assert_eq!(left_of(settings, &[("X-Powered-By", "koa"), ("X-Other", "1")], Error::new(400)), ["x-powered-by"]);
}

#[test]
fn what_nobody_may_keep_nobody_may_keep_as_an_error() {
    for (value, kept) in
        [("no-store", true), ("private, No-Store", true), ("private", false), ("public, max-age=1", false)]
    {
        let left = left_of(silent(), &[("Cache-Control", value)], Error::new(404));
        assert_eq!(left.len(), usize::from(kept), "{value}");
    }
}

#[test]
fn an_error_adds_to_what_its_reply_depends_on() {
    // K-597
    for (set, thrown, sent) in [
        (&["Origin"][..], "Accept", &["Origin, Accept"][..]),
        (&["Origin", "Accept"], "origin", &["Origin", "Accept"]),
        (&["*"], "Origin", &["*"]),
        (&["Origin"], "not a name", &["Origin", "not a name"]),
    ] {
        let reply = ask("GET", |ctx| {
            for line in set {
                ctx.append("Vary", *line);
            }
            Err(Error::new(400).with_header("Vary", thrown))
        });
        let lines: Vec<_> = reply.headers().get_all("vary").iter().map(crate::header::text).collect();
        assert_eq!(lines, sent);
    }
}

#[test]
fn an_errors_headers_go_out_but_not_those_about_its_body() {
    let reply = ask("GET", |ctx| {
        ctx.set("X-Request-Id", "set");
        Err(Error::new(401)
            .with_header("WWW-Authenticate", "Basic")
            .with_header("WWW-Authenticate", "Bearer")
            .with_header("X-Request-Id", "thrown")
            .with_header("Content-Type", "text/html")
            .with_header("Content-Length", 99)
            .with_header("Transfer-Encoding", "chunked"))
    });
    assert_eq!(reply.headers().get_all("www-authenticate").iter().count(), 2); // K-177
    assert_eq!(header(&reply, "x-request-id"), "thrown");
    assert_eq!(header(&reply, "content-type"), "text/plain; charset=utf-8");
    assert_eq!(header(&reply, "content-length"), "");
    assert_eq!(header(&reply, "transfer-encoding"), "");
}

fn rendered(renderer: impl Fn(&Error, &mut Context) + Send + Sync + 'static) -> (http::Response<Body>, Vec<String>) {
    let (mut settings, heard) = listening();
    settings.render_errors(|_, ctx| ctx.set_body("another"));
    settings.render_errors(renderer);
    let mut ctx = context("GET", Version::HTTP_11, settings);
    ctx.set("X-Request-Id", "7");
    ctx.set("X-Other", "7");
    ctx.set_body("<p>");
    let reply = finish(ctx, Err(Error::new(401).with_message("who?").with_header("WWW-Authenticate", "Basic")));
    let heard = heard.lock().unwrap().clone();
    (reply, heard)
}

#[test]
fn a_renderer_makes_the_reply_to_an_error() {
    let (reply, heard) = rendered(|error, ctx| {
        assert!(ctx.body().is_none() && !ctx.has("x-other") && !ctx.has("content-type"));
        let text = format!("{} {} {}", ctx.status(), error.exposed_message(), ctx.path());
        ctx.set_body(text);
        ctx.set("X-Rendered", 1);
    });
    assert_eq!((reply.status().as_u16(), text(&reply)), (401, "401 Unauthorized who? /"));
    for (name, value) in [("www-authenticate", "Basic"), ("x-request-id", "7"), ("x-rendered", "1")] {
        assert_eq!(header(&reply, name), value);
    }
    assert_eq!(heard, ["200 who?"], "the listeners are told first, and once");
}

#[test]
fn what_a_renderer_does_not_say_is_the_text() {
    let (reply, _) = rendered(|_, ctx| ctx.set_status(404));
    assert_eq!((reply.status().as_u16(), text(&reply)), (404, "who?"));
    assert_eq!(header(&reply, "content-type"), "text/plain; charset=utf-8");
    let (reply, _) = rendered(|_, ctx| ctx.clear_body());
    assert_eq!(reply.status(), 204);
}

#[test]
fn a_renderer_that_fails_is_an_event_and_the_text_is_sent() {
    fn fails(failing: fn(&Error, &mut Context), event: &str) {
        let (reply, heard) = rendered(move |error, ctx| {
            ctx.set_body("half");
            ctx.set("X-Half", 1);
            failing(error, ctx);
        });
        assert_eq!((reply.status().as_u16(), text(&reply)), (401, "who?"));
        assert_eq!((header(&reply, "x-half"), header(&reply, "x-request-id")), ("", "7"));
        assert_eq!(header(&reply, "content-type"), "text/plain; charset=utf-8");
        assert!(heard.len() == 2 && heard[1].contains(event), "{heard:?}");
    }
    fails(|_, _| panic!("on purpose"), "the renderer of errors panicked: on purpose");
    fails(|_, ctx| ctx.set("X-Name", "a\r\nb"), "invalid value for the header x-name");
    fails(|_, ctx| ctx.set("Content-Length", "many"), "the response has an invalid Content-Length");
    fails(|_, ctx| ctx.set_status(100), "status 100 cannot end a response");
}

#[test]
fn the_listeners_hear_of_an_error_before_the_response_is_gone() {
    let (settings, heard) = listening();
    let mut ctx = context("GET", Version::HTTP_11, settings);
    ctx.set_status(201);
    let _ = finish(ctx, Err(Error::new(404)));
    assert_eq!(*heard.lock().unwrap(), ["201 Not Found"]); // K-032
}

#[test]
fn a_fault_is_a_500_and_an_event() {
    let (settings, heard) = listening();
    let mut ctx = context("GET", Version::HTTP_11, settings);
    ctx.set_status(99);
    ctx.set_body("hello");
    let reply = finish(ctx, Ok(()));
    assert_eq!((reply.status().as_u16(), text(&reply)), (500, "Internal Server Error"));
    assert_eq!(*heard.lock().unwrap(), ["200 invalid status code: 99"]); // K-343
}

#[test]
fn a_fault_is_not_lost_behind_an_error() {
    let (settings, heard) = listening();
    let mut ctx = context("GET", Version::HTTP_11, settings);
    ctx.set_status(99);
    assert_eq!(finish(ctx, Err(Error::new(403))).status(), 403);
    assert_eq!(heard.lock().unwrap().len(), 2);
}

#[test]
fn a_listener_that_panics_leaves_the_request_answered_and_the_others_told() {
    let (mut settings, heard) = listening();
    settings.on_error(|_, _| panic!("on purpose"));
    let list = Arc::clone(&heard);
    settings.on_error(move |_, _| list.lock().unwrap().push("the last".into()));
    let ctx = context("GET", Version::HTTP_11, settings);
    assert_eq!(finish(ctx, Err(Error::new(500))).status(), 500);
    assert_eq!(*heard.lock().unwrap(), ["404 Internal Server Error", "the last"]);
}
