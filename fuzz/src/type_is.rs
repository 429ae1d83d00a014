//! `is`, `type_` and `charset`.

use std::borrow::Cow;

use koa_runtime::http::HeaderValue;
use koa_runtime::{Is, Response};

use crate::Target;
use crate::input::{Fields, contains, request};

pub(crate) const TARGET: Target = Target {
    name: "type_is",
    run,
    seeds: &[
        b"\x00\xFFtext/html; charset=utf-8\xFFhtml\xFFtext/*",
        b"\x00\xFFApplication/Problem+JSON;charset=\"UTF-8\"\xFF+json\xFF*/*+json\xFFjson",
        b"\x00\xFFmultipart/form-data; boundary=x;a=\"b;c\"\xFFmultipart\xFFurlencoded",
        b"\x01\xFFimage/png\xFFimage/*",
    ],
    words: &[
        "text/html",
        "application/",
        "json",
        "+json",
        "*/*",
        "*",
        "/",
        "+",
        ";",
        "charset=",
        "\"",
        "\\",
        "=",
        " ",
        "urlencoded",
        "multipart",
        ".png",
        "x",
        "-",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let has_body = fields.flags() & 1 == 0;
    let header = fields.bytes();
    let asked: Vec<Cow<'_, str>> = fields.rest().take(5).map(String::from_utf8_lossy).collect();
    let asked: Vec<&str> = asked.iter().map(AsRef::as_ref).collect();

    let length: &[(&str, &[u8])] = if has_body { &[("content-length", b"1")] } else { &[] };
    let headers: Vec<_> = length.iter().chain(&[("content-type", header)]).copied().collect();
    let request = request(&headers);
    let is = request.is(&asked);
    assert_eq!(is == Is::NoBody, !has_body);
    if let Some(matched) = is.matched() {
        let is_pattern = |asked: &&str| asked.contains('*') || asked.starts_with('+');
        let is_own = contains(header, matched.as_bytes()) && (asked.is_empty() || asked.iter().any(is_pattern));
        assert!(asked.contains(&matched) || is_own, "{matched:?} was not asked");
        if matched.contains('/') {
            assert_eq!(matched.to_ascii_lowercase(), request.type_().trim_ascii().to_ascii_lowercase());
        }
        assert!(request.is("*/*").matches() && request.is([]).matches());
        assert!(asked.is_empty() || asked.iter().any(|asked| request.is(*asked).matches()));
    } else {
        assert!(asked.iter().all(|asked| !request.is(*asked).matches()));
    }

    // both sides read a type in the same way
    let mut response = Response::new();
    if let Ok(value) = HeaderValue::from_bytes(header) {
        response.set("content-type", value);
        if has_body {
            assert_eq!(response.is(&asked), is.matched());
        }
    }

    let (kind, charset) = (request.type_(), request.charset());
    assert!(!kind.contains(';') && contains(header, kind.as_bytes()));
    assert!(!charset.contains(['"', '\\']) && contains(header, charset.as_bytes()));
}
