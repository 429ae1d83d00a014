//! `redirect` and `back`: where browsers are led.

use koa_runtime::{Body, Context};
use url::Url;

use crate::Target;
use crate::input::{Fields, assert_sendable, context, request};

pub(crate) const TARGET: Target = Target {
    name: "redirect",
    run,
    seeds: &[
        b"/login?next=/a b\xFFtext/html\xFFhttp://koa.example:8080/posts?page=2",
        b"http://a.example\\@b.example:80/\xFFapplication/json\xFF//evil.example/",
        b"https://user:word@[::1]:443/x\xFF\xFFhttps://koa.example:8080@evil.example/",
        b"javascript:alert(1)\xFF*/*\xFF\\/evil.example",
        b"HTTP://EXAMPLE.com/<script>\xFF\xFFhttp:koa.example:8080\xFF/\t/evil.example",
    ],
    words: &[
        "http://",
        "https://",
        "HTTP:",
        "//",
        "\\",
        "@",
        ":",
        ":80",
        ":443",
        ":8080",
        "koa.example",
        "evil.example",
        "[::1]",
        "?",
        "#",
        "/",
        "%",
        "%0d%0a",
        "\r\n",
        "\t",
        "\0",
        " ",
        "javascript:",
        "data:",
        "\u{FC}",
        "<",
        "\"",
        ".",
        "..",
        "\u{3002}",
    ],
};

const PAGE: &str = "http://koa.example:8080/some/page";

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let (url, accept, referrer, host) = (fields.text(), fields.bytes(), fields.bytes(), fields.bytes());
    redirect(&url, accept);
    back(b"koa.example:8080", referrer);
    back(host, referrer);
}

fn location(ctx: &Context) -> Option<&str> {
    ctx.response.get("location")
}

fn redirect(url: &str, accept: &[u8]) {
    let mut ctx = context(request(&[("accept", accept)]));
    ctx.redirect(url);
    let Some(first) = location(&ctx).map(str::to_owned) else {
        assert!(ctx.response.fault().is_some());
        return assert_sendable(ctx);
    };
    assert!(ctx.response.fault().is_none());
    assert_eq!(ctx.status(), 302);
    assert!(first.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"`".contains(&byte)), "{first:?}");
    let page = ctx.body().and_then(Body::as_bytes).expect("a page");
    if ctx.type_() == "text/html" {
        assert!(!page.iter().any(|byte| b"<>\"'".contains(byte)), "{:?}", String::from_utf8_lossy(page));
    }

    // what is encoded is not encoded once more
    let mut again = context(request(&[]));
    again.redirect(&first);
    // but for the case of a host's escapes
    assert!(location(&again).is_some_and(|again| again.eq_ignore_ascii_case(&first)), "{first:?}");

    // a browser is led to where the url as it was given would have led it
    let base = Url::parse(PAGE).expect("a url");
    let led = base.join(&first);
    assert!(led.as_ref().is_ok_and(|led| !["javascript", "data", "vbscript"].contains(&led.scheme())) || led.is_err());
    let is_http = url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"))
        || url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    if let (true, Ok(meant)) = (is_http, base.join(url)) {
        let led = led.unwrap_or_else(|error| panic!("{first:?}: {error}"));
        assert_eq!(
            (led.scheme(), led.host(), led.port_or_known_default()),
            (meant.scheme(), meant.host(), meant.port_or_known_default()),
            "{url:?} became {first:?}"
        );
    }
    assert_sendable(ctx);
}

/// Whoever the referrer names, a browser stays on the host.
fn back(host: &[u8], referrer: &[u8]) {
    let mut ctx = context(request(&[("host", host), ("referer", referrer)]));
    ctx.back("/otherwise");
    assert!(ctx.response.fault().is_none(), "{:?}", ctx.response.fault());
    let location = location(&ctx).expect("there is somewhere to go");
    let base =
        std::str::from_utf8(host).ok().and_then(|host| Url::parse(&format!("http://{}/some/page", host.trim())).ok());
    if let Some(base) = base {
        let led = base.join(location).unwrap_or_else(|error| panic!("{location:?}: {error}"));
        assert_eq!(led.host_str(), base.host_str(), "{location:?} from {host:?}");
        assert!(["http", "https"].contains(&led.scheme()), "{location:?}");
    }
    assert_sendable(ctx);
}
