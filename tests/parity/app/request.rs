//! Steps that change the request.

use koa_runtime::prelude::*;

use super::steps::{Does::Tries, Step};

pub(super) const STEPS: &[Step] = &[
    (
        "request-header",
        Tries(|ctx, given| {
            let (name, value) = given.header();
            let name = http::HeaderName::try_from(name)?;
            ctx.request.headers_mut().insert(name, http::HeaderValue::try_from(value)?);
            Ok(())
        }),
    ),
    (
        "method",
        Tries(|ctx, given| {
            ctx.set_method(given.text(0).parse()?);
            Ok(())
        }),
    ),
    ("url", Tries(|ctx, given| ctx.set_url(&given.text(0)))),
    ("path", Tries(|ctx, given| ctx.set_path(&given.text(0)))),
    ("querystring", Tries(|ctx, given| ctx.set_querystring(&given.text(0)))),
    // `search` is the query string with its `?`, which may be given either way
    ("search", Tries(|ctx, given| ctx.set_querystring(&given.text(0)))),
];
