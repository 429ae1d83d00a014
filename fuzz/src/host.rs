//! `host`, `hostname`, `subdomains`, `protocol`, `href`.

use std::net::{IpAddr, Ipv6Addr};

use koa_runtime::http::{self, HeaderValue, Uri, Version};
use koa_runtime::{Request, Settings};

use crate::Target;
use crate::input::{Fields, contains, quiet};

pub(crate) const TARGET: Target = Target {
    name: "host",
    run,
    seeds: &[
        b"\x00\xFFexample.com:3000\xFF/path?q=1",
        b"\x02\xFFinside\xFF/\xFFtobi.ferrets.example.com, other\xFFhttps, http",
        b"\x03\xFF[::1]:3000\xFFhttp://user:word@[::1]:80/\xFF\xFFwss",
        b"\x12\xFF127.0.0.1\xFF*\xFFeve@example.com:1\xFFhttps",
        b"\x42\xFFa.b.c\xFF/\xFF\xFF\xFFhost=\"a.example:1\";proto=https, host=b",
    ],
    words: &[
        "example.com",
        "[::1]",
        "127.0.0.1",
        ":3000",
        ":",
        "@",
        ",",
        ".",
        "[",
        "]",
        "http://",
        "https",
        "ws",
        "wss",
        "host=",
        "proto=",
        "\"",
        ";",
        "::",
        "*",
        "/",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let (host, target) = (fields.bytes(), fields.bytes());
    let (forwarded_host, forwarded_proto, forwarded) = (fields.bytes(), fields.bytes(), fields.bytes());

    let mut settings = Settings::default();
    settings.proxy = flags & 2 != 0;
    if flags & 4 != 0 {
        settings.trust_proxies(["10.0.0.0/8"]).expect("a network");
    }
    settings.subdomain_offset = usize::from(flags >> 3 & 3);
    if flags & 0x40 != 0 {
        settings.proxy_ip_header = http::header::FORWARDED;
    }
    let settings = quiet(settings);

    let make = |proxied: bool| {
        let mut head = http::Request::new(());
        *head.version_mut() = if flags & 1 == 0 { Version::HTTP_11 } else { Version::HTTP_2 };
        *head.uri_mut() = Uri::try_from(target).unwrap_or_default();
        let said: &[(&'static str, &[u8])] =
            &[("x-forwarded-host", forwarded_host), ("x-forwarded-proto", forwarded_proto), ("forwarded", forwarded)];
        for (name, value) in said.iter().filter(|_| proxied).chain(&[("host", host)]) {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                head.headers_mut().append(*name, value);
            }
        }
        Request::new(head).with_settings(settings.clone()).with_peer(([192, 0, 2, 1], 4711).into())
    };
    let request = make(true);
    let sources = [host, target, forwarded_host, forwarded];
    check(&request, &sources, settings.subdomain_offset);
    if !settings.proxy {
        // nobody is believed, or not this peer
        let plain = make(false);
        assert_eq!(
            (request.host(), request.protocol(), request.href()),
            (plain.host(), plain.protocol(), plain.href())
        );
    }
}

fn check(request: &Request, sources: &[&[u8]], offset: usize) {
    let host = request.host();
    assert!(!host.contains('@'), "a user's name in {host:?}");
    assert!(sources.iter().any(|source| contains(source, host.as_bytes())), "nobody said {host:?}");

    let name = request.hostname();
    assert!(host.starts_with(name), "{name:?} of {host:?}");
    match name.strip_prefix('[') {
        Some(rest) => {
            let address = rest.strip_suffix(']').expect("brackets come in pairs");
            assert!(address.parse::<Ipv6Addr>().is_ok(), "{name:?}");
        }
        None => assert!(!name.contains(':') && (name.is_empty() || !host.starts_with('[')), "{name:?} of {host:?}"),
    }

    let mut labels: Vec<_> = request.subdomains().collect();
    if name.parse::<IpAddr>().is_ok() || name.starts_with('[') || name.is_empty() {
        assert!(labels.is_empty(), "{name:?} has {labels:?}");
    } else {
        assert_eq!(labels.len(), name.split('.').count().saturating_sub(offset), "{name:?}");
        labels.reverse();
        assert!(name.starts_with(&labels.join(".")), "{labels:?} of {name:?}");
    }

    let protocol = request.protocol();
    assert!(["http", "https", "ws", "wss"].contains(&protocol));
    assert_eq!(request.secure(), protocol == "https");
    if request.uri().scheme().is_none() {
        assert_eq!(request.href(), format!("{protocol}://{host}{}", request.original_url()));
    }
}
