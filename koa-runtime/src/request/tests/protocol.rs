use super::*;

#[test]
fn tls_is_https_whatever_a_proxy_says() {
    let headers = &[("x-forwarded-proto", "http")];
    for request in [with("/", headers), proxied(headers), trusted(headers)] {
        assert_eq!((request.protocol(), request.secure()), ("http", false));
        let request = request.with_secure(true);
        assert_eq!((request.protocol(), request.secure()), ("https", true)); // K-266
    }
}

#[test]
fn a_proxy_that_is_not_believed_says_nothing() {
    let request = with("/", &[("x-forwarded-proto", "https"), ("forwarded", "proto=https")]);
    assert_eq!((request.protocol(), request.secure()), ("http", false)); // K-267
}

#[test]
fn a_proxy_that_is_believed_says_how_it_was_asked() {
    for (header, protocol) in [
        ("https", "https"),
        ("", "http"),       // K-269
        ("HTTPS", "https"), // K-270
        (" https ", "https"),
        ("https, http", "https"),
        ("http, https", "http"),
        (",https", "http"),
        ("ws", "ws"), // K-271
        ("WSS", "wss"),
        ("javascript", "http"), // K-271: where Koa takes any word
        ("https://", "http"),
    ] {
        let request = proxied(&[("x-forwarded-proto", header)]);
        assert_eq!(request.protocol(), protocol, "{header}");
        assert_eq!(request.secure(), protocol == "https"); // K-272
    }
    assert_eq!(proxied(&[]).protocol(), "http");
}
