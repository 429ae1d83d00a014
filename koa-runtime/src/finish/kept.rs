//! The headers that outlive an error.
//!
//! Koa clears all (K-176). What is kept here is about the exchange, the client or the host. What is about the body that is
//! not sent (`ETag`, `Cache-Control: public`, `Content-Language`) goes, and so does what grants something (`Set-Cookie`,
//! `Location`). `Settings::keep_on_error` has the table for users.

use http::HeaderMap;
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};

use crate::Settings;
use crate::header::text;

/// Names begin with these.
const FAMILIES: &[&str] = &[
    // may a page of another origin read the error at all? (K-585 to K-597)
    "access-control-",
    // what helmet and `secureContext` set (K-595, K-712, K-713)
    "content-security-policy",
    "cross-origin-",
    // how often the client may still ask, which it did (K-704, K-706)
    "ratelimit",
    "x-ratelimit-",
];

const NAMES: &[&str] = &[
    // what the reply depends on, for caches (K-584, K-691)
    "vary",
    // which request this was
    "traceresponse",
    "x-correlation-id",
    "x-request-id",
    // how long it took (K-684)
    "server-timing",
    "timing-allow-origin",
    "x-response-time",
    // the page's protection (K-712, K-713), and where the browser reports what it stopped
    "nel",
    "origin-agent-cluster",
    "permissions-policy",
    "referrer-policy",
    "report-to",
    "reporting-endpoints",
    "strict-transport-security",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "x-download-options",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
    "x-xss-protection",
];

/// Those of the headers that are kept.
pub(super) fn of(headers: &HeaderMap, settings: &Settings) -> HeaderMap {
    let mut out = HeaderMap::new();
    for (name, value) in headers.iter().filter(|(name, value)| is_kept(name, value, settings)) {
        out.append(name, value.clone());
    }
    out
}

fn is_kept(name: &HeaderName, value: &HeaderValue, settings: &Settings) -> bool {
    if *name == CACHE_CONTROL && forbids(value) {
        return true;
    }
    let own = name.as_str();
    FAMILIES.iter().any(|family| own.starts_with(family)) || NAMES.contains(&own) || settings.keeps_on_error(name)
}

/// Whether nobody may keep the reply: then nobody may keep the error either. Any other `Cache-Control` is about the body
/// that is not sent.
fn forbids(value: &HeaderValue) -> bool {
    text(value).split(',').any(|directive| directive.trim().eq_ignore_ascii_case("no-store"))
}
