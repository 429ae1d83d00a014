//! The context: one request, its response, and the words for both.

mod request;
mod response;
pub(crate) mod spare;

use std::sync::Arc;

use crate::{Error, Request, Response, Settings};

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
    /// What the client asked for. It holds the settings: another request in its place is given them by
    /// [`Request::with_settings_of`].
    pub request: Request,
    /// What the client is going to be told.
    pub response: Response,
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
        Self { request: request.with_settings(settings), response: Response::new() }
    }

    /// The settings of the application: Koa's `ctx.app`.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        self.request.settings()
    }

    /// Tells the error event of an error that this layer has caught and deals with: Koa's
    /// `ctx.app.emit("error", error, ctx)` (K-186). What no layer catches is told without.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// /// Answers what may be late without it, and still says that it was not there.
    /// #[middleware]
    /// async fn degrade(ctx: &mut Context, next: Next) -> Result {
    ///     match next.run(ctx).await {
    ///         Err(error) if error.status() == 503 => {
    ///             ctx.emit_error(&error);
    ///             ctx.set_body("back in a minute");
    ///             Ok(())
    ///         }
    ///         outcome => outcome,
    ///     }
    /// }
    /// ```
    pub fn emit_error(&self, error: &Error) {
        self.settings().emit(error, self);
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
            assert_eq!(ctx.body().and_then(crate::Body::as_bytes), Some(page.as_bytes()));
        }
    }
}
