use http::HeaderValue;

use super::*;

#[test]
fn a_header_is_found_in_any_case_and_is_empty_if_missing() {
    let request = with("/", &[("Host", "a")]);
    for name in ["HOST", "Host", "host"] {
        assert_eq!(request.get(name), "a"); // K-198
    }
    assert_eq!(request.get("x-missing"), "");
    assert_eq!(request.get("not a name"), "");
    assert_eq!(request.get(""), "");
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
    let empty = with("/", &[("referer", "one"), ("referrer", "")]);
    assert_eq!(empty.get("Referrer"), "one");
}

#[test]
fn a_header_of_several_lines_is_joined() {
    // K-200
    let mut request = with(
        "/",
        &[
            ("accept", "text/html"),
            ("accept", "text/plain, */*"),
            ("accept", ""),
            ("cookie", "a=1"),
            ("cookie", "b=2"),
            ("content-type", "text/html"),
            ("content-type", "text/plain"),
            ("authorization", "Basic x"),
            ("authorization", "Basic y"),
            ("referer", "/one"),
            ("referer", "/two"),
            ("x-one", "1"),
        ],
    );
    assert_eq!(request.get("X-One"), "1");
    assert!(request.joined.get().is_none(), "nothing is joined before it is asked for");
    assert_eq!(request.get("Accept"), "text/html, text/plain, */*, ");
    assert_eq!(request.get("Cookie"), "a=1; b=2");
    assert_eq!((request.get("Content-Type"), request.type_()), ("text/html", "text/html"));
    assert_eq!(request.get("Authorization"), "Basic x");
    assert_eq!(request.get("Referrer"), "/one");
    assert_eq!(request.get("X-One"), "1");

    request.headers_mut().append("accept", HeaderValue::from_static("x/y"));
    assert_eq!(request.get("Accept"), "text/html, text/plain, */*, , x/y");
    request.headers_mut().remove("accept");
    assert_eq!(request.get("Accept"), "");
}

#[test]
fn the_origin_is_what_the_browser_says_it_is() {
    // K-201
    assert_eq!(request("/").origin(), None);
    assert_eq!(with("/", &[("origin", "")]).origin(), None);
    assert_eq!(with("/", &[("origin", "null")]).origin(), Some("null"));
    assert_eq!(with("/", &[("origin", "https://a.b")]).origin(), Some("https://a.b"));
}

#[test]
fn the_length_is_the_number_it_begins_with() {
    for (header, length) in [
        ("10", Some(10)),
        ("10.5", Some(10)),
        ("1e3", Some(1)),
        ("x", None),
        ("", None),
        ("-5", None),
        ("99999999999999999999", None),
    ] {
        let request = with("/", &[("content-length", header)]);
        assert_eq!(request.length(), length, "{header}"); // K-290
    }
    assert_eq!(request("/").length(), None);
}
