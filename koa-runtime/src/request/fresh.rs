//! Whether the client's copy is still good.

use http::header::{CACHE_CONTROL, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderMap, Method};

use super::Request;
use crate::Context;
use crate::header::{Elements, text_of};

/// Freshness, which takes the request and the response.
impl Context {
    /// Whether what the client has is what it would get: a GET or HEAD with `If-None-Match` or `If-Modified-Since`,
    /// whose conditions the response's `ETag` and `Last-Modified` meet (K-292 to K-303). So `ETag`, `Last-Modified`
    /// and a status of 2xx come first.
    ///
    /// If the client names both, both must be met.
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// # fn page() -> String { String::new() }
    /// fn show(ctx: &mut Context) {
    ///     ctx.set_status(200);
    ///     ctx.set_etag("v1");
    ///     if ctx.fresh() {
    ///         ctx.set_status(304);
    ///     } else {
    ///         ctx.set_body(page());
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn fresh(&self) -> bool {
        let status = self.status();
        matches!(*self.method(), Method::GET | Method::HEAD)
            && (status.is_success() || status == 304)
            && is_fresh(&self.request, self.response.headers())
    }

    /// Whether what the client has is not [fresh](Context::fresh), or it has nothing (K-304).
    #[must_use]
    pub fn stale(&self) -> bool {
        !self.fresh()
    }
}

fn is_fresh(request: &Request, response: &HeaderMap) -> bool {
    let tags = request.get(IF_NONE_MATCH.as_str());
    let since = request.get(IF_MODIFIED_SINCE.as_str());
    if (tags.is_empty() && since.is_empty()) || wants_it_anew(request.get(CACHE_CONTROL.as_str())) {
        return false;
    }
    (tags.is_empty() || lists(tags, text_of(response, ETAG)))
        && (since.is_empty() || is_unmodified(text_of(response, LAST_MODIFIED), since))
}

/// K-301.
fn wants_it_anew(cache_control: &str) -> bool {
    Elements::quoted(cache_control, b',').any(|directive| directive.eq_ignore_ascii_case("no-cache"))
}

/// Whether the list of tags names this one, be they weak or strong (K-296 to K-298).
fn lists(tags: &str, tag: &str) -> bool {
    fn strong(tag: &str) -> &str {
        tag.strip_prefix("W/").unwrap_or(tag)
    }
    tags == "*" || !tag.is_empty() && Elements::quoted(tags, b',').any(|listed| strong(listed) == strong(tag))
}

/// What is no date was modified whenever it was.
fn is_unmodified(modified: &str, since: &str) -> bool {
    match (httpdate::parse_http_date(modified), httpdate::parse_http_date(since)) {
        (Ok(modified), Ok(since)) => modified <= since,
        _ => false,
    }
}
