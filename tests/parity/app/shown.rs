//! What `show` can show.

use koa_runtime::prelude::*;
use serde_json::{Value, json};

use super::steps::Shown;

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
    ("header-names", |ctx, _| {
        let mut names: Vec<&str> = ctx.response.headers().keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        Ok(json!(names))
    }),
];

#[expect(clippy::unnecessary_wraps, reason = "what is shown may fail")]
fn text(text: &str) -> Result<Value> {
    Ok(text.into())
}
