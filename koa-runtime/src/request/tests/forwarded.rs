//! Proxies that are trusted by their network.

use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

fn client(headers: &[(&str, &str)]) -> (String, String) {
    shown(&trusted(headers))
}

/// The address, and the list of addresses.
fn shown(request: &Request) -> (String, String) {
    let ip = request.ip().map(|ip| ip.to_string()).unwrap_or_default();
    (ip, request.ips().collect::<Vec<_>>().join(" "))
}

fn pair(ip: &str, ips: &str) -> (String, String) {
    (ip.to_owned(), ips.to_owned())
}

#[test]
fn the_client_is_the_first_from_behind_that_is_not_trusted() {
    for (header, ip, ips) in [
        ("203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 10.0.0.3, 10.0.0.2", "203.0.113.9", "203.0.113.9 10.0.0.3 10.0.0.2"),
        // what the client made up is not looked at
        ("6.6.6.6, 203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.9, 203.0.113.9, 10.0.0.2", "203.0.113.9", "203.0.113.9 10.0.0.2"),
        ("\", x=, 203.0.113.9", "203.0.113.9", "203.0.113.9"),
        // a client inside of the network
        ("10.9.9.9, 10.0.0.2", "10.9.9.9", "10.9.9.9 10.0.0.2"),
        ("203.0.113.9:4711", "203.0.113.9", "203.0.113.9:4711"),
        ("[2001:db8::1]:4711, 10.0.0.2:1", "2001:db8::1", "[2001:db8::1]:4711 10.0.0.2:1"),
        ("::ffff:203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9", "::ffff:203.0.113.9 ::ffff:10.0.0.2"),
        ("", "10.0.0.1", ""),
    ] {
        assert_eq!(client(&[("x-forwarded-for", header)]), pair(ip, ips), "{header}");
    }
    let lines = &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "10.0.0.2")];
    assert_eq!(client(lines), pair("203.0.113.9", "203.0.113.9 10.0.0.2"));
}

#[test]
fn a_client_that_a_trusted_proxy_cannot_name_is_the_proxy() {
    for header in
        ["unknown", "203.0.113.9, unknown", "203.0.113.9,", "_hidden, 10.0.0.2", "1.2.3.4:x", "[1.2.3.4]:1", "::1]"]
    {
        assert_eq!(client(&[("x-forwarded-for", header)]), pair("10.0.0.1", ""), "{header}");
    }
}

#[test]
fn an_entry_that_is_no_text_spoils_only_itself() {
    for (mut request, ip, ips) in
        [(trusted(&[]), "203.0.113.9", "203.0.113.9"), (proxied(&[]), "192.0.2.1", "192.0.2.1  203.0.113.9")]
    {
        let line = HeaderValue::from_bytes(b"192.0.2.1, \xFF, 203.0.113.9").unwrap();
        request.headers_mut().insert("x-forwarded-for", line);
        assert_eq!(shown(&request), pair(ip, ips));
    }
}

