use super::*;

fn typed(content_type: &str) -> Request {
    with("/", &[("content-type", content_type)])
}

#[test]
fn the_type_is_what_stands_before_the_parameters() {
    assert_eq!(typed("text/html; charset=utf-8").type_(), "text/html"); // K-286
    assert_eq!(typed("TEXT/HTML ; a=b").type_(), "TEXT/HTML "); // K-287
    assert_eq!(request("/").type_(), "");
}

#[test]
fn the_charset_is_as_it_was_written() {
    for (header, charset) in [
        ("text/html;charset=utf-8", "utf-8"),
        ("text/html; charset=\"UTF-8\"", "UTF-8"), // K-288
        ("text/html; charset=a; charset=b", "b"),  // K-289
        ("text/html; foo=bar; CHARSET = x", "x"),
        ("text/html ; charset=x", "x"),
        ("text/html; foo=\";charset=y\"; charset=x", "x"),
        ("text/html", ""),
        ("", ""),
    ] {
        assert_eq!(typed(header).charset(), charset, "{header}");
    }
    assert_eq!(request("/").charset(), "");
}

#[test]
fn a_type_that_is_not_well_formed_has_no_charset() {
    // K-288
    for header in [
        "bad; charset=x",
        "text/; charset=x",
        "/html; charset=x",
        "te xt/html; charset=x",
        "text/html; charset=",
        "text/html; charset=x;",
        "text/html; charset=x y",
        "text/html; charset=\"x",
        "text/html; charset=\"x\"y\"",
        "text/html; a;charset=x",
        "text/html; =a;charset=x",
    ] {
        assert_eq!(typed(header).charset(), "", "{header}");
    }
}
