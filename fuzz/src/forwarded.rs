//! `ip`, `ips`, and what trusted proxies say of the host.

use std::net::IpAddr;

use koa_runtime::http::{HeaderName, header};
use koa_runtime::{Request, Settings};

use crate::Target;
use crate::input::{Fields, contains, quiet, request};

pub(crate) const TARGET: Target = Target {
    name: "forwarded",
    run,
    seeds: &[
        b"\x01\xFF6.6.6.6, 203.0.113.9\xFF10.0.0.2",
        b"\x02\xFF6.6.6.6, 203.0.113.9, 10.0.0.2:4711",
        b"\x06\xFFfor=6.6.6.6;host=a, for=\"[2001:db8::1]:80\";proto=https, for=10.0.0.2",
        b"\x0A\xFFunknown, ::ffff:10.0.0.1, [::1]\xFF,,",
        b"\x15\xFFfor=\"_hidden\", For=192.0.2.43;by=x",
    ],
    words: &[
        "203.0.113.9",
        "10.0.0.2",
        "for=",
        "host=",
        "proto=",
        "by=",
        ",",
        ";",
        "\"",
        "\\",
        "[",
        "]",
        "::1",
        "::ffff:10.0.0.9",
        ":80",
        "unknown",
        "_obf",
        "=",
        " ",
        "fd00::1",
    ],
};

const PEER: [u8; 4] = [10, 0, 0, 1];

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let is_standard = flags & 4 != 0;
    let lines: Vec<&[u8]> = fields.rest().take(6).collect();

    let mut settings = Settings::default();
    settings.proxy = flags & 1 != 0;
    settings.max_ips_count = usize::from(flags >> 3 & 3);
    let trusts = flags & 2 != 0;
    if trusts {
        settings.trust_proxies(["10.0.0.0/8", "fd00::/8"]).expect("networks");
    }
    let name = if is_standard { header::FORWARDED } else { HeaderName::from_static("x-forwarded-for") };
    settings.proxy_ip_header = name.clone();
    let settings = quiet(settings);
    let headers: Vec<_> = lines.iter().map(|line| (name.as_str(), *line)).collect();

    let from = |peer: [u8; 4]| request(&headers).with_settings(settings.clone()).with_peer((peer, 4711).into());
    let asked = from(PEER);
    check(&asked, &lines, settings.max_ips_count, is_standard);
    if trusts {
        // who is not trusted is not listened to
        let stranger = from([203, 0, 113, 77]);
        assert_eq!(stranger.ip(), Some(IpAddr::from([203, 0, 113, 77])));
        assert_eq!(stranger.ips().count(), 0);
        made_up(&lines, is_standard);
    }
}

fn check(request: &Request, lines: &[&[u8]], most: usize, is_standard: bool) {
    let ips: Vec<_> = request.ips().collect();
    assert!(most == 0 || ips.len() <= most, "{ips:?} are more than {most}");
    for ip in ips {
        assert!(lines.iter().any(|line| contains(line, ip.as_bytes())), "nobody said {ip:?}");
        assert!(is_standard || !ip.contains(','), "{ip:?} is two");
    }
    let ip = request.ip().expect("there is a peer");
    assert!(ip == IpAddr::from(PEER) || named(lines).any(|named| named == ip), "nobody said {ip}");
}

/// Every address that is in the lines, however it is written.
fn named(lines: &[&[u8]]) -> impl Iterator<Item = IpAddr> {
    let words = lines.iter().flat_map(|line| line.split(|byte| !byte.is_ascii_graphic() || b",;=\"".contains(byte)));
    let texts = words.filter_map(|word| std::str::from_utf8(word).ok());
    texts
        .flat_map(|word| {
            let in_brackets = word.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(address, _)| address);
            let before_port = word.rsplit_once(':').map(|(address, _)| address);
            [Some(word), in_brackets, before_port]
        })
        .flatten()
        .filter_map(|word| word.parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
}

/// Whatever a client puts in front, be it on lines of its own or on the line that a proxy adds to, it changes nothing about
/// what trusted proxies say behind it.
fn made_up(lines: &[&[u8]], is_standard: bool) {
    let mut settings = Settings::default();
    settings.trust_proxies(["10.0.0.0/8"]).expect("a network");
    let (name, tail): (_, &[u8]) = if is_standard {
        ("forwarded", b", for=203.0.113.9;host=real.example;proto=https, for=10.0.0.2;host=inner")
    } else {
        ("x-forwarded-for", b", 203.0.113.9, 10.0.0.2")
    };
    if is_standard {
        settings.proxy_ip_header = header::FORWARDED;
    }
    let Some((last, before)) = lines.split_last() else { return };
    let joined = [*last, tail].concat();
    let host = [*last, b", real.example, inner"].concat();
    let mut headers: Vec<_> = before.iter().map(|line| (name, *line)).collect();
    headers.push((name, &joined));
    if !is_standard {
        headers.extend(before.iter().map(|line| ("x-forwarded-host", *line)));
        headers.push(("x-forwarded-host", &host));
    }
    if koa_runtime::http::HeaderValue::from_bytes(&joined).is_err() {
        return; // no server would let it through
    }
    let request = request(&headers).with_settings(quiet(settings)).with_peer((PEER, 4711).into());
    assert_eq!(request.ip(), Some(IpAddr::from([203, 0, 113, 9])), "{headers:?}");
    assert_eq!(request.host(), "real.example", "{headers:?}");
    assert!(request.ips().eq(["203.0.113.9", "10.0.0.2"]), "{headers:?}");
}
