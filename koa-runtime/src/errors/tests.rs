use std::sync::Arc;

use super::*;
use crate::{Body, Request};

/// What the client gets: status, type and text.
fn shown(error: &Error, render: fn(&Error, &mut Context), accept: &str) -> (u16, String, String) {
    let head = http::Request::get("/").header("Accept", accept);
    let mut ctx = Context::new(Request::new(head.body(Body::empty()).expect("valid")), Arc::default());
    render(error, &mut ctx);
    let text = ctx.body().and_then(Body::as_bytes).map(|text| String::from_utf8_lossy(text).into_owned());
    let mime = ctx.response.get("content-type").unwrap_or_default().to_owned();
    (ctx.status().as_u16(), mime, text.unwrap_or_default())
}

#[test]
fn text_is_text_even_if_it_looks_like_html() {
    let error = Error::new(400).with_message("<script>");
    let mime = "text/plain; charset=utf-8".to_owned();
    assert_eq!(shown(&error, text, ""), (400, mime, "<script>".to_owned())); // K-178
}

#[test]
fn a_page_escapes_the_message_and_holds_nothing_that_a_policy_forbids() {
    let error = Error::new(418).with_message("<script>alert(\"&'\")</script>");
    let (status, mime, page) = shown(&error, html, "");
    assert_eq!((status, mime.as_str()), (418, "text/html; charset=utf-8"));
    assert!(page.contains("<p>&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;</p>"), "{page}");
    assert!(page.contains("<h1>418 I&#39;m a Teapot</h1>"), "{page}");
    for forbidden in ["<script", "style", "href", "src", " on"] {
        assert!(!page.contains(forbidden), "{page}");
    }
}

#[test]
fn a_page_does_not_tell_what_is_not_exposed() {
    let (status, _, page) = shown(&Error::new(599).with_message("secret"), html, "");
    assert_eq!(status, 500); // K-160
    assert!(page.contains("<h1>500 Internal Server Error</h1>\n</body>"), "{page}");
}

#[test]
fn the_client_gets_what_it_likes_best_and_text_if_it_does_not_care() {
    let json = if cfg!(feature = "json") { "application/problem+json" } else { "text/plain; charset=utf-8" };
    for (accept, mime) in [
        ("", "text/plain; charset=utf-8"),
        ("*/*", "text/plain; charset=utf-8"),
        ("text/*", "text/plain; charset=utf-8"),
        ("image/png", "text/plain; charset=utf-8"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/html;q=0.5, text/plain", "text/plain; charset=utf-8"),
        ("application/json, text/plain, */*", json),
        ("text/plain, application/json", "text/plain; charset=utf-8"),
        ("application/problem+json", json),
        ("application/*", json),
        ("application/json;q=0", "text/plain; charset=utf-8"),
    ] {
        assert_eq!(shown(&Error::new(404), negotiated, accept).1, mime, "{accept}");
    }
}

#[cfg(feature = "json")]
mod problem {
    use serde_json::{Value, json};

    use super::*;

    fn details(problem: &Problem<'_>) -> Value {
        serde_json::to_value(problem).expect("it is JSON")
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457() {
        for (error, expected) in [
            (Error::new(404), json!({ "type": "about:blank", "title": "Not Found", "status": 404 })),
            (
                Error::new(400).with_message("no name"),
                json!({ "type": "about:blank", "title": "Bad Request", "status": 400, "detail": "no name" }),
            ),
            (
                // K-160
                Error::new(599).with_message("secret").with_member("secret", 1),
                json!({ "type": "about:blank", "title": "Internal Server Error", "status": 500 }),
            ),
        ] {
            assert_eq!(details(&Problem::new(&error)), expected);
        }
    }

    #[test]
    fn the_members_of_an_error_go_before_what_it_says_but_not_before_its_status() {
        let error = Error::new(403)
            .with_message("told")
            .with_member("balance", 30)
            .with_member("type", "https://example.com/credit")
            .with_member("title", "No credit")
            .with_member("detail", "more of it")
            .with_member("instance", "/bills/7")
            .with_member("status", 200);
        let (status, mime, text) = shown(&error, super::problem, "");
        assert_eq!((status, mime.as_str()), (403, "application/problem+json"));
        let expected = r#"{"type":"https://example.com/credit","title":"No credit","status":403,"detail":"more of it","instance":"/bills/7","balance":30}"#;
        assert_eq!(text, expected);
    }

    #[test]
    fn a_renderers_members_go_before_the_errors_and_are_told_of_any() {
        let error = Error::new(400).with_member("a", 1).with_member("b", 2);
        let problem = Problem::new(&error).with_member("a", "mine").with_member("a", "own");
        assert_eq!(details(&problem)["a"], "own");
        assert_eq!(serde_json::to_string(&problem).expect("JSON").matches("\"a\"").count(), 1);

        let hidden = error.with_status(500);
        let problem = details(&Problem::new(&hidden).with_member("instance", "/requests/7"));
        assert_eq!((&problem["instance"], problem.get("b")), (&json!("/requests/7"), None));
    }
}
