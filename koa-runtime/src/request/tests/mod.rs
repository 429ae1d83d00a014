//! One file for each accessor that has many rows, as in Koa's own tests.

mod content_type;
mod fields;
mod forwarded;
mod fresh;
mod host;
mod hostname;
mod href;
mod ip;
mod protocol;
mod query;
mod read;
mod subdomains;
mod url;

use futures_util::FutureExt as _;

use super::*;

fn request(url: &str) -> Request {
    with(url, &[])
}

fn with(url: &str, headers: &[(&str, &str)]) -> Request {
    let mut head = http::Request::get(url);
    for (name, value) in headers {
        head = head.header(*name, *value);
    }
    Request::new(head.body(Body::empty()).unwrap())
}

/// A request under Koa's `app.proxy = true`.
fn proxied(headers: &[(&str, &str)]) -> Request {
    set(headers, |settings| settings.proxy = true)
}

/// A request from 10.0.0.1, which is trusted, and so are 10.0.0.2 to 10.255.255.255.
fn trusted(headers: &[(&str, &str)]) -> Request {
    set(headers, |settings| settings.trust_proxies(["10.0.0.0/8"]).unwrap())
}

fn set(headers: &[(&str, &str)], set: impl FnOnce(&mut Settings)) -> Request {
    let mut settings = Settings::default();
    set(&mut settings);
    with("/", headers).with_peer(([10, 0, 0, 1], 4711).into()).with_settings(Arc::new(settings))
}

#[test]
fn asking_twice_does_no_more_for_some_methods() {
    for (method, idempotent) in [
        ("GET", true),
        ("HEAD", true),
        ("PUT", true),
        ("DELETE", true),
        ("OPTIONS", true),
        ("TRACE", true),
        ("POST", false),
        ("PATCH", false),
        ("get", false),
    ] {
        let mut request = request("/");
        request.set_method(method.parse().unwrap());
        assert_eq!(request.idempotent(), idempotent, "{method}");
    }
}

#[test]
fn a_request_has_the_settings_of_its_application_or_the_defaults() {
    assert!(!request("/").settings().proxy);
    let first = proxied(&[]);
    assert!(first.settings().proxy);
    assert!(request("/").with_settings_of(&first).settings().proxy);
    assert!(!first.with_settings_of(&request("/")).settings().proxy);
}

#[test]
fn the_body_is_checked_against_its_content_length() {
    let head = http::Request::post("/").header("content-length", "5");
    let mut request = Request::new(head.body("hel").unwrap());
    let error = request.bytes(10).now_or_never().unwrap().unwrap_err();
    assert_eq!((error.status().as_u16(), error.message()), (400, "the request body ended before its Content-Length"));
}

#[test]
fn it_is_handed_on_as_layers_have_changed_it() {
    let head = http::Request::post("/a?b").version(Version::HTTP_2).header("x-a", "1").extension(7_u8);
    let mut request = Request::new(head.body("hello").unwrap());
    request.set_path("/c").unwrap();
    request.set_method(Method::PUT);
    let handed = request.take_http();
    assert_eq!((handed.method(), handed.uri().path(), handed.version()), (&Method::PUT, "/c", Version::HTTP_2));
    assert_eq!((&handed.headers()["x-a"], handed.extensions().get::<u8>()), (&"1".parse().unwrap(), Some(&7)));
    assert_eq!(handed.body().as_bytes(), Some(&b"hello"[..]));
    assert_eq!((request.get("x-a"), request.path()), ("1", "/c"));
    assert!(request.bytes(9).now_or_never().unwrap().is_err());
}
