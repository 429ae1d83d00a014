//! Steps about the response.

use std::convert::Infallible;

use futures_util::{StreamExt as _, stream};
use koa_runtime::{Attachment, prelude::*};
use serde_json::{Value, json};

use super::{
    given::Given,
    iso,
    steps::{Does::Sets, Step},
};

pub(super) const STEPS: &[Step] = &[
    ("nothing", Sets(|_, _| ())),
    ("status", Sets(|ctx, given| ctx.set_status(given.number::<u16>(0)))),
    ("message", Sets(|ctx, given| ctx.set_message(given.text(0)))),
    ("text", Sets(|ctx, given| ctx.set_body(given.text(0)))),
    ("bytes", Sets(|ctx, given| ctx.set_body(given.text(0).into_bytes()))),
    ("json", Sets(|ctx, given| ctx.set_json(given.value(0)))),
    ("null", Sets(|ctx, _| ctx.clear_body())),
    // there is one word for both
    ("undefined", Sets(|ctx, _| ctx.clear_body())),
    ("stream", Sets(|ctx, given| ctx.set_body(streaming(given)))),
    ("stream-fails-after", Sets(|ctx, given| ctx.set_body(failing(given)))),
    ("web-stream", Sets(|ctx, given| ctx.set_body(streaming(given)))),
    ("web-stream-fails", Sets(|ctx, given| ctx.set_body(failing(given)))),
    ("no-json", Sets(|ctx, _| ctx.set_json(&std::collections::HashMap::from([((1, 2), 3)])))),
    ("holes-as-json", Sets(|ctx, _| ctx.set_json(&json!({ "b": f64::NAN, "c": [Value::Null, 1] })))),
    ("type", Sets(|ctx, given| ctx.set_type(&given.text(0)))),
    ("type-null", Sets(|ctx, _| ctx.set_type(""))),
    ("length", Sets(|ctx, given| ctx.set_length(given.number(0)))),
    (
        "set",
        Sets(|ctx, given| {
            let (name, value) = given.header();
            ctx.set(name, value);
        }),
    ),
    (
        "append",
        Sets(|ctx, given| {
            let (name, value) = given.header();
            ctx.append(name, value);
        }),
    ),
    ("remove", Sets(|ctx, given| ctx.remove(given.text(0).as_str()))),
    (
        "set-from-header",
        Sets(|ctx, given| {
            let value = ctx.get(&given.text(0)).to_owned();
            ctx.set("X-Echo", value);
        }),
    ),
    ("redirect", Sets(|ctx, given| ctx.redirect(given.text(0)))),
    ("redirect-from-query", Sets(|ctx, given| ctx.redirect(queried(ctx, given)))),
    ("set-from-query", Sets(|ctx, given| ctx.set("X-Echo", queried(ctx, given)))),
    ("attachment-from-query", Sets(|ctx, given| ctx.response.attachment(queried(ctx, given)))),
    ("set-list", Sets(|ctx, given| ctx.response.set_all(given.text(0), given.texts(1)))),
    ("vary", Sets(|ctx, given| ctx.response.vary(&given.text(0)))),
    ("etag", Sets(|ctx, given| ctx.response.set_etag(given.text(0)))),
    ("last-modified", Sets(|ctx, given| ctx.response.set_last_modified(iso::read(&given.text(0))))),
    ("back", Sets(|ctx, given| ctx.back(given.value(0).as_str().unwrap_or("/")))),
    (
        "attachment",
        Sets(|ctx, given| {
            let mut attachment = match given.value(0).as_str() {
                Some(name) => Attachment::named(name),
                None => Attachment::new(),
            };
            let options = given.value(1);
            if let Some(kind) = options["type"].as_str() {
                attachment = attachment.with_type(kind);
            }
            attachment = match &options["fallback"] {
                Value::String(name) => attachment.with_fallback(name),
                Value::Bool(false) => attachment.without_fallback(),
                _ => attachment,
            };
            ctx.response.attachment(attachment);
        }),
    ),
];

fn queried(ctx: &Context, given: &Given) -> String {
    ctx.query().get(&given.text(0)).unwrap_or_default().into_owned()
}

fn streaming(given: &Given) -> Body {
    Body::from_stream(stream::iter(given.chunks().into_iter().map(Ok::<_, Infallible>)))
}

fn failing(given: &Given) -> Body {
    let chunks = given.chunks().into_iter().map(Ok);
    let broken = stream::iter([Err(std::io::Error::other("the stream broke"))]);
    // as in Koa's, what was sent is on its way before the stream breaks
    Body::from_stream(stream::iter(chunks).chain(broken).then(|chunk| async {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        chunk
    }))
}
