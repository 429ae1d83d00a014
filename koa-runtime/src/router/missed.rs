//! What a router does for a request that none of its routes is for: 405, 501, the answer to OPTIONS, and redirects to the other
//! spelling of a path.

use http::{
    Method, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};

use super::{
    matching::{Verb, order},
    near::Near,
};
use crate::Context;

/// Before the router hands on. `true` if it need not, since it redirects.
pub(super) fn missed(ctx: &mut Context, near: Near, others: &'static [&'static str]) -> bool {
    if near.slash {
        // where that may lead to another host there is nothing: it is not the method that is wrong
        return to_the_other_spelling(ctx);
    }
    allow(ctx, near.methods, others);
    false
}

/// A branch hands on, and has taken all routes but the first `len`. Of a mount the routes before it are remembered: for a path that
/// they know, it is the method that has led into the mount.
pub(super) fn left(ctx: &mut Context, len: usize) {
    let before = ctx.request.trail.mount(len).map(|taken| taken.allowed_before(&ctx.request));
    ctx.request.trail.leave(len);
    if let Some((methods, others)) = before {
        allow(ctx, methods, others);
    }
}

fn allow(ctx: &mut Context, methods: u32, others: &'static [&'static str]) {
    let allowed = &mut ctx.request.trail.allowed;
    for method in Verb::names(methods, others) {
        if !allowed.contains(&method) {
            allowed.push(method);
        }
    }
}

/// After what follows the router is done: if nobody has had anything to say, the method may be why (K-503 to K-515).
///
/// What the routers outside would have allowed is known here, so the innermost one speaks for all (K-515).
pub(super) fn unanswered(ctx: &mut Context) {
    if !ctx.request.trail.is_empty() || ctx.status() != StatusCode::NOT_FOUND {
        return; // K-512, K-513
    }
    let known = ctx.settings().methods.know(ctx.request.method());
    let allowed = &mut ctx.request.trail.allowed;
    if known && allowed.is_empty() {
        return; // K-510
    }
    // in one order, whichever router has said what
    allowed.sort_by_key(|method| order(method));
    let allow = allowed.join(", ");
    if !known {
        ctx.set_status(StatusCode::NOT_IMPLEMENTED); // K-509
    } else if *ctx.request.method() == Method::OPTIONS {
        ctx.set_status(StatusCode::OK); // K-507
        ctx.set_body("");
        ctx.response.remove(CONTENT_TYPE);
    } else {
        ctx.set_status(StatusCode::METHOD_NOT_ALLOWED);
    }
    ctx.set(ALLOW, allow);
}

/// Redirects to the path with a slash less, or one more. `false` if that would lead away from here.
fn to_the_other_spelling(ctx: &mut Context) -> bool {
    let path = ctx.path();
    // `//host/` names a host
    if path.starts_with("//") || path.starts_with("/\\") {
        return false;
    }
    let mut url = match path.strip_suffix('/') {
        Some(shorter) => shorter.to_owned(),
        None => format!("{path}/"),
    };
    url.push_str(ctx.request.search());
    let is_safe = matches!(*ctx.method(), Method::GET | Method::HEAD);
    // a client may turn a POST into a GET at a 301, and not at a 308 (RFC 9110 §15.4)
    ctx.set_status(if is_safe { StatusCode::MOVED_PERMANENTLY } else { StatusCode::PERMANENT_REDIRECT });
    ctx.redirect(&url);
    true
}
