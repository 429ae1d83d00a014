use super::*;
use crate::Body;

/// What is said to a head that hyper would not let through, or takes apart before it hands it over.
fn checked(version: Version, target: &str, headers: &[(&str, &str)]) -> Result<(), Refusal> {
    let request = ::http::Request::post(target).version(version);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    check(&mut Request::new(request.body(Body::empty()).expect("a request")), &Limits::default(), &KnownHost::default())
}

#[test]
fn a_host_is_a_name_or_an_address_with_an_optional_port() {
    for host in [
        "a",
        "A.example",
        "a_b",
        "xn--bcher-kva.example",
        "..a",
        "a%2Db",
        "a!$&'()*+;=~",
        "127.0.0.1",
        "127.0.0.1:80",
        "a:",
        "a:0",
        "a:65535",
        "a:00080",
        "1",
        "[::1]",
        "[::1]:",
        "[::1]:3000",
        "[::ffff:1.2.3.4]",
        "a1:2",
    ] {
        assert!(is_host(host.as_bytes()), "{host}");
    }
    for host in [
        "",
        " ",
        "a b",
        "a,b",
        "a, b",
        "user@a",
        "user:word@a",
        "@",
        "a/",
        "a/b",
        "/",
        "a?b",
        "a#b",
        "a\\b",
        "http://a",
        ":",
        ":80",
        "a:b",
        "a:8o",
        "a:+80",
        "a:-1",
        "a:65536",
        "a:99999",
        "a:100000000000",
        "a:80:80",
        "a::80",
        "::1",
        "::",
        "[",
        "]",
        "[]",
        "[]:80",
        "[::1",
        "::1]",
        "[::1]a",
        "[::1]80",
        "[::1]:b",
        "[::1]:65536",
        "[a]",
        "[1.2.3.4]",
        "[fe80::1%25eth0]",
        "[[::1]]",
        "a[",
        "a]",
        "[::1][::1]",
        "%",
        "%2",
        "a%zz",
        "a%2",
        "a%2:80",
        "a\t",
        "a\"",
        "a<b>",
        "a|b",
        "a^b",
        "`",
        "{a}",
        "a\0",
        "é",
    ] {
        assert!(!is_host(host.as_bytes()), "{host}");
    }
}

#[test]
fn a_request_has_one_host() {
    use Refusal::{BadHost, HostsDiffer, NoHost, TwoHosts};
    use Version as V;
    for (version, target, hosts, expected) in [
        (V::HTTP_11, "/", &["a"][..], Ok(())),
        (V::HTTP_11, "/", &[], Err(NoHost)),
        (V::HTTP_10, "/", &[], Ok(())),
        (V::HTTP_10, "/", &["a", "a"], Err(TwoHosts)),
        (V::HTTP_10, "/", &["a/"], Err(BadHost)),
        (V::HTTP_11, "http://a/", &["a"], Ok(())),
        (V::HTTP_11, "http://a/", &[], Err(NoHost)),
        (V::HTTP_11, "http://a/", &["a@b"], Err(BadHost)),
        (V::HTTP_11, "http://u@a/", &["a"], Err(BadHost)),
        (V::HTTP_2, "http://a/", &[], Ok(())),
        (V::HTTP_2, "http://a/", &["A"], Ok(())),
        (V::HTTP_2, "http://a/", &["b"], Err(HostsDiffer)),
        (V::HTTP_2, "http://a/", &["a:80"], Err(HostsDiffer)),
        (V::HTTP_2, "http://a/", &["a", "a"], Err(TwoHosts)),
        (V::HTTP_2, "http://u@a/", &[], Err(BadHost)),
        (V::HTTP_2, "/", &["a"], Ok(())),
        (V::HTTP_2, "/", &[], Err(NoHost)),
    ] {
        let headers: Vec<_> = hosts.iter().map(|host| ("host", *host)).collect();
        assert_eq!(checked(version, target, &headers), expected, "{version:?} {target} {hosts:?}");
    }
}

#[test]
fn a_body_has_one_length() {
    use Refusal::{BadCoding, TwoLengths, UnknownCoding};
    let (host, chunked) = (("host", "a"), ("transfer-encoding", "chunked"));
    for (version, headers, expected) in [
        (Version::HTTP_11, &[host, chunked][..], Ok(())),
        (Version::HTTP_11, &[host, ("content-length", "5")], Ok(())),
        (Version::HTTP_11, &[host, ("content-length", "5"), chunked], Err(TwoLengths)),
        (Version::HTTP_11, &[host, chunked, chunked], Err(BadCoding)),
        (Version::HTTP_11, &[host, chunked, ("transfer-encoding", "gzip")], Err(BadCoding)),
        (Version::HTTP_11, &[host, ("transfer-encoding", "gzip"), chunked], Err(UnknownCoding)),
        (Version::HTTP_11, &[host, ("transfer-encoding", "")], Err(BadCoding)),
        (Version::HTTP_10, &[host, chunked], Err(BadCoding)),
        (Version::HTTP_2, &[host, chunked], Err(BadCoding)),
    ] {
        assert_eq!(checked(version, "/", headers), expected, "{version:?} {headers:?}");
    }
}

#[test]
fn a_target_has_the_form_that_its_method_takes() {
    let check = |method: &str, target: &str| {
        let request = ::http::Request::builder().method(method).uri(target).header("host", "a");
        check(
            &mut Request::new(request.body(Body::empty()).expect("a request")),
            &Limits::default(),
            &KnownHost::default(),
        )
    };
    for (method, target, expected) in [
        ("OPTIONS", "*", Ok(())),
        ("GET", "*", Err(Refusal::BadForm)),
        ("PURGE", "*", Err(Refusal::BadForm)),
        ("GET", "a:80", Err(Refusal::BadForm)),
        ("OPTIONS", "a", Err(Refusal::BadForm)),
        ("GET", "http://a?b", Ok(())),
        ("GET", "/é", Err(Refusal::NotAscii)),
        ("CONNECT", "a:80", Err(Refusal::Connect)),
        ("CONNECT", "/", Err(Refusal::Connect)),
        (&"A".repeat(32), "/", Ok(())),
        (&"A".repeat(33), "/", Err(Refusal::LongMethod)),
        ("GET", &format!("/{}", "a".repeat(8191)), Ok(())),
        ("GET", &format!("/{}", "a".repeat(8192)), Err(Refusal::LongTarget)),
    ] {
        assert_eq!(check(method, target), expected, "{method} {target}");
    }
}

#[test]
fn a_host_that_is_asked_again_is_known_and_no_other_is() {
    let known = KnownHost::default();
    let asked = |host: &str| {
        let request = ::http::Request::get("/").header("host", host).body(Body::empty()).expect("a request");
        check(&mut Request::new(request), &Limits::default(), &known)
    };
    let long = "a".repeat(33);
    assert_eq!(asked(""), Err(Refusal::BadHost));
    for _ in 0..2 {
        for host in ["a", "b.example:80", "a", &*long] {
            assert_eq!(asked(host), Ok(()), "{host}");
        }
        for host in ["a,", "", "b.example:80,", "\u{0}"] {
            let request = ::http::Request::get("/").header("host", host).body(());
            assert!(request.is_err() || asked(host) == Err(Refusal::BadHost), "{host}");
        }
    }
}
