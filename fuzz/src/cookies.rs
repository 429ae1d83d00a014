//! Cookies, read and set.

use std::time::{Duration, SystemTime};

use koa_runtime::Settings;
use koa_runtime::cookies::{Cookie, Keys, MAX_BYTES, SameSite};
use koa_runtime::http::{HeaderMap, header};

use crate::Target;
use crate::input::{Fields, contains, quiet, request};

pub(crate) const TARGET: Target = Target {
    name: "cookies",
    run,
    seeds: &[
        b"\x00\xFFname\xFFvalue\xFF/path\xFFexample.com\xFFother=1; name=\"quoted\"\xFFname.sig=x",
        b"\x3F\xFFn\xFFa=b\xFF\xFF.a.example\xFFn=v; n.sig=Aeq6Sn3IOFAahCBy3GZuFaT24wA",
        b"\x02\xFFuser\xFF\xFF/\xFF\xFFuser=;user=2",
    ],
    words: &[
        "name",
        "n",
        ".sig",
        "=",
        ";",
        "\"",
        " ",
        "\t",
        "\r\n",
        "\0",
        "; path=/",
        "; Domain=x",
        "<",
        ",",
        "/",
        "example.com",
        ".",
        "-",
        "n=v",
        "Aeq6Sn3IOFAahCBy3GZuFaT24wA",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let (name, value, path, domain) = (fields.text(), fields.text(), fields.text(), fields.text());
    let lines: Vec<&[u8]> = fields.rest().take(4).collect();

    let mut settings = Settings::default();
    settings.keys = Some(Keys::new(["new", "old"]).expect("keys"));
    let settings = quiet(settings);
    let context = |lines: &[&[u8]]| {
        let headers: Vec<_> = lines.iter().map(|line| ("cookie", *line)).collect();
        koa_runtime::Context::new(request(&headers).with_secure(flags & 1 != 0), settings.clone())
    };

    // what a client sends
    let mut ctx = context(&lines);
    let read = ctx.cookies().get(&name).map(str::to_owned);
    if let Some(read) = &read {
        assert!(!read.contains(';') && lines.iter().any(|line| contains(line, read.as_bytes())), "{read:?}");
    }
    if let Ok(Some(signed)) = ctx.cookies().try_get_signed(&name).map(|signed| signed.map(str::to_owned)) {
        // only who has the keys could have signed it
        let keys = settings.keys.as_ref().expect("keys");
        let signature = ctx.cookies().get(&format!("{name}.sig")).expect("a signature");
        assert_eq!(Some(&*signed), read.as_deref());
        assert!(keys.verify(format!("{name}={signed}"), signature), "{name:?} is {signed:?}");
    }
    check(ctx.response.headers());

    // what a program sets
    let mut ctx = context(&[]);
    let mut cookie = Cookie::new(&*name, &*value).path(&*path).domain(&*domain);
    cookie = cookie.http_only(flags & 2 != 0).partitioned(flags & 4 != 0).overwrite(flags & 8 != 0);
    if flags & 0x10 != 0 {
        cookie = cookie.max_age(Duration::from_secs(u64::from(flags) << 50)).same_site(SameSite::Lax);
    }
    if flags & 0x20 != 0 {
        cookie = cookie.expires(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(flags) << 20));
    }
    let outcome = ctx.cookies().try_add(cookie);
    check(ctx.response.headers());
    let set: Vec<_> = ctx.response.headers().get_all(header::SET_COOKIE).iter().collect();
    assert_eq!(set.len(), if outcome.is_ok() { 2 } else { 0 });
    if outcome.is_ok() && !value.is_empty() {
        // comes back as it was set
        let pairs = set.iter().map(|line| line.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default());
        let pairs: Vec<&[u8]> = pairs.collect();
        assert_eq!(pairs[0], format!("{name}={value}").as_bytes());
        for lines in [pairs.clone(), vec![&pairs.join(&b"; "[..])[..]]] {
            let mut next = context(&lines);
            assert_eq!(next.cookies().get(&name), Some(&*value));
            assert_eq!(next.cookies().get_signed(&name), Some(&*value));
            assert!(next.response.headers().is_empty());
        }
        // and not if somebody has changed it
        let changed = format!("{name}={value}x");
        let mut next = context(&[changed.as_bytes(), pairs[1]]);
        assert_eq!(next.cookies().get_signed(&name), None);
    }
}

/// Every line says what was meant, and nothing more.
fn check(headers: &HeaderMap) {
    for line in headers.get_all(header::SET_COOKIE) {
        let bytes = line.as_bytes();
        assert!(bytes.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~')), "{bytes:?}");
        let mut parts = bytes.split(|byte| *byte == b';');
        assert!(parts.next().is_some_and(|pair| pair.len() <= MAX_BYTES + 1));
        for attribute in parts {
            let known = ["path=", "expires=", "domain=", "samesite=lax", "secure", "httponly", "partitioned"];
            let attribute = attribute.strip_prefix(b" ").expect("a blank");
            assert!(known.iter().any(|known| attribute.starts_with(known.as_bytes())), "{bytes:?}");
        }
    }
}
