//! The body, read whole: as text, and as values.

use super::Request;
use crate::Result;
use crate::extract::charset::Charset;
use crate::extract::encoding::not_encoded;
#[cfg(any(feature = "json", feature = "query"))]
use crate::extract::format::{Format, Formatted};

/// How many bytes `#[body]` reads unless somebody says otherwise.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// The body, read whole. Each of these may be called after another, also in another layer: the bytes are kept.
impl Request {
    /// How many bytes a `#[body]` without a limit of its own reads: 65 536, unless a [`limit_body`](crate::limit_body())
    /// outside it says otherwise.
    ///
    /// ```
    /// # use koa_runtime::{Context, Result};
    /// async fn shout(ctx: &mut Context) -> Result {
    ///     let text = ctx.text(ctx.request.body_limit()).await?;
    ///     ctx.set_type("text"); // the client's text may look like a page
    ///     ctx.set_body(text.to_uppercase());
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn body_limit(&self) -> usize {
        self.body_limit
    }

    /// Sets how many bytes a `#[body]` without a limit of its own reads from now on.
    /// [`limit_body`](crate::limit_body()) sets it for a part of the pipeline only.
    pub fn set_body_limit(&mut self, bytes: usize) {
        self.body_limit = bytes;
    }

    /// What the client sent behind its body (RFC 9110 §6.5), once that is [read](Request::bytes) to its end: node's
    /// `request.trailers`. A body that is [taken](Request::take_body) has them as its last frame.
    ///
    /// They are not merged into [`headers`](Request::headers): what is said there was said before the layers decided upon it.
    ///
    /// ```
    /// # use koa_runtime::{Context, Result, ensure};
    /// # fn sum_of(_: &[u8]) -> String { "7".to_owned() }
    /// async fn upload(ctx: &mut Context) -> Result {
    ///     let body = ctx.request.bytes(1 << 20).await?;
    ///     if let Some(sum) = ctx.request.trailers().and_then(|trailers| trailers.get("x-sum")) {
    ///         ensure!(*sum == *sum_of(&body), 400, "the body is not what was sent");
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn trailers(&self) -> Option<&http::HeaderMap> {
        self.payload.trailers()
    }

    /// The whole body as text, of no more than `limit` bytes, whatever its `Content-Type`. A byte order mark is left out.
    ///
    /// Its charset is that of the `Content-Type`: UTF-8, which also holds if none is named, or US-ASCII. With the feature
    /// `charset` it is any of the web's Encoding Standard, and the text may become three times as long as the body.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn shout(ctx: &mut Context) -> Result<String> {
    ///     Ok(format!("you said {}", ctx.text(1 << 10).await?))
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![shout]);
    /// assert_eq!(app.post("/").body("hello").await.text(), "you said hello");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Request::bytes). 400 if the body is not in its charset. 415 if the charset cannot be read, or if
    /// there is a `Content-Encoding` other than `identity`: nothing here unpacks a compressed body (K-610).
    pub async fn text(&mut self, limit: usize) -> Result<String> {
        not_encoded(self)?;
        let charset = Charset::named(self.charset())?;
        let bytes = self.bytes(limit).await?;
        charset.decode(&bytes).map(Into::into)
    }

    /// The whole body, of no more than `limit` bytes of JSON, as a `T`.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct NewPost {
    ///     title: String,
    /// }
    ///
    /// #[middleware]
    /// async fn create(ctx: &mut Context) -> Result<String> {
    ///     let post: NewPost = ctx.json(1 << 16).await?;
    ///     Ok(post.title)
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![create]);
    /// let response = app.post("/").json(&serde_json::json!({ "title": 7 })).await;
    /// assert_eq!(response.status(), 422);
    /// assert_eq!(
    ///     response.text(),
    ///     "invalid body: title: invalid type: integer `7`, expected a string at line 1 column 10"
    /// );
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`text`](Request::text), and
    ///
    /// - 415 if the type is neither `application/json` nor one that ends in `+json` (RFC 6839; K-601);
    /// - 400 if there is no body, or none that is JSON, with line and column (K-605);
    /// - 422 if it is JSON, but no `T`: the message names the field.
    #[cfg(feature = "json")]
    pub async fn json<T: serde::de::DeserializeOwned>(&mut self, limit: usize) -> Result<T> {
        Formatted::read(self, &[Format::Json], limit).await?.value()
    }

    /// The whole body, of no more than `limit` bytes of a form's pairs, as a `T`. Fields are read as in
    /// [`query_as`](Request::query_as).
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct SignUp {
    ///     name: String,
    ///     #[serde(default)]
    ///     newsletter: bool,
    /// }
    ///
    /// #[middleware]
    /// async fn sign_up(ctx: &mut Context) -> Result<String> {
    ///     let form: SignUp = ctx.form(1 << 12).await?;
    ///     Ok(format!("hello, {}: {}", form.name, form.newsletter))
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![sign_up]);
    /// let request = app.post("/").header("Content-Type", "application/x-www-form-urlencoded");
    /// assert_eq!(request.body("name=ada&newsletter=on").await.text(), "hello, ada: true");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Request::bytes), and
    ///
    /// - 415 if the type is not `application/x-www-form-urlencoded`, if its charset is not UTF-8 or ASCII, or if there
    ///   is a `Content-Encoding` other than `identity`;
    /// - 400 if there is no body, and a `T` needs one; a form without fields is empty, and fits if all are optional;
    /// - 422 if the pairs are no `T`: the message names the field.
    #[cfg(feature = "query")]
    pub async fn form<T: serde::de::DeserializeOwned>(&mut self, limit: usize) -> Result<T> {
        Formatted::read(self, &[Format::Form], limit).await?.value()
    }
}
