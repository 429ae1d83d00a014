//! How errors are shown to the client: for [`Application::render_errors`](crate::Application::render_errors).
//!
//! | | shows an error as |
//! |---|---|
//! | [`text`] | plain text, as Koa does, and as is done without any of these |
//! | [`html`] | a page |
//! | [`problem`] | problem details (RFC 9457): JSON for programs; feature `json` |
//! | [`negotiated`] | whichever of these the client likes best |
//!
//! None of them tells what is not [exposed](Error::exposed_message). A renderer of your own may call them:
//!
//! ```
//! use koa_runtime::{errors, prelude::*};
//!
//! fn app() -> Application {
//!     Application::new(pipeline![]).render_errors(|error, ctx| {
//!         if ctx.path().starts_with("/api/") {
//!             errors::problem(error, ctx);
//!         } else {
//!             errors::html(error, ctx);
//!         }
//!     })
//! }
//! ```

mod html;
#[cfg(feature = "json")]
mod problem;

use http::header::CONTENT_TYPE;

pub use html::html;
#[cfg(feature = "json")]
pub use problem::{Problem, problem};

use crate::{Context, Error, mime};

/// Shows the error as plain text: what may be shown of it, and nothing else (K-165, K-178).
pub fn text(error: &Error, ctx: &mut Context) {
    ctx.set_status(error.sent_status());
    say(error, ctx);
}

/// [`text`], with the status that is set already.
pub(crate) fn say(error: &Error, ctx: &mut Context) {
    ctx.response.headers_mut().insert(CONTENT_TYPE, mime::TEXT);
    ctx.set_body(error.exposed_text());
}

#[cfg(feature = "json")]
const OFFERS: [&str; 4] = ["text/plain", "application/problem+json", "application/json", "text/html"];
#[cfg(not(feature = "json"))]
const OFFERS: [&str; 2] = ["text/plain", "text/html"];

/// Shows the error as the client likes best: as [`text`], as a [`problem`], as [`html`].
///
/// What `Accept` names before others counts: `application/json` or `application/problem+json` is a [`problem`],
/// `text/html`, which browsers send, is [`html`]. A client that does not care (`*/*`, as curl says, or nothing), or that
/// accepts none of them, gets [`text`].
///
/// It says `Vary: Accept`.
///
/// ```
/// use koa_runtime::{errors, prelude::*};
///
/// #[middleware]
/// async fn name() -> Result<&'static str> {
///     throw!(409, "taken")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![name]).render_errors(errors::negotiated);
///
/// let response = app.get("/").header("Accept", "application/json, text/plain, */*").await;
/// assert_eq!(response.header("content-type"), "application/problem+json");
/// let response = app.get("/").header("Accept", "*/*").await;
/// assert_eq!(response.header("content-type"), "text/plain; charset=utf-8");
/// # });
/// ```
pub fn negotiated(error: &Error, ctx: &mut Context) {
    ctx.vary("Accept");
    match ctx.accepts(OFFERS) {
        Some("text/html") => html(error, ctx),
        #[cfg(feature = "json")]
        Some("application/problem+json" | "application/json") => problem(error, ctx),
        _ => text(error, ctx),
    }
}

#[cfg(test)]
mod tests;
