//! The context: one request, its response, and the words for both.

use std::net::SocketAddr;
use std::sync::Arc;

use http::header::AsHeaderName;
use http::{HeaderMap, Method, StatusCode};

use crate::header::{IntoHeaderName, IntoHeaderValue};
use crate::status::IntoStatus;
use crate::{Body, Request, Response, Result, Settings};

/// One request and its response: what a layer works on.
///
/// The words most used are here, as in Koa (K-191, K-192): `ctx.path()` is `ctx.request.path()` and
/// `ctx.set_body(…)` is `ctx.response.set_body(…)`. Where both have a word, Koa's choice holds:
/// [`get`](Context::get) and [`headers`](Context::headers) are the request's,
/// [`length`](Context::length) and [`type_`](Context::type_) the response's (K-193).
///
/// ```
/// use koa_runtime::Context;
///
/// fn greet(ctx: &mut Context) {
///     let agent = ctx.get("User-Agent").to_owned();
///     ctx.set("X-Greeted", 1);
///     ctx.set_body(format!("Hello {agent} at {}", ctx.path()));
/// }
/// ```
#[derive(Debug)]
pub struct Context {
    /// What the client asked for.
    pub request: Request,
    /// What the client is going to be told.
    pub response: Response,
    settings: Arc<Settings>,
}

impl Context {
    /// The context of one request.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use koa_runtime::{Body, Context, Request, Settings, http};
    ///
    /// let request = Request::new(http::Request::new(Body::empty()));
    /// let ctx = Context::new(request, Arc::new(Settings::default()));
    /// assert_eq!((ctx.path(), ctx.status().as_u16()), ("/", 404));
    /// ```
    #[must_use]
    pub fn new(request: Request, settings: Arc<Settings>) -> Self {
        Self { request, response: Response::new(), settings }
    }

    /// The settings of the application: Koa's `ctx.app`.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// The request's words.
impl Context {
    /// [`Request::method`].
    #[must_use]
    pub fn method(&self) -> &Method {
        self.request.method()
    }

    /// [`Request::set_method`].
    pub fn set_method(&mut self, method: Method) {
        self.request.set_method(method);
    }

    /// [`Request::url`].
    #[must_use]
    pub fn url(&self) -> &str {
        self.request.url()
    }

    /// [`Request::set_url`].
    ///
    /// # Errors
    ///
    /// Fails if it is no url.
    pub fn set_url(&mut self, url: &str) -> Result {
        self.request.set_url(url)
    }

    /// [`Request::original_url`].
    #[must_use]
    pub fn original_url(&self) -> &str {
        self.request.original_url()
    }

    /// [`Request::path`].
    #[must_use]
    pub fn path(&self) -> &str {
        self.request.path()
    }

    /// [`Request::set_path`].
    ///
    /// # Errors
    ///
    /// Fails if it is no path.
    pub fn set_path(&mut self, path: &str) -> Result {
        self.request.set_path(path)
    }

    /// [`Request::querystring`].
    #[must_use]
    pub fn querystring(&self) -> &str {
        self.request.querystring()
    }

    /// [`Request::set_querystring`].
    ///
    /// # Errors
    ///
    /// Fails if it is no query string.
    pub fn set_querystring(&mut self, query: &str) -> Result {
        self.request.set_querystring(query)
    }

    /// [`Request::search`].
    #[must_use]
    pub fn search(&self) -> &str {
        self.request.search()
    }

    /// [`Request::get`]: a header of the request, or `""`.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        self.request.get(field)
    }

    /// [`Request::headers`].
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// [`Request::host`].
    #[must_use]
    pub fn host(&self) -> &str {
        self.request.host()
    }

    /// [`Request::protocol`].
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        self.request.protocol()
    }

    /// [`Request::secure`].
    #[must_use]
    pub fn secure(&self) -> bool {
        self.request.secure()
    }

    /// [`Request::peer`].
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.request.peer()
    }
}

