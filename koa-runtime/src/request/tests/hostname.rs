use super::*;

fn hostname(host: &str) -> String {
    with("/", &[("host", host)]).hostname().to_owned()
}

#[test]
fn it_is_the_host_without_its_port() {
    for (host, name) in [
        ("foo.com:3000", "foo.com"), // K-255
        ("foo.com", "foo.com"),
        ("a:b:c", "a"),
        ("::1", ""), // K-261
        ("", ""),
    ] {
        assert_eq!(hostname(host), name, "{host}");
    }
    assert_eq!(request("/").hostname(), ""); // K-256
}

#[test]
fn an_ipv6_address_keeps_its_brackets() {
    // K-257
    for (host, name) in [
        ("[::1]", "[::1]"),
        ("[::1]:80", "[::1]"),
        ("[::1]:1337", "[::1]"),
        ("[::1]:", "[::1]"),
        ("[::1]:00080", "[::1]"),
        ("[2001:db8::7]:1", "[2001:db8::7]"),
    ] {
        assert_eq!(hostname(host), name, "{host}");
    }
}

#[test]
fn what_is_in_brackets_and_no_address_is_nothing() {
    // K-259, K-260
    for host in [
        "[invalidIPv6]",
        "[::1]:99999",
        "[::1]:8x",
        "[::1]:+8",
        "[::1]evil.com",
        "[::1]/foo",
        "[::1]?x",
        "[::1]#x",
        "[::1]\\x",
        "[::1] x",
        "[::1/]",
        "[::1%25eth0]",
        "[127.0.0.1]",
        "[::1",
        "[",
        "[]",
    ] {
        assert_eq!(hostname(host), "", "{host}");
    }
}

#[test]
fn a_proxy_has_a_say_if_it_is_believed() {
    let headers = &[("host", "foo.com"), ("x-forwarded-host", "bar.com:80")];
    assert_eq!(proxied(headers).hostname(), "bar.com"); // K-262
    assert_eq!(with("/", headers).hostname(), "foo.com");
}
