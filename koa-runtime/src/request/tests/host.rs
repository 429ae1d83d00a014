use proptest::prelude::*;

use super::*;

#[test]
fn the_host_is_what_the_client_asked_and_no_user_name() {
    for (header, host) in [
        ("foo.com:3000", "foo.com:3000"), // K-240
        ("a.com, b.com", "a.com"),        // K-248
        (",a.com", ""),
        ("evil.com:fake@legit.com", "legit.com"), // K-250
        ("a@b@c", "c"),
        ("@a", "a"),
        ("user@", ""), // K-253
        ("x@ba d", ""),
        ("x@evil/../", ""),
        ("x@evil\\", ""),
        ("FOO.com", "FOO.com"), // K-254
        ("", ""),
    ] {
        assert_eq!(with("/", &[("host", header)]).host(), host, "{header}");
        assert_eq!(
            proxied(&[("host", "x"), ("x-forwarded-host", header)]).host(),
            if header.is_empty() { "x" } else { host }
        );
    }
    assert_eq!(request("/").host(), "");
}

#[test]
fn http_1_goes_by_the_header_and_http_2_by_the_target() {
    let mut request = with("http://target/", &[("host", "header")]);
    assert_eq!(request.host(), "header"); // K-206
    request.version = Version::HTTP_2;
    assert_eq!(request.host(), "target"); // K-243
    let mut request = with("/", &[("host", "header")]);
    request.version = Version::HTTP_2;
    assert_eq!(request.host(), "header");
}

#[test]
fn a_proxy_that_is_not_believed_says_nothing() {
    let headers = &[("host", "foo.com"), ("x-forwarded-host", "bar.com"), ("forwarded", "host=baz.com")];
    assert_eq!(with("/", headers).host(), "foo.com"); // K-244
    assert_eq!(set(headers, |_| ()).host(), "foo.com");
}

#[test]
fn koas_proxy_is_believed_first() {
    for (forwarded, host) in [
        ("bar.com, baz.com", "bar.com"), // K-245
        ("", "foo.com"),                 // K-246
        (" , baz.com", ""),              // K-247
        ("u@bar.com", "bar.com"),        // K-250
    ] {
        let mut request = proxied(&[("host", "foo.com"), ("x-forwarded-host", forwarded)]);
        assert_eq!(request.host(), host, "{forwarded}");
        request.uri = "https://target/".parse().unwrap();
        request.version = Version::HTTP_2;
        assert_eq!(request.host(), if host == "foo.com" { "target" } else { host });
    }
}

proptest! {
    #[test]
    fn no_host_has_a_user_name_in_it(header in "[ -~]{0,20}") {
        for request in [with("/", &[("host", &header)]), proxied(&[("x-forwarded-host", &header)])] {
            prop_assert!(!request.host().contains(['@', ',']));
            prop_assert!(request.host().starts_with(request.hostname()));
            let _ = request.subdomains().count();
        }
    }
}
