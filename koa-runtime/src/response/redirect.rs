//! Sending the client elsewhere.

use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};

use super::Response;
use crate::{Context, Error, Request, location, mime, status};

impl Response {
    /// Sends the client to another url: 302 unless another redirection was set, with a page that says so
    /// (K-408 to K-416). What a url may not hold is percent-encoded, and an absolute http url is written as browsers
    /// read it: `http://a.example\\@b.example` leads to `a.example`. One without a host is a
    /// [fault](Response::fault), and so is a script (`javascript:`, `data:`), which no client follows.
    ///
    /// The page is HTML: the response does not know what the client accepts. [`ctx.redirect`](Context::redirect) does.
    ///
    /// The url may lead to any host: check one that comes from the client, or use [`Context::back`] for where it came
    /// from.
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.redirect("/log in");
    /// assert_eq!(response.status(), 302);
    /// assert_eq!(response.get("location"), Some("/log%20in"));
    /// ```
    pub fn redirect(&mut self, url: impl AsRef<str>) {
        self.redirect_with_page(url.as_ref(), true);
    }

    /// With a page of HTML, or of plain text.
    pub(crate) fn redirect_with_page(&mut self, url: &str, html: bool) {
        let target = location::as_browsers_read(url).filter(|_| !location::is_script(url));
        let Some(target) = target else {
            return self.fail(Error::new(500).with_message(format!("invalid url {url:?}")));
        };
        self.set(LOCATION, location::encode(&target));
        if !status::is_redirect(self.status) {
            self.choose(StatusCode::FOUND);
        }
        let (mime, shown) = if html { (mime::HTML, location::escape_html(&target)) } else { (mime::TEXT, target) };
        self.headers.insert(CONTENT_TYPE, mime);
        self.set_body(format!("Redirecting to {shown}."));
    }
}

/// Where the client came from.
impl Context {
    /// Sends the client back to the page it came from, if that is one of this host, and else to `otherwise`
    /// (K-418 to K-424).
    ///
    /// The header `Referrer` or `Referer` is the client's word, but it leads to no other host: not by `//host`, not by
    /// a backslash, not by a user's name.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn log_out(ctx: &mut Context) {
    ///     ctx.back("/");
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![log_out]);
    /// let response = app.get("/log-out").header("Referer", "http://localhost/posts?page=2").await;
    /// assert_eq!(response.header("location"), "http://localhost/posts?page=2");
    /// let response = app.get("/log-out").header("Referer", "http://other.example/").await;
    /// assert_eq!(response.header("location"), "/");
    /// # });
    /// ```
    pub fn back(&mut self, otherwise: impl AsRef<str>) {
        let referrer = self.request.get("Referrer");
        if is_of_host(&self.request, referrer) {
            let referrer = referrer.to_owned();
            self.redirect(&referrer);
        } else {
            self.redirect(otherwise);
        }
    }
}

/// Whether a url leads to the host that was asked.
fn is_of_host(request: &Request, url: &str) -> bool {
    // browsers skip or turn these round, so what is read here might not be what they read
    if url.is_empty() || url.bytes().any(|byte| matches!(byte, 0..=b' ' | b'\\' | 0x7F)) {
        return false;
    }
    let (first, rest) = url.split_at(url.find(['/', '?', '#']).unwrap_or(url.len()));
    let Some((scheme, authority)) = first.split_once(':') else {
        // a relative one
        return !url.starts_with("//");
    };
    let is_http = ["http", "https"].iter().any(|http| scheme.eq_ignore_ascii_case(http));
    let (true, "", Some(rest)) = (is_http, authority, rest.strip_prefix("//")) else {
        return false;
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let theirs = without_default_port(authority, scheme);
    let ours = without_default_port(request.host(), request.protocol());
    // what cannot be redirected to would be the client's fault that is told as ours: `http://host:8080:80/`
    !ours.is_empty() && theirs.eq_ignore_ascii_case(ours) && location::as_browsers_read(url).is_some()
}

/// K-423.
fn without_default_port<'a>(authority: &'a str, scheme: &str) -> &'a str {
    let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    authority.strip_suffix(port).or_else(|| authority.strip_suffix(':')).unwrap_or(authority)
}
