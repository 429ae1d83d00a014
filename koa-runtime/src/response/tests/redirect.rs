use proptest::prelude::*;

use super::*;

#[test]
fn a_redirection_keeps_a_status_that_is_one() {
    for (preset, status) in [(301, 301), (307, 307), (200, 302), (304, 302), (404, 302)] {
        let response = response(|r| {
            r.set_status(preset);
            r.redirect("/login");
        });
        assert_eq!(response.status(), status, "{preset}"); // K-414
    }
}

#[test]
fn a_redirection_encodes_its_url_and_escapes_its_page() {
    let response = response(|r| {
        r.set_type("json");
        r.redirect("/<ü>?a=\"b\"");
    });
    assert_eq!(response.get("location"), Some("/%3C%C3%BC%3E?a=%22b%22")); // K-411
    assert_eq!(response.get("content-type"), Some("text/html; charset=utf-8")); // K-416
    let page = response.body().and_then(Body::as_bytes);
    let expected = "Redirecting to /&lt;ü&gt;?a=&quot;b&quot;.";
    assert_eq!(page, Some(expected.as_bytes()));
    assert!(self::response(|r| r.redirect("http://")).fault().is_some()); // K-410
}

#[test]
fn an_http_url_is_written_as_browsers_read_it() {
    for (url, location) in [
        ("http://google.com\\@apple.com", "http://google.com/@apple.com"),
        ("HTTPS://EXAMPLE.com:443/ä?b c", "https://example.com/%C3%A4?b%20c"),
        ("http://a.b/\r\nSet-Cookie: c=d", "http://a.b/Set-Cookie:%20c=d"),
        ("http://a.b/<script>", "http://a.b/%3Cscript%3E"),
    ] {
        let response = response(|r| r.redirect(url));
        assert_eq!(response.get("location"), Some(location));
        assert!(response.fault().is_none());
    }
    let page = response(|r| r.redirect("http://google.com\\@apple.com"));
    let expected = "Redirecting to http://google.com/@apple.com.";
    assert_eq!(page.body().and_then(Body::as_bytes), Some(expected.as_bytes()));
}

#[test]
fn other_places_are_passed_on_as_they_are() {
    // K-412, K-417
    for url in ["//evil.com", "ftp://a.b/c", "myapp:callback", "back", "?page=2", "#top", ""] {
        let response = response(|r| r.redirect(url));
        assert_eq!(response.get("location"), Some(url));
    }
}

#[test]
fn what_no_client_can_follow_is_a_fault_and_changes_nothing() {
    for url in ["http://", "https://a b/", "http://a:x/", "javascript:alert(1)", "DATA:text/html,x"] {
        let response = response(|r| {
            r.set_body("x");
            r.redirect(url);
        });
        assert!(response.fault().is_some_and(|fault| fault.status() == 500), "{url}");
        assert_eq!((response.status().as_u16(), response.has("location")), (200, false), "{url}");
    }
}

proptest! {
    #[test]
    fn no_url_gets_out_of_its_header_or_into_the_page(url in "(https?://)?[\\x00-\\x7fü☃]{0,30}", long in 0..200_usize) {
        let url = url + &"é\n".repeat(long);
        let response = response(|r| r.redirect(&url));
        let Some(location) = response.headers().get("location") else {
            prop_assert!(response.fault().is_some());
            return Ok(());
        };
        prop_assert!(location.as_bytes().iter().all(u8::is_ascii_graphic), "{location:?}");
        let page = response.body().and_then(Body::as_bytes).unwrap_or_default();
        prop_assert!(!page.iter().any(|byte| matches!(byte, b'<' | b'>' | b'"' | b'\'')));
    }
}