/// The response's words.
impl Context {
    /// [`Response::status`].
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// [`Response::set_status`].
    pub fn set_status(&mut self, status: impl IntoStatus) {
        self.response.set_status(status);
    }

    /// [`Response::message`].
    #[must_use]
    pub fn message(&self) -> &str {
        self.response.message()
    }

    /// [`Response::set_message`].
    pub fn set_message(&mut self, message: impl Into<String>) {
        self.response.set_message(message);
    }

    /// [`Response::body`].
    #[must_use]
    pub fn body(&self) -> Option<&Body> {
        self.response.body()
    }

    /// [`Response::set_body`].
    pub fn set_body(&mut self, body: impl Into<Body>) {
        self.response.set_body(body);
    }

    /// [`Response::set_json`].
    #[cfg(feature = "json")]
    pub fn set_json<T: serde::Serialize + ?Sized>(&mut self, value: &T) {
        self.response.set_json(value);
    }

    /// [`Response::clear_body`].
    pub fn clear_body(&mut self) {
        self.response.clear_body();
    }

    /// [`Response::length`].
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.response.length()
    }

    /// [`Response::set_length`].
    pub fn set_length(&mut self, length: u64) {
        self.response.set_length(length);
    }

    /// [`Response::type_`].
    #[must_use]
    pub fn type_(&self) -> &str {
        self.response.type_()
    }

    /// [`Response::set_type`].
    pub fn set_type(&mut self, mime: &str) {
        self.response.set_type(mime);
    }

    /// [`Response::has`].
    #[must_use]
    pub fn has(&self, field: impl AsHeaderName) -> bool {
        self.response.has(field)
    }

    /// [`Response::set`]: a header of the response.
    pub fn set(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) {
        self.response.set(field, value);
    }

    /// [`Response::append`].
    pub fn append(&mut self, field: impl IntoHeaderName, value: impl IntoHeaderValue) {
        self.response.append(field, value);
    }

    /// [`Response::remove`].
    pub fn remove(&mut self, field: impl AsHeaderName) {
        self.response.remove(field);
    }

    /// [`Response::redirect`], with a page of plain text if the client does not accept HTML (K-408, K-413).
    pub fn redirect(&mut self, url: &str) {
        let html = self.request.accepts("html").is_some();
        self.response.redirect_with_page(url, html);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_may_be_held_across_an_await() {
        fn check<T: Send + Sync + Unpin + 'static>() {}
        check::<Context>();
    }

    #[test]
    fn where_both_have_a_word_koas_choice_holds() {
        let head = http::Request::get("/").header("Content-Type", "text/html");
        let request = Request::new(head.header("X-A", "asked").body(()).expect("valid"));
        let mut ctx = Context::new(request, Arc::default());
        ctx.set("X-A", "answered");
        ctx.set_body("hello");
        assert_eq!((ctx.get("x-a"), ctx.response.get("x-a")), ("asked", Some("answered")));
        assert_eq!((ctx.type_(), ctx.request.type_()), ("text/plain", "text/html")); // K-193
        assert_eq!((ctx.length(), ctx.request.length()), (Some(5), None));
    }

    #[test]
    fn the_page_of_a_redirection_is_what_the_client_accepts() {
        for (accept, mime, page) in [
            ("", "text/html; charset=utf-8", "Redirecting to /&lt;a&gt;."), // K-408
            ("text/*;q=0.1, image/png", "text/html; charset=utf-8", "Redirecting to /&lt;a&gt;."),
            ("application/json", "text/plain; charset=utf-8", "Redirecting to /<a>."), // K-413
        ] {
            let head = http::Request::get("/").header("Accept", accept);
            let mut ctx = Context::new(Request::new(head.body(()).expect("valid")), Arc::default());
            ctx.redirect("/<a>");
            assert_eq!(ctx.response.get("content-type"), Some(mime));
            assert_eq!(ctx.body().and_then(Body::as_bytes), Some(page.as_bytes()));
        }
    }
}
