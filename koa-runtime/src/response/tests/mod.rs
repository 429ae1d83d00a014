//! The body and what follows from it; one file for each accessor that has many rows.

mod attachment;
mod back;
mod etag;
mod foreign;
mod last_modified;
mod redirect;
mod set;
mod vary;

use std::convert::Infallible;

use futures_util::stream;

use super::*;

fn response(set: impl FnOnce(&mut Response)) -> Response {
    let mut response = Response::new();
    set(&mut response);
    response
}

fn stream_body() -> Body {
    Body::from_stream(stream::iter([Ok::<_, Infallible>("a")]))
}

#[test]
fn a_body_is_a_200_unless_a_status_was_chosen() {
    assert_eq!(Response::new().status(), 404); // K-017
    assert_eq!(response(|r| r.set_body("")).status(), 200); // K-062
    let created = response(|r| {
        r.set_status(201);
        r.set_body("x");
    });
    assert_eq!(created.status(), 201); // K-083
    let missing = response(|r| {
        r.set_body("x");
        r.set_status(404);
    });
    assert_eq!((missing.status(), missing.length()), (StatusCode::NOT_FOUND, Some(1))); // K-084
}

#[test]
fn a_status_outside_its_range_is_remembered() {
    for status in [0, 99, 1000] {
        let response = response(|r| r.set_status(status));
        assert_eq!(response.status(), 404);
        let fault = response.fault().map(Error::message).unwrap_or_default();
        assert_eq!(fault, format!("invalid status code: {status}")); // K-343
    }
    assert_eq!(response(|r| r.set_status(999)).status(), 999); // K-344
}

#[test]
fn the_first_fault_wins_and_nothing_panics() {
    let mut response = response(|r| {
        r.set("a b", 1);
        r.set_status(7);
        r.set("x", "\n");
        r.set_message("a\nb");
    });
    let fault = response.take_fault().map(|fault| fault.to_string());
    assert_eq!(fault.as_deref(), Some("invalid header name \"a b\""));
    assert!(response.fault().is_none());
}

#[test]
fn a_fault_names_the_header_and_not_its_value() {
    let response = response(|r| r.set("X-Token", "secret\n"));
    let message = response.fault().map(Error::message).unwrap_or_default();
    assert!(message.contains("x-token") && !message.contains("secret"), "{message}");
    assert!(response.fault().is_some_and(|fault| fault.status() == 500 && !fault.is_exposed()));
}

#[test]
fn the_type_follows_from_the_body() {
    for (body, inferred) in [
        (Body::from("Hello"), "text/plain; charset=utf-8"),
        (Body::from(" \n<p>"), "text/html; charset=utf-8"),  // K-353
        (Body::from("a <p>"), "text/plain; charset=utf-8"),  // K-354
        (Body::from("<?xml?>"), "text/html; charset=utf-8"), // K-355
        (Body::from(vec![1]), "application/octet-stream"),   // K-064
        (stream_body(), "application/octet-stream"),         // K-102
    ] {
        let response = response(|r| r.set_body(body));
        assert_eq!(response.get("content-type"), Some(inferred));
    }
}

#[test]
fn a_type_once_there_stays() {
    let chosen = response(|r| {
        r.set_type("png");
        r.set_body("<p>");
    });
    assert_eq!(chosen.type_(), "image/png"); // K-356
    let inferred = response(|r| {
        r.set_body("<p>");
        r.set_body("plain");
    });
    assert_eq!((inferred.type_(), inferred.length()), ("text/html", Some(5))); // K-359, K-362
    let bytes = response(|r| {
        r.set_body(vec![1]);
        r.set_body("text");
    });
    assert_eq!(bytes.type_(), "application/octet-stream"); // K-361
}

#[cfg(feature = "json")]
#[test]
fn json_overrules_any_type_that_is_not_json() {
    let html = response(|r| {
        r.set_type("html");
        r.set_json(&[1, 2]);
    });
    assert_eq!(html.get("content-type"), Some("application/json; charset=utf-8")); // K-357
    assert_eq!(html.length(), Some(5)); // K-065
    let api = response(|r| {
        r.set_type("application/vnd.api+json");
        r.set_json(&1);
    });
    assert_eq!(api.get("content-type"), Some("application/vnd.api+json")); // K-358
}

#[cfg(feature = "json")]
#[test]
fn a_value_without_json_form_is_remembered() {
    let map = std::collections::HashMap::from([((1, 2), 3)]);
    let response = response(|r| r.set_json(&map));
    assert!(response.fault().is_some() && response.body().is_none()); // K-070
}

