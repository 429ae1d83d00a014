//! `ETag`, HTTP dates and freshness.

use std::time::{Duration, SystemTime};

use koa_runtime::http::{HeaderValue, Method};

use crate::Target;
use crate::input::{Fields, assert_clean, assert_sendable, context, request};

pub(crate) const TARGET: Target = Target {
    name: "conditional",
    run,
    seeds: &[
        b"\x00\xFF\"a\", W/\"b,c\"\xFF\xFFno-store\xFFb,c\xFF\xFF12345678",
        b"\x01\xFF*\xFFSun, 06 Nov 1994 08:49:37 GMT\xFF\xFFW/\"v\"\xFFSun Nov  6 08:49:37 1994\xFF\x00\x00\x00\x00",
        b"\x02\xFF\xFFSunday, 06-Nov-94 08:49:37 GMT\xFFmax-age=0, no-cache\xFF\xFFSun, 06 Nov 1994 08:49:37 GMT",
        b"\x04\xFF\"\"\xFF\xFFa=\"no-cache\"\xFF\"\"",
    ],
    words: &[
        "\"",
        "W/",
        ",",
        "*",
        "Sun, ",
        "06 Nov ",
        "1994",
        "9999",
        "08:49:37",
        "23:59:60",
        " GMT",
        "Feb",
        "29",
        "31",
        "00",
        "99",
        "no-cache",
        "Sunday, 06-Nov-94 ",
        "  6",
        "\r\n",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let (tags, since, cache) = (fields.bytes(), fields.bytes(), fields.bytes());
    let (etag, modified, seconds) = (fields.text(), fields.bytes(), fields.bytes());
    let said: &[(&str, &[u8])] = &[("if-none-match", tags), ("if-modified-since", since), ("cache-control", cache)];

    // whatever is said
    let mut ctx = context(request(said));
    ctx.set_status(200);
    ctx.set_etag(&*etag);
    if let Ok(value) = HeaderValue::from_bytes(modified) {
        ctx.set("Last-Modified", value);
    }
    assert_eq!(ctx.fresh(), !ctx.stale());
    if ctx.get("If-None-Match").is_empty() && ctx.get("If-Modified-Since").is_empty() {
        assert!(ctx.stale(), "there is no condition");
    }
    if flags & 1 != 0 {
        ctx.set_method(Method::POST);
        assert!(ctx.stale());
    }
    if flags & 2 != 0 {
        ctx.set_status(404);
        assert!(ctx.stale());
    }
    if let Some(time) = ctx.response.last_modified() {
        ctx.response.set_last_modified(time);
        assert_eq!(ctx.response.last_modified(), Some(time));
    }
    assert_clean(ctx.response.headers());
    assert_sendable(ctx);

    // what is set is what the client may ask with
    let mut ctx = context(request(&[]));
    ctx.set_status(200);
    ctx.set_etag(&*etag);
    let seconds = seconds.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // no further than a clock can say
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds >> 2);
    ctx.set_last_modified(time);
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    assert_eq!(ctx.response.last_modified(), Some(time.min(last)));
    let modified = ctx.response.get("last-modified").expect("it is set").to_owned();
    ctx.request.headers_mut().insert("if-modified-since", modified.parse().expect("a header"));
    assert!(ctx.fresh());
    match ctx.response.etag().map(str::to_owned) {
        None => assert!(ctx.response.fault().is_some(), "{etag:?} is neither set nor refused"),
        Some(tag) if etag.is_ascii() => {
            let opaque = tag.strip_prefix("W/").unwrap_or(&tag);
            assert!(opaque.len() >= 2 && opaque.starts_with('"') && opaque.ends_with('"'), "{tag:?}");
            assert_eq!(opaque.matches('"').count(), 2, "{tag:?}");
            for asked in [tag.clone(), format!("W/{opaque}"), format!("\"other\", {tag} ,W/\"x\"")] {
                ctx.request.headers_mut().insert("if-none-match", asked.parse().expect("a header"));
                assert!(ctx.fresh(), "{asked:?} names {tag:?}");
            }
            ctx.request.headers_mut().insert("if-none-match", HeaderValue::from_static("\"other than\""));
            assert!(ctx.stale() || tag.contains("other than"));
        }
        Some(_) => {} // Latin-1, which no client sends back as text
    }
    assert_sendable(ctx);
}
