//! Steps about the response.

use std::convert::Infallible;

use futures_util::{StreamExt as _, stream};
use koa_runtime::prelude::*;
use serde_json::{Value, json};

use super::{
    given::Given,
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
    ("redirect", Sets(|ctx, given| ctx.redirect(&given.text(0)))),
    ("redirect-from-query", Sets(|ctx, given| ctx.redirect(&queried(ctx, &given.text(0))))),
    ("set-from-query", Sets(|ctx, given| ctx.set("X-Echo", queried(ctx, &given.text(0))))),
];

/// What the query says of `name`, decoded.
fn queried(ctx: &Context, name: &str) -> String {
    let value = ctx.querystring().split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let mut bytes = Vec::new();
    let mut rest = value.unwrap_or("").as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escaped = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) if *byte == b'%' => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
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
