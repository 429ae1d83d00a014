//! The one place where an error becomes a reply: Koa's `ctx.onerror` (K-165 to K-179).

use http::HeaderMap;
use http::header::VARY;

use super::{framing_fault, kept, unsendable};
use crate::header::text;
use crate::response::strip_content;
use crate::server::panic::caught;
use crate::{Context, Error, errors};

/// Tells the error event, then puts the error's reply in place of the response.
#[cold]
pub(super) fn fail(ctx: &mut Context, error: &Error) {
    // first, so that the listeners see the response as the layers left it (K-032)
    ctx.settings().emit(error, ctx);
    replace_by(ctx, error);
}

/// Puts the error's reply in place of the response.
#[cold]
pub(super) fn replace_by(ctx: &mut Context, error: &Error) {
    let kept = kept::of(ctx.response.headers(), ctx.settings());
    if let Some(renderer) = ctx.settings().renderer() {
        start_over(ctx, error, kept.clone());
        let rendered = caught("the renderer of errors", || renderer(error, ctx));
        let failed = rendered
            .err()
            .or_else(|| ctx.response.take_fault().or_else(|| framing_fault(ctx.response.headers())))
            .or_else(|| unsendable(&ctx.response));
        match failed {
            None if ctx.response.has_said() => return,
            None => return errors::say(error, ctx),
            Some(failed) => ctx.settings().emit(&failed, ctx),
        }
    }
    start_over(ctx, error, kept);
    errors::say(error, ctx);
}

/// A response without a body, with the error's status and headers beside those that are kept.
fn start_over(ctx: &mut Context, error: &Error, kept: HeaderMap) {
    ctx.response.restart(error.sent_status(), kept);
    for name in error.headers().keys().filter(|name| **name != VARY) {
        ctx.response.remove(name);
    }
    for (name, value) in error.headers() {
        // what an outer layer's reply depends on, the error's does too (K-597)
        if *name == VARY {
            ctx.response.vary(text(value));
        }
        if *name != VARY || ctx.response.take_fault().is_some() {
            ctx.response.headers_mut().append(name, value.clone());
        }
    }
    // what the error says about its body is not what is sent (K-177, K-178)
    strip_content(ctx.response.headers_mut());
}

#[cfg(test)]
mod tests;
