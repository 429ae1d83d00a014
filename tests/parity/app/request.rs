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
    ("search", Tries(|ctx, given| ctx.request.set_search(&given.text(0)))),
    (
        "query",
        Tries(|ctx, given| {
            let pairs = given.value(0).as_object().into_iter().flatten();
            let pairs = pairs.flat_map(|(name, values)| {
                let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
                values
                    .iter()
                    .map(move |value| (name.as_str(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
            });
            ctx.request.set_query(pairs)
        }),
    ),
    (
        "ip",
        Tries(|ctx, given| {
            ctx.request.set_ip(given.text(0).parse()?);
            Ok(())
        }),
    ),
];