#[test]
fn no_body_is_204_and_drops_its_headers() {
    let response = response(|r| {
        r.set_status(200);
        r.set("X-A", 1);
        r.set_body("x");
        r.set("Transfer-Encoding", "chunked");
        r.clear_body();
    });
    assert_eq!(response.status(), 204); // K-053
    assert_eq!(response.headers().len(), 1, "{:?}", response.headers()); // K-367
    for status in [205, 304] {
        let mut response = Response::new();
        response.set_status(status);
        response.set_body(());
        assert_eq!(response.status(), status); // K-054
    }
}

#[test]
fn a_body_after_no_body_is_a_200() {
    let response = response(|r| {
        r.set_status(201);
        r.clear_body();
        r.set_body("x");
    });
    assert_eq!((response.status(), response.length()), (StatusCode::OK, Some(1)));
}

#[test]
fn no_json_is_the_json_null() {
    let response = response(|r| {
        r.set_type("json");
        r.clear_body();
    });
    assert_eq!(response.body().and_then(Body::as_bytes), Some(&b"null"[..])); // K-059
    assert_eq!(response.status(), 200); // where Koa says 404
    let other = self::response(|r| {
        r.set_type("application/vnd.api+json");
        r.clear_body();
    });
    assert_eq!(other.status(), 204); // K-060
}

#[test]
fn an_empty_status_drops_the_body_at_once() {
    for status in [204, 205, 304] {
        let response = response(|r| {
            r.set_body("x");
            r.set("Content-Length", 15);
            r.set("Transfer-Encoding", "chunked");
            r.set_status(status);
        });
        assert!(response.body().is_none()); // K-347
        assert!(response.headers().is_empty()); // K-085
    }
}

#[test]
fn a_body_survives_an_empty_status_set_before_it() {
    let response = response(|r| {
        r.set_status(304);
        r.set_body("hello");
        r.set_status(200);
    });
    assert_eq!(response.length(), Some(5)); // K-080
}

#[test]
fn a_stream_keeps_the_length_that_was_set_for_it() {
    let announced = response(|r| {
        r.set_length(10);
        r.set_body(stream_body());
    });
    assert_eq!(announced.length(), Some(10)); // K-090
    let replaced = response(|r| {
        r.set_body("hello");
        r.set_length(5);
        r.set_body(stream_body());
    });
    assert_eq!((replaced.length(), replaced.type_()), (None, "text/plain")); // K-089
}

#[test]
fn length_is_what_the_header_says_or_else_the_body() {
    assert_eq!(Response::new().length(), None); // K-373
    let odd = response(|r| r.set("Content-Length", "x"));
    assert_eq!(odd.length(), Some(0)); // K-372
    let chunked = response(|r| {
        r.set("Transfer-Encoding", "chunked");
        r.set_length(3);
    });
    assert!(!chunked.has("content-length")); // K-371
}

#[test]
fn a_type_is_an_extension_or_a_mime_type() {
    for (set, header) in [
        ("js", Some("text/javascript; charset=utf-8")), // K-375
        ("xml", Some("application/xml")),               // K-376
        ("svg", Some("image/svg+xml")),
        (".html", Some("text/html; charset=utf-8")),
        ("application/javascript", Some("application/javascript; charset=utf-8")), // K-377
        ("TEXT/HTML", Some("TEXT/HTML; charset=utf-8")),                           // K-379
        ("foo/bar", Some("foo/bar")),                                              // K-380
        ("a/b.html", Some("a/b.html")),                                            // K-381
        ("nonesuch", None),                                                        // K-382
        ("", None),
    ] {
        let response = response(|r| {
            r.set_type("png");
            r.set_type(set);
        });
        assert_eq!(response.get("content-type"), header, "{set}");
    }
}

#[test]
fn a_message_lasts_until_the_next_status() {
    let mut response = response(|r| {
        r.set_status(200);
        r.set_message("ok");
    });
    assert_eq!(response.message(), "ok");
    response.set_status(201);
    assert_eq!(response.message(), "Created"); // K-350
    response.set_message("");
    assert_eq!((response.message(), response.fault().is_none()), ("Created", true));
}

#[test]
fn a_message_holds_what_a_header_may_hold() {
    for (message, fits) in
        [("ok", true), ("\u{a3}\t1", true), ("a\r\nX-A: 1", false), ("\u{20ac}", false), ("a\0", false)]
    {
        let mut response = Response::new();
        response.set_message(message);
        assert_eq!(response.fault().is_none(), fits, "{message:?}");
        assert_eq!(response.message() == message, fits, "{message:?}");
    }
}
