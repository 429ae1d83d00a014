//! Cookies: what sets them, and what `show` can show of them.

use std::time::{Duration, SystemTime};

use koa_runtime::{
    cookies::{Cookie, Priority, SameSite},
    prelude::*,
};
use serde_json::{Value, json};

use super::{
    given::Given,
    iso,
    steps::{Does::Sets, Shown, Step},
};

pub(super) const STEPS: &[Step] = &[
    ("cookie", Sets(set)),
    (
        "cookie-delete",
        Sets(|ctx, given| ctx.cookies().add(with_options(Cookie::expired(given.text(0)), given.value(1)))),
    ),
    // there is one way to delete
    ("cookie-undefined", Sets(|ctx, given| ctx.cookies().delete(given.text(0)))),
    (
        "cookie-expires",
        Sets(|ctx, given| {
            let now = seconds(SystemTime::now());
            set(ctx, given);
            let line = ctx.response.get("set-cookie").unwrap_or("").to_owned();
            let (before, rest) = line.split_once("expires=").unwrap_or((&line, ""));
            let (expires, after) = rest.split_once(';').unwrap_or((rest, ""));
            let expires = i64::try_from(iso::read_http(expires)).unwrap_or(0);
            let shown = json!([format!("{before}expires=*;{after}"), expires - now]);
            ctx.remove("Set-Cookie");
            ctx.set_json(&shown);
        }),
    ),
    (
        "cookie-from-query",
        Sets(|ctx, given| {
            let query = ctx.querystring().to_owned();
            let value = query.strip_prefix(&format!("{}=", given.text(0))).unwrap_or("");
            let value = value.replace("%20", " ").replace("%0d", "\r").replace("%0a", "\n");
            ctx.cookies().set("echo", value);
        }),
    ),
];

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn set(ctx: &mut Context, given: &Given) {
    let cookie = Cookie::new(given.text(0), given.text(1));
    ctx.cookies().add(with_options(cookie, given.value(2)));
}

/// Koa's options, as far as the types have them.
fn with_options<'c>(mut cookie: Cookie<'c>, options: &'c Value) -> Cookie<'c> {
    for (name, value) in options.as_object().into_iter().flatten() {
        let (text, is) = (value.as_str().unwrap_or(""), value.as_bool().unwrap_or(false));
        cookie = match name.as_str() {
            // 0 is none
            "maxAge" if value == 0 => cookie,
            "maxAge" => cookie.max_age(Duration::from_millis(value.as_u64().unwrap_or(0))),
            "expires" => cookie.expires(iso::read(text)),
            "path" => cookie.path(text),
            "domain" => cookie.domain(text),
            "secure" => cookie.secure(is),
            "httpOnly" => cookie.http_only(is),
            "partitioned" => cookie.partitioned(is),
            "overwrite" => cookie.overwrite(is),
            "signed" => cookie.signed(is),
            "sameSite" => match text.to_ascii_lowercase().as_str() {
                "lax" => cookie.same_site(SameSite::Lax),
                "none" => cookie.same_site(SameSite::None),
                "strict" => cookie.same_site(SameSite::Strict),
                _ if is => cookie.same_site(SameSite::Strict),
                _ => cookie,
            },
            "priority" => cookie.priority(match text.to_ascii_lowercase().as_str() {
                "low" => Priority::Low,
                "medium" => Priority::Medium,
                _ => Priority::High,
            }),
            other => panic!("there is no option {other}"),
        };
    }
    cookie
}

pub(super) const SHOWN: &[Shown] = &[("cookie", |ctx, given| {
    let (name, options) = (given.text(0), given.value(1));
    // whether it is verified is in the name of what is called
    let signed = options["signed"].as_bool().unwrap_or(options.is_object() && ctx.settings().keys.is_some());
    let value = if signed { ctx.cookies().get_signed(&name) } else { ctx.cookies().get(&name) };
    Ok(value.into())
})];
