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

#[test]
fn a_url_has_a_path_and_a_query_string() {
    // K-205, K-217, K-219, K-225, K-207, K-210, K-211
    for (url, path, query, search) in [
        ("/login?next=/d", "/login", "next=/d", "?next=/d"),
        ("/x?y?z", "/x", "y?z", "?y?z"),
        ("/x?", "/x", "", ""),
        ("/x", "/x", "", ""),
        ("//evil.com/x", "//evil.com/x", "", ""),
        ("/a%2fb", "/a%2fb", "", ""),
        ("/?a=1#frag", "/", "a=1", "?a=1"),
        ("http://x.y/foo?a", "/foo", "a", "?a"), // K-206
    ] {
        let request = request(url);
        assert_eq!((request.path(), request.querystring(), request.search()), (path, query, search), "{url}");
    }
}

#[test]
fn the_original_url_stays_when_the_url_changes() {
    let mut request = request("/login?next=/d");
    request.set_path("/logout").unwrap(); // K-212
    assert_eq!(request.url(), "/logout?next=/d");
    request.set_querystring("?page=2").unwrap(); // K-220, K-222
    assert_eq!(request.url(), "/logout?page=2");
    request.set_querystring("").unwrap(); // K-221
    assert_eq!(request.url(), "/logout");
    request.set_url("/a?b").unwrap();
    assert_eq!((request.path(), request.search()), ("/a", "?b"));
    assert_eq!(request.original_url(), "/login?next=/d"); // K-196
}

#[test]
fn an_absolute_url_keeps_its_host_when_the_path_changes() {
    let mut request = request("http://x.y/a?b"); // K-215
    request.set_path("/c").unwrap();
    assert_eq!(request.uri(), "http://x.y/c?b");
}

#[test]
fn what_is_no_url_is_refused_and_changes_nothing() {
    let mut request = request("/a?b");
    assert!(request.set_url("/a b").is_err());
    assert!(request.set_path("").is_err());
    assert!(request.set_querystring("a b").is_err());
    assert_eq!(request.url(), "/a?b");
}

#[test]
fn a_header_is_found_in_any_case_and_is_empty_if_missing() {
    let request = with("/", &[("Host", "a")]);
    for name in ["HOST", "Host", "host"] {
        assert_eq!(request.get(name), "a"); // K-198
    }
    assert_eq!(request.get("x-missing"), "");
    assert_eq!(request.get("not a name"), "");
}

#[test]
fn referer_and_referrer_are_one() {
    // K-199
    for header in ["Referer", "Referrer"] {
        let request = with("/", &[(header, "/from")]);
        assert_eq!(request.get("referer"), "/from");
        assert_eq!(request.get("Referrer"), "/from");
    }
    let both = with("/", &[("referer", "one"), ("referrer", "two")]);
    assert_eq!(both.get("Referer"), "two");
}

#[test]
fn the_host_is_what_the_client_asked_and_no_user_name() {
    for (header, host) in [
        ("foo.com:3000", "foo.com:3000"),         // K-240
        ("a.com, b.com", "a.com"),                // K-248
        ("evil.com:fake@legit.com", "legit.com"), // K-250
        ("user@", ""),                            // K-253
        ("FOO.com", "FOO.com"),                   // K-254
    ] {
        assert_eq!(with("/", &[("host", header)]).host(), host);
    }
    assert_eq!(request("/").host(), "");
    // K-206: HTTP/1 goes by the header, K-243: HTTP/2 by the target
    let mut request = with("http://target/", &[("host", "header")]);
    assert_eq!(request.host(), "header");
    request.version = Version::HTTP_2;
    assert_eq!(request.host(), "target");
}

#[test]
fn length_and_type_come_from_their_headers() {
    for (header, length) in [("10", Some(10)), ("10.5", Some(10)), ("1e3", Some(1)), ("x", None), ("", None)] {
        let request = with("/", &[("content-length", header)]);
        assert_eq!(request.length(), length, "{header}"); // K-290
    }
    let request = with("/", &[("content-type", "text/html; charset=utf-8")]);
    assert_eq!(request.type_(), "text/html"); // K-286
    assert_eq!(self::request("/").type_(), "");
}

#[test]
fn tls_is_https() {
    let request = request("/");
    assert_eq!((request.protocol(), request.secure()), ("http", false));
    let request = request.with_secure(true);
    assert_eq!((request.protocol(), request.secure()), ("https", true));
}

#[test]
fn the_body_is_checked_against_its_content_length() {
    let head = http::Request::post("/").header("content-length", "5");
    let mut request = Request::new(head.body("hel").unwrap());
    let error = request.bytes(10).now_or_never().unwrap().unwrap_err();
    assert_eq!((error.status().as_u16(), error.message()), (400, "the request body ended before its Content-Length"));
}
