use super::*;

#[test]
fn it_is_what_the_client_asked_for() {
    let host = &[("host", "localhost:3000")][..];
    let mut request = with("/users/1?next=/d", host);
    request.set_url("/1").unwrap();
    assert_eq!(request.href(), "http://localhost:3000/users/1?next=/d"); // K-202
    assert_eq!(with("/foo", host).with_secure(true).href(), "https://localhost:3000/foo");
    assert_eq!(self::request("/foo").href(), "http:///foo"); // K-204
    assert_eq!(with("*", host).href(), "http://localhost:3000*");
}

#[test]
fn an_absolute_url_is_what_it_is() {
    let mut request = with("http://a.com/x?y", &[("host", "b.com")]); // K-265
    request.set_path("/z").unwrap();
    assert_eq!(request.href(), "http://a.com/x?y");
    request.version = Version::HTTP_2;
    assert_eq!(request.with_secure(true).href(), "https://a.com/x?y");
}

#[test]
fn behind_a_proxy_it_is_what_the_proxy_was_asked_for() {
    let headers = &[("host", "inner:8080"), ("x-forwarded-host", "a.com"), ("x-forwarded-proto", "https")];
    assert_eq!(proxied(headers).href(), "https://a.com/");
    assert_eq!(with("/", headers).href(), "http://inner:8080/");
}
