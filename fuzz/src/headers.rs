//! Headers that a program sets to whatever it was given, and those it reads.

use koa_runtime::http::{HeaderName, HeaderValue, Method};

use crate::Target;
use crate::input::{Fields, assert_clean, assert_sendable, context, latin1, request};

pub(crate) const TARGET: Target = Target {
    name: "headers",
    run,
    seeds: &[
        b"\x00\xFFX-Name\xFFvalue\xFFAccept, accept-encoding\xFFtext/html",
        b"\x41\xFFContent-Type\xFF\xC2\xA3 rates\xFF*\xFF.png",
        b"\x82\xFFcontent-length\xFF5\xFFa b\xFFtext/x-poem; charset=latin1",
        b"\xC3\xFFTransfer-Encoding\xFFchunked\xFF,,\xFFjson",
    ],
    words: &[
        "Content-Length",
        "Content-Type",
        "Transfer-Encoding",
        "chunked",
        "Vary",
        "Set-Cookie",
        "Location",
        ",",
        ";",
        "*",
        "\r\n",
        "\0",
        "\t",
        "\u{A3}",
        "\u{20AC}",
        "=",
        "charset",
        "text/",
        "json",
        "Referer",
        "Cookie",
        "0",
        "18446744073709551616",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let (name, value, vary, kind) = (fields.text(), fields.text(), fields.text(), fields.text());

    // reading
    let lines = [value.as_bytes(), vary.as_bytes(), kind.as_bytes()];
    let headers: Vec<_> = lines.iter().map(|line| (&*name, *line)).collect();
    let asked = request(&headers);
    let read = asked.get(&name);
    assert!(asked.headers().is_empty() || read.is_empty() || asked.headers().keys().count() == 1);
    if asked.headers().len() == 1 && !name.eq_ignore_ascii_case("referrer") {
        let line = asked.headers().values().next().expect("one line");
        assert_eq!(read, std::str::from_utf8(line.as_bytes()).unwrap_or(""));
    }
    let _ = (asked.length(), asked.origin(), asked.type_(), asked.charset());

    // setting
    let mut ctx = context(request(&[]));
    if flags & 1 != 0 {
        ctx.set_method(Method::HEAD);
    }
    let before = ctx.response.headers().clone();
    if ctx.response.try_set(&*name, &*value).is_ok() {
        let set = ctx.response.headers().get(&*name).expect("it is set");
        assert_eq!(latin1(set), value, "it is what was set");
        assert!(name.parse::<HeaderName>().is_ok());
    } else {
        assert_eq!(*ctx.response.headers(), before);
    }
    if flags & 2 != 0 {
        ctx.append(&*name, &*vary);
        ctx.response.set_all(&*name, [&*kind, &*value]);
    }
    ctx.vary(&vary);
    let varies = ctx.response.get("vary").unwrap_or_default().to_owned();
    let before = ctx.response.fault().is_some();
    ctx.vary(&vary);
    assert!(before || ctx.response.get("vary").unwrap_or_default() == varies, "each is named once");
    ctx.set_type(&kind);
    ctx.set_message(&*value);
    if flags & 4 != 0 {
        ctx.set_status(u16::from(flags) * 8);
    }
    match flags >> 6 {
        0 => {}
        1 => ctx.set_body("text"),
        2 => ctx.set_body(vec![0_u8; 3]),
        _ => ctx.clear_body(),
    }
    assert!(HeaderValue::from_str(ctx.type_()).is_ok());
    assert_clean(ctx.response.headers());
    assert_sendable(ctx);
}