#[test]
fn a_stranger_is_not_believed() {
    let headers = &[
        ("host", "inner"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-host", "a.com"),
        ("x-forwarded-proto", "https"),
    ];
    for settings in [|_: &mut Settings| (), |settings: &mut Settings| settings.proxy = true] {
        let request = set(headers, |all| {
            all.trust_proxies(["192.0.2.0/24"]).unwrap();
            settings(all);
        });
        assert_eq!(shown(&request), pair("10.0.0.1", ""), "the networks count, and not `proxy`");
        assert_eq!((request.host(), request.protocol()), ("inner", "http"));
    }
    let mut request = trusted(headers);
    request.peer = None;
    assert_eq!((shown(&request), request.host()), (pair("", ""), "inner"));
}

#[test]
fn over_tls_it_is_https_whatever_a_proxy_says() {
    let headers = &[("x-forwarded-proto", "http")];
    for believe in
        [|all: &mut Settings| all.proxy = true, |all: &mut Settings| all.trust_proxies(["10.0.0.0/8"]).unwrap()]
    {
        let request = set(headers, believe);
        assert_eq!(request.protocol(), "http");
        let request = request.with_secure(true); // K-266
        assert_eq!((request.protocol(), request.secure()), ("https", true));
    }
}

#[test]
fn of_an_empty_list_of_proxies_nobody_is_believed() {
    let request = set(&[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https")], |settings| {
        settings.proxy = true;
        settings.trust_proxies([""; 0]).unwrap();
    });
    assert_eq!((shown(&request), request.protocol()), (pair("10.0.0.1", ""), "http"));
}

#[test]
fn no_more_than_so_many_addresses_are_gone_through() {
    let request = set(&[("x-forwarded-for", "203.0.113.9, 10.0.0.3, 10.0.0.2")], |settings| {
        settings.trust_proxies(["10.0.0.0/8"]).unwrap();
        settings.max_ips_count = 2;
    });
    assert_eq!(shown(&request), pair("10.0.0.3", "10.0.0.3 10.0.0.2"));
}

#[test]
fn host_and_protocol_are_those_that_the_outermost_trusted_proxy_was_asked_for() {
    for (addresses, hosts, host) in [
        // two proxies, each of which adds what it was asked for
        ("203.0.113.9, 10.0.0.2", "a.com, inner", "a.com"),
        ("203.0.113.9, 10.0.0.2", "evil.com, a.com, inner", "a.com"),
        // the nearer one begins anew, or passes on
        ("203.0.113.9, 10.0.0.2", "a.com", "a.com"),
        ("203.0.113.9", "evil.com, a.com", "a.com"),
        ("unknown, 10.0.0.2", "evil.com, a.com, inner", "a.com"),
        ("", "evil.com, a.com", "a.com"),
        ("203.0.113.9", "", "direct"),
    ] {
        let request = trusted(&[("host", "direct"), ("x-forwarded-for", addresses), ("x-forwarded-host", hosts)]);
        assert_eq!(request.host(), host, "{addresses} {hosts}");
    }
    let request = trusted(&[("x-forwarded-for", "203.0.113.9"), ("x-forwarded-proto", "https, http")]);
    assert!(!request.secure());
}

fn standard(header: &str, set_more: impl FnOnce(&mut Settings)) -> Request {
    let headers =
        [("forwarded", header), ("host", "direct"), ("x-forwarded-host", "evil"), ("x-forwarded-for", "6.6.6.6")];
    set(&headers, |settings| {
        settings.proxy_ip_header = HeaderName::from_static("forwarded");
        set_more(settings);
    })
}

#[test]
fn the_standard_header_has_it_all() {
    let trust = |settings: &mut Settings| settings.trust_proxies(["10.0.0.0/8"]).unwrap();
    for (header, ip, host, protocol) in [
        ("for=203.0.113.9;host=a.com;proto=https", "203.0.113.9", "a.com", "https"),
        ("For=\"[2001:db8::1]:4711\"; HOST=\"a.com:80\"", "2001:db8::1", "a.com:80", "http"),
        ("for=6.6.6.6;host=evil, for=203.0.113.9;host=a.com, for=10.0.0.2;host=inner", "203.0.113.9", "a.com", "http"),
        // a quote left open by the client swallows nothing
        ("for=\"x, for=203.0.113.9;host=a.com", "203.0.113.9", "a.com", "http"),
        ("for=203.0.113.9;by=\"a, b;c\"", "203.0.113.9", "direct", "http"),
        ("for=\"203.0.113.9\\\"", "10.0.0.1", "direct", "http"),
        ("for=203.0.113.9;host=\"a\\b\"", "203.0.113.9", "direct", "http"),
        ("for=unknown;host=a.com", "10.0.0.1", "a.com", "http"),
        ("host=a.com", "10.0.0.1", "a.com", "http"),
        ("", "10.0.0.1", "direct", "http"),
    ] {
        let request = standard(header, trust);
        assert_eq!((shown(&request).0.as_str(), request.host(), request.protocol()), (ip, host, protocol), "{header}");
    }
    let koa = standard("for=1.1.1.1;host=a.com;proto=https, for=2.2.2.2;host=b.com", |settings| settings.proxy = true);
    assert_eq!(shown(&koa), pair("1.1.1.1", "1.1.1.1 2.2.2.2"));
    assert_eq!((koa.host(), koa.protocol()), ("a.com", "https"));
}

proptest! {
    #[test]
    fn nothing_that_a_client_sends_gets_past_the_proxy_that_adds_its_address(
        sent in "[ -~]{0,40}",
        standard_header: bool,
        one_line: bool,
    ) {
        let name = if standard_header { "forwarded" } else { "x-forwarded-for" };
        let added = if standard_header { "for=203.0.113.9;host=a.com" } else { "203.0.113.9" };
        let joined = format!("{sent}, {added}");
        let lines = if one_line { vec![(name, joined.as_str())] } else { vec![(name, sent.as_str()), (name, added)] };
        let request = set(&lines, |settings| {
            settings.trust_proxies(["10.0.0.0/8"]).unwrap();
            settings.proxy_ip_header = HeaderName::from_static(name);
        });
        prop_assert_eq!(shown(&request), pair("203.0.113.9", "203.0.113.9"));
        if standard_header {
            prop_assert_eq!(request.host(), "a.com");
        }
    }

    #[test]
    fn any_header_is_read(header in "[ -~]{0,60}", proxy: bool) {
        let request = standard(&header, |settings| {
            settings.proxy = proxy;
            if !proxy {
                settings.trust_proxies(["10.0.0.0/8"]).unwrap();
            }
        });
        let _ = (shown(&request), request.href(), request.subdomains().count());
    }
}
