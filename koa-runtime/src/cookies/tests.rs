use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::{Body, Error, Settings, finish};

const EPOCH: &str = "expires=Thu, 01 Jan 1970 00:00:00 GMT";

/// A context that was sent these cookies, with these keys.
pub(super) fn context(sent: &[&str], keys: &[&str]) -> Context {
    let mut head = http::Request::get("/");
    for line in sent {
        head = head.header("Cookie", *line);
    }
    let mut settings = Settings::default();
    settings.silent = true;
    settings.keys = Keys::new(keys).ok();
    Context::new(Request::new(head.body(Body::empty()).expect("valid")), Arc::new(settings))
}

fn secure_context(keys: &[&str]) -> Context {
    let mut ctx = context(&[], keys);
    ctx.request = Request::new(http::Request::new(Body::empty())).with_secure(true).with_settings_of(&ctx.request);
    ctx
}

pub(super) fn lines(ctx: &Context) -> Vec<&str> {
    ctx.response.headers().get_all("set-cookie").iter().map(|line| line.to_str().expect("ASCII")).collect()
}

fn fault(ctx: &Context) -> &str {
    ctx.response.fault().map_or("", Error::message)
}

fn signature(key: &str, data: &str) -> String {
    Keys::new([key]).expect("a key").sign(data)
}

/// The one line that adding a cookie makes.
fn line_of(cookie: Cookie<'_>) -> String {
    let mut ctx = context(&[], &[]);
    ctx.cookies().add(cookie);
    assert_eq!((fault(&ctx), lines(&ctx).len()), ("", 1));
    lines(&ctx)[0].to_owned()
}

#[test]
fn a_cookie_is_for_every_path_and_hidden_from_scripts() {
    let mut ctx = context(&[], &[]);
    ctx.cookies().set("name", "jon");
    assert_eq!(lines(&ctx), ["name=jon; path=/; httponly"]); // K-464
}

