//! What `show` can show.

use koa_runtime::prelude::*;
use serde_json::{Value, json};

use super::{iso, steps::Shown};

pub(super) const SHOWN: &[Shown] = &[
    ("method", |ctx, _| text(ctx.method().as_str())),
    ("url", |ctx, _| text(ctx.url())),
    ("original-url", |ctx, _| text(ctx.original_url())),
    ("path", |ctx, _| text(ctx.path())),
    ("querystring", |ctx, _| text(ctx.querystring())),
    ("search", |ctx, _| text(ctx.search())),
    ("get", |ctx, given| text(ctx.get(&given.text(0)))),
    ("header-count", |ctx, given| Ok(usize::from(ctx.headers().contains_key(given.text(0))).into())),
    ("host", |ctx, _| text(ctx.host())),
    ("protocol", |ctx, _| text(ctx.protocol())),
    ("secure", |ctx, _| Ok(ctx.secure().into())),
    ("request-type", |ctx, _| text(ctx.request.type_())),
    ("request-length", |ctx, _| Ok(ctx.request.length().into())),
    ("status", |ctx, _| Ok(ctx.status().as_u16().into())),
    ("message", |ctx, _| text(ctx.message())),
    ("type", |ctx, _| text(ctx.type_())),
    ("length", |ctx, _| Ok(ctx.length().into())),
    ("has", |ctx, given| Ok(ctx.has(given.text(0)).into())),
    ("response-get", |ctx, given| Ok(ctx.response.get(given.text(0)).into())),
    ("has-body", |ctx, _| Ok(ctx.body().is_some().into())),
    ("query", |ctx, given| {
        let values: Vec<_> = ctx.query().get_all(&given.text(0)).map(Value::from).collect();
        Ok(one_or_list(values))
    }),
    ("query-all", |ctx, _| {
        let query = ctx.query();
        let mut names: Vec<_> = query.iter().map(|pair| pair.0).collect();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let all = names.into_iter().map(|name| {
            let values = query.get_all(&name).map(Value::from).collect();
            json!([name, one_or_list(values)])
        });
        Ok(all.collect())
    }),
    ("origin", |ctx, _| Ok(ctx.request.origin().into())),
    ("href", |ctx, _| text(&ctx.href())),
    ("hostname", |ctx, _| text(ctx.hostname())),
    ("subdomains", |ctx, _| Ok(ctx.subdomains().map(Value::from).collect())),
    ("ips", |ctx, _| Ok(ctx.ips().map(Value::from).collect())),
    ("ip", |ctx, _| text(&ctx.ip().map_or_else(String::new, |ip| ip.to_string()))),
    ("idempotent", |ctx, _| Ok(ctx.request.idempotent().into())),
    ("charset", |ctx, _| text(ctx.request.charset())),
    ("fresh", |ctx, _| Ok(ctx.fresh().into())),
    ("stale", |ctx, _| Ok(ctx.stale().into())),
    ("etag", |ctx, _| Ok(ctx.response.etag().into())),
    ("last-modified", |ctx, _| Ok(ctx.response.last_modified().map(iso::write).into())),
    ("settings", |ctx, _| {
        let settings = ctx.settings();
        // the fifth is whether there are keys
        let header = settings.proxy_ip_header.as_str();
        Ok(json!([settings.proxy, settings.subdomain_offset, header, settings.max_ips_count, true]))
    }),
    ("header-names", |ctx, _| {
        let mut names: Vec<&str> = ctx.response.headers().keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        Ok(json!(names))
    }),
];

/// As `ctx.query` has it: a list only if the name is there several times.
fn one_or_list(mut values: Vec<Value>) -> Value {
    match values.len() {
        0 | 1 => values.pop().unwrap_or_default(),
        _ => values.into(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "what is shown may fail")]
fn text(text: &str) -> Result<Value> {
    Ok(text.into())
}
