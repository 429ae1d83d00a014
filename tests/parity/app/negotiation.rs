//! What `show` can show of what the client accepts, and of types.

use koa_runtime::{Is, prelude::*};
use serde_json::Value;

use super::{given::Given, steps::Shown};

pub(super) const SHOWN: &[Shown] = &[
    ("accepts", |ctx, given| Ok(chosen(given, |types| ctx.accepts(types), || ctx.accepted_types()))),
    ("accepts-list", |ctx, given| Ok(chosen(given, |types| ctx.accepts(types), || ctx.accepted_types()))),
    ("accepts-encodings", |ctx, given| {
        Ok(chosen(given, |codings| ctx.accepts_encodings(codings), || ctx.accepted_encodings()))
    }),
    ("accepts-charsets", |ctx, given| {
        Ok(chosen(given, |charsets| ctx.accepts_charsets(charsets), || ctx.accepted_charsets()))
    }),
    ("accepts-languages", |ctx, given| {
        Ok(chosen(given, |languages| ctx.accepts_languages(languages), || ctx.accepted_languages()))
    }),
    ("is", |ctx, given| Ok(is(ctx, given))),
    ("is-list", |ctx, given| Ok(is(ctx, given))),
    ("response-is", |ctx, given| {
        let types = given.all();
        Ok(ctx.response.is(texts(&types)).map_or(Value::Bool(false), Value::from))
    }),
];

/// The choice, or `false`; asked for none, all that is accepted.
fn chosen<'c>(
    given: &Given,
    choose: impl for<'a> Fn(&'a [&'a str]) -> Option<&'a str>,
    all: impl Fn() -> Vec<&'c str>,
) -> Value {
    let offers = given.all();
    if offers.is_empty() {
        return all().into();
    }
    choose(&texts(&offers)).map_or(Value::Bool(false), Value::from)
}

fn is(ctx: &Context, given: &Given) -> Value {
    let types = given.all();
    match ctx.is(texts(&types)) {
        Is::Type(mime) => mime.into(),
        Is::Other => false.into(),
        Is::NoBody => Value::Null,
    }
}

fn texts(given: &[String]) -> Vec<&str> {
    given.iter().map(String::as_str).collect()
}