#[test]
fn attributes_are_in_koas_order() {
    let mut ctx = secure_context(&[]);
    let cookie = Cookie::new("n", "v")
        .partitioned(true)
        .http_only(true)
        .secure(true)
        .same_site(SameSite::None)
        .priority(Priority::High)
        .domain("example.com")
        .expires(UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        .path("/p");
    ctx.cookies().add(cookie);
    let line = "n=v; path=/p; expires=Tue, 14 Nov 2023 22:13:20 GMT; domain=example.com; priority=high; samesite=none; \
                secure; httponly; partitioned"; // K-464, K-466, K-468
    assert_eq!(lines(&ctx), [line]);
}

#[test]
fn what_is_left_out_is_not_there() {
    assert_eq!(line_of(Cookie::new("n", "v").path("").http_only(false)), "n=v"); // K-468 to K-470
    assert_eq!(line_of(Cookie::new("n", "v").domain("").partitioned(false)), "n=v; path=/; httponly");
}

#[test]
fn an_age_is_sent_as_a_time() {
    let age = Duration::from_millis(90_500);
    let before = SystemTime::now();
    let line = line_of(Cookie::new("n", "v").max_age(age).expires(UNIX_EPOCH));
    let dates = [before, SystemTime::now()].map(|now| httpdate::fmt_http_date(now + age));
    let expected = dates.map(|date| format!("n=v; path=/; expires={date}; httponly"));
    assert!(expected.contains(&line), "{line}"); // K-465
}

#[test]
fn an_age_of_nothing_is_over_at_once() {
    let before = SystemTime::now();
    let line = line_of(Cookie::new("n", "v").max_age(Duration::ZERO)); // K-465 leaves it for as long as the browser is open
    let dates = [before, SystemTime::now()].map(httpdate::fmt_http_date);
    assert!(dates.iter().any(|date| line.contains(date)), "{line}");
}

#[test]
fn no_date_is_beyond_what_a_header_can_name() {
    let last = "n=v; path=/; expires=Fri, 31 Dec 9999 23:59:59 GMT; httponly";
    assert_eq!(line_of(Cookie::new("n", "v").max_age(Duration::MAX)), last);
    assert_eq!(line_of(Cookie::new("n", "v").max_age(Duration::from_secs(1 << 40))), last);
    let before = UNIX_EPOCH - Duration::from_secs(5);
    assert_eq!(line_of(Cookie::new("n", "v").expires(before)), format!("n=v; path=/; {EPOCH}; httponly"));
}

#[test]
fn a_cookie_without_a_value_is_deleted() {
    let deleted = format!("n=; path=/; {EPOCH}; httponly");
    let mut ctx = context(&[], &[]);
    ctx.cookies().delete("n");
    ctx.cookies().set("n", "");
    ctx.cookies().add(Cookie::new("n", "").max_age(Duration::from_secs(9)));
    assert_eq!(lines(&ctx), [&*deleted, &*deleted, &*deleted]); // K-467
    let line = line_of(Cookie::expired("n").path("/x").domain("a.example"));
    assert_eq!(line, format!("n=; path=/x; {EPOCH}; domain=a.example; httponly"));
}

#[test]
fn deleting_a_signed_cookie_deletes_its_signature() {
    let mut ctx = context(&[], &["a"]);
    ctx.cookies().delete("n");
    let signature = signature("a", "n=");
    let expected = [
        format!("n=; path=/; {EPOCH}; httponly"),
        format!("n.sig={signature}; path=/; {EPOCH}; httponly"), // K-485
    ];
    assert_eq!(lines(&ctx), expected);
}

#[test]
fn each_cookie_has_its_line() {
    let mut ctx = context(&[], &[]);
    ctx.cookies().set("a", "1");
    ctx.cookies().set("b", "2");
    ctx.cookies().set("a", "3");
    assert_eq!(lines(&ctx), ["a=1; path=/; httponly", "b=2; path=/; httponly", "a=3; path=/; httponly"]); // K-471, K-472
}

#[test]
fn overwriting_takes_back_what_was_set_under_that_name() {
    let mut ctx = context(&[], &["a"]);
    for name in ["n", "nn", "n", "m"] {
        ctx.cookies().set(name, "1");
    }
    ctx.cookies().add(Cookie::new("n", "2").overwrite(true));
    let names: Vec<_> = lines(&ctx).iter().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    assert_eq!(names, ["nn", "nn.sig", "m", "m.sig", "n", "n.sig"]); // K-473
    assert!(lines(&ctx)[4].starts_with("n=2;"));
    assert!(lines(&ctx)[5].starts_with(&format!("n.sig={};", signature("a", "n=2"))));
}

#[test]
fn a_secure_cookie_needs_a_secure_connection() {
    let mut ctx = context(&[], &[]);
    ctx.cookies().add(Cookie::new("n", "secret").secure(true));
    assert_eq!(fault(&ctx), "cannot send the secure cookie \"n\" over an unencrypted connection"); // K-477
    assert!(lines(&ctx).is_empty());

    let mut ctx = secure_context(&["a"]);
    ctx.cookies().set("n", "v");
    ctx.cookies().add(Cookie::new("m", "v").secure(false).signed(false));
    let signature = format!("n.sig={}; path=/; secure; httponly", signature("a", "n=v"));
    assert_eq!(lines(&ctx), ["n=v; path=/; secure; httponly", &*signature, "m=v; path=/; httponly"]); // K-478, K-479
}

#[test]
fn once_there_are_keys_cookies_are_signed() {
    let mut ctx = context(&[], &["newest", "older"]);
    ctx.cookies().set("n", "v"); // K-482 leaves it unsigned
    ctx.cookies().add(Cookie::new("m", "w").path("/x").signed(true));
    ctx.cookies().add(Cookie::new("o", "x").signed(false)); // K-484
    let expected = [
        "n=v; path=/; httponly".to_owned(),
        format!("n.sig={}; path=/; httponly", signature("newest", "n=v")), // K-481, K-483
        "m=w; path=/x; httponly".to_owned(),
        format!("m.sig={}; path=/x; httponly", signature("newest", "m=w")),
        "o=x; path=/; httponly".to_owned(),
    ];
    assert_eq!(lines(&ctx), expected);
}

#[test]
fn signing_needs_keys() {
    let missing = "keys are required for signed cookies: set `settings.keys`";
    let mut ctx = context(&[], &[]);
    ctx.cookies().add(Cookie::new("n", "v").signed(true));
    assert_eq!((fault(&ctx), lines(&ctx).len()), (missing, 0)); // K-480

    // whatever was sent, so that it is found by the first request and not by the first attacker
    for sent in ["", "n=v", "n=v; n.sig=x"] {
        let mut ctx = context(&[sent], &[]);
        assert_eq!(ctx.cookies().get_signed("n"), None);
        assert_eq!(fault(&ctx), missing); // K-496, other than K-492
    }
    let mut ctx = context(&[], &[]);
    ctx.cookies().set("n", "v");
    assert_eq!((fault(&ctx), lines(&ctx).len()), ("", 1));
}

#[test]
fn a_cookie_is_read_as_it_was_sent() {
    let mut ctx = context(&["N=1; xn=2; n=a%20b; n=3; q=\"x y\"; e=", "m=4"], &["a"]);
    let cookies = ctx.cookies();
    let values = ["n", "N", "q", "e", "m", "x", "absent"].map(|name| cookies.get(name));
    assert_eq!(values, [Some("a%20b"), Some("1"), Some("x y"), Some(""), Some("4"), None, None]); // K-490, K-491
    assert_eq!(ctx.request.cookie("n"), Some("a%20b"));
    assert!(lines(&ctx).is_empty());
}

#[test]
fn what_is_set_is_not_read_before_it_is_sent_back() {
    let mut ctx = context(&["n=old"], &[]);
    ctx.cookies().set("n", "new");
    assert_eq!(ctx.cookies().get("n"), Some("old"));
}

#[test]
fn a_signed_cookie_is_read_if_its_signature_holds() {
    let keys = ["newest", "older"];
    let signed = format!("n=v; n.sig={}", signature("newest", "n=v"));
    let mut ctx = context(&[&signed], &keys);
    assert_eq!(ctx.cookies().get_signed("n"), Some("v")); // K-493
    assert!(lines(&ctx).is_empty());

    for sent in ["", "n=v", "n.sig=x", "n=v; n.sig="] {
        let mut ctx = context(&[sent], &keys);
        assert_eq!(ctx.cookies().get_signed("n"), None); // K-492
        assert!(lines(&ctx).is_empty() && fault(&ctx).is_empty());
    }
}

#[test]
fn what_an_old_key_signed_is_signed_anew() {
    let sent = format!("n=v; n.sig={}", signature("older", "n=v"));
    let mut ctx = context(&[&sent], &["newest", "older"]);
    for _ in 0..2 {
        assert_eq!(ctx.cookies().get_signed("n"), Some("v"));
    }
    // said once, however often it is read
    assert_eq!(lines(&ctx), [format!("n.sig={}; path=/; httponly", signature("newest", "n=v"))]); // K-494
}

#[test]
fn a_signature_that_does_not_hold_is_deleted() {
    let keys = ["newest", "older"];
    for sent in [
        "n=v; n.sig=x".to_owned(),
        format!("n=w; n.sig={}", signature("newest", "n=v")),
        format!("n=v; n.sig={}", signature("unknown", "n=v")),
        // one of another cookie
        format!("n=v; n.sig={}", signature("newest", "m=v")),
    ] {
        let mut ctx = context(&[&sent], &keys);
        for _ in 0..2 {
            assert_eq!(ctx.cookies().get_signed("n"), None, "{sent}");
        }
        assert_eq!(lines(&ctx), [format!("n.sig=; path=/; {EPOCH}; httponly")]); // K-495
    }
}

#[test]
fn reading_leaves_a_signature_that_was_just_set() {
    for key in ["older", "unknown"] {
        let sent = format!("n=v; n.sig={}", signature(key, "n=v"));
        let mut ctx = context(&[&sent], &["newest", "older"]);
        ctx.cookies().set("n", "new");
        let _ = ctx.cookies().get_signed("n");
        assert_eq!(lines(&ctx).len(), 2);
        assert!(lines(&ctx)[1].starts_with(&format!("n.sig={};", signature("newest", "n=new"))));
    }
}

#[test]
fn other_keys_may_be_taken() {
    let sent = format!("n=v; n.sig={}", signature("tenant", "n=v"));
    let mut ctx = context(&[&sent], &[]);
    let tenant = Keys::new(["tenant"]).expect("a key");
    let mut cookies = ctx.cookies().with_keys(&tenant);
    assert_eq!(cookies.get_signed("n"), Some("v"));
    cookies.set("m", "w");
    assert_eq!(lines(&ctx)[1], format!("m.sig={}; path=/; httponly", signature("tenant", "m=w")));
}

/// What no name and no value may hold.
const REFUSED: [&str; 14] =
    ["\r", "\n", "\r\n", "\0", "\x1f", "\x7f", ";", "; path=/", "é", "\u{85}", "\u{2028}", "🍪", "\u{10d}", "\u{a}b"];

#[test]
fn what_cannot_be_is_remembered_and_never_sent() {
    for bad in REFUSED {
        for (name, value) in [
            (format!("n{bad}"), "v".to_owned()),
            (format!("{bad}n"), "v".to_owned()),
            ("n".to_owned(), bad.to_owned()),
            ("n".to_owned(), format!("secret{bad}")),
            ("n".to_owned(), format!("secret{bad}w")),
        ] {
            let mut ctx = context(&[], &["a"]);
            assert!(ctx.cookies().try_set(&name, &value).is_err(), "{name:?} {value:?}");
            assert_eq!(fault(&ctx), "");
            ctx.cookies().set(&name, &value); // K-474
            let message = fault(&ctx);
            assert!(message.contains("cookie") && message.contains('n') && !message.contains("secret"), "{message}");
            assert!(lines(&ctx).is_empty(), "{name:?} {value:?}");
        }
        for cookie in
            [Cookie::new("n", "v").path(format!("/{bad}x")), Cookie::new("n", "v").domain(format!("a{bad}.b"))]
        {
            let mut ctx = context(&[], &["a"]);
            ctx.cookies().add(cookie); // K-476
            assert!(fault(&ctx).starts_with("invalid "), "{}", fault(&ctx));
            assert!(lines(&ctx).is_empty(), "{bad:?}");
        }
    }
}

#[test]
fn what_would_not_come_back_as_it_was_is_refused() {
    for value in [" v", "v ", "\tv", "v\t", " ", "\"v\"", "\"\""] {
        let mut ctx = context(&[], &[]);
        ctx.cookies().set("n", value);
        assert!(fault(&ctx).starts_with("invalid value for the cookie \"n\": "), "{value:?}");
    }
    for name in ["", " n", "n ", "\tn", "a=b", "="] {
        let mut ctx = context(&[], &[]);
        ctx.cookies().set(name, "v");
        assert!(fault(&ctx).starts_with("invalid cookie name "), "{name:?}");
    }
    for value in ["a=b", "a,b", "a b", "a\tb", "a\"b", "\"", "\"a", "a\"", "%3B", "\\"] {
        assert_eq!(line_of(Cookie::new("n", value)), format!("n={value}; path=/; httponly")); // K-475
    }
}

#[test]
fn a_cookie_that_browsers_drop_is_refused() {
    let mut ctx = context(&[], &["a"]);
    ctx.cookies().add(Cookie::new("n", "v".repeat(MAX_BYTES - 1)));
    assert_eq!((fault(&ctx), lines(&ctx).len()), ("", 2));
    let error = ctx.cookies().try_set("n", "v".repeat(MAX_BYTES)).expect_err("too large");
    let message = "the cookie \"n\" is too large: 4097 bytes of name and value, of 4096 at most";
    assert_eq!((error.message(), error.status().as_u16(), error.is_exposed()), (message, 500, false));

    // its signature would be too large, and one without the other is of no use
    let name = "n".repeat(MAX_BYTES - 10);
    assert!(ctx.cookies().try_set(&name, "v").is_err());
    assert!(ctx.cookies().try_add(Cookie::new(&name, "v").signed(false)).is_ok());
    assert_eq!(lines(&ctx).len(), 3);

    let path = |length: usize| format!("/{}", "p".repeat(length - 1));
    assert!(ctx.cookies().try_add(Cookie::new("n", "v").path(path(1024))).is_ok());
    assert!(ctx.cookies().try_add(Cookie::new("n", "v").path(path(1025))).is_err());
}

#[test]
fn a_name_that_no_cookie_has_is_not_verified() {
    // whatever was sent, as with keys
    for sent in ["", "é=v", "é=v; é.sig=x"] {
        let mut ctx = context(&[sent], &["a"]);
        assert_eq!(ctx.cookies().get_signed("é"), None);
        assert!(fault(&ctx).starts_with("invalid cookie name "), "{sent:?}");
        assert!(lines(&ctx).is_empty());
    }
}

#[test]
fn an_error_takes_the_cookies_with_it() {
    let mut ctx = context(&[], &[]);
    ctx.cookies().set("n", "v");
    let reply = finish(ctx, Err(Error::new(400)));
    assert!(!reply.headers().contains_key("set-cookie")); // K-498

    let mut ctx = context(&[], &[]);
    ctx.cookies().set("n", "v");
    ctx.set_status(400);
    assert!(finish(ctx, Ok(())).headers().contains_key("set-cookie"));
}

#[test]
fn a_fault_is_a_500_that_tells_the_client_nothing() {
    let mut ctx = context(&[], &[]);
    ctx.cookies().set("n", "secret\r\nSet-Cookie: admin=1");
    let reply = finish(ctx, Ok(()));
    assert_eq!(reply.status(), 500);
    assert!(!reply.headers().contains_key("set-cookie"));
    assert_eq!(reply.body().as_bytes(), Some(&b"Internal Server Error"[..]));
}

#[test]
fn no_value_is_printed() {
    let mut ctx = context(&[], &["key"]);
    ctx.cookies().set("n", "secret");
    let cookie = Cookie::new("n", "secret");
    let printed = format!("{cookie:?} {:?}", ctx.cookies()) + &format!("{:?}", ctx.response);
    assert!(!printed.contains("secret") && !printed.contains("key\""), "{printed}");
}
