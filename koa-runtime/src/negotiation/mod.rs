//! What the client accepts, in Koa's words: media types, encodings, charsets and languages (RFC 9110 §12).
//!
//! A header is read when it is asked about, once for each offer, and nothing is allocated for that.

#![expect(clippy::needless_pass_by_value, reason = "choices are literals mostly: `accepts([\"html\", \"json\"])`")]

pub(crate) mod choices;

mod charset;
mod encoding;
mod language;
mod list;
mod media_type;
mod preference;
mod quality;
mod token;

use choices::Choices;

use crate::{Context, Request};

/// What the client accepts.
impl Request {
    /// Which of these media types the client likes best, as `Accept` has it; `None` if it accepts none of them
    /// (K-306 to K-320).
    ///
    /// An offer is an extension, such as `"html"`, or a type in full, and is given back as it was given. The client's
    /// choice counts; where it has none, the order of the offers does. Without a header the first offer is chosen.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Accept", "text/html;q=0.5, application/json");
    /// let request = Request::new(head.body(Body::empty())?);
    ///
    /// assert_eq!(request.accepts(["html", "json"]), Some("json"));
    /// assert_eq!(request.accepts("text/html"), Some("text/html"));
    /// assert_eq!(request.accepts("png"), None);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn accepts<'a>(&self, types: impl Choices<'a>) -> Option<&'a str> {
        media_type::best(self.headers(), types.choices())
    }

    /// What `Accept` names, without parameters, the best first: Koa's `accepts()` (K-306). Without a header it is `*/*`.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Accept", "image/*;q=0.5, text/html, text/plain;q=0");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.accepted_types(), ["text/html", "image/*"]);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn accepted_types(&self) -> Vec<&str> {
        media_type::all(self.headers())
    }

    /// Which of these content codings the client likes best, as `Accept-Encoding` has it; `None` if it accepts none of
    /// them (K-322 to K-325).
    ///
    /// `identity`, which is no coding, is acceptable unless the header refuses it, and without a header it alone is.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Accept-Encoding", "gzip, br;q=0.5");
    /// let request = Request::new(head.body(Body::empty())?);
    ///
    /// assert_eq!(request.accepts_encodings(["br", "gzip", "identity"]), Some("gzip"));
    /// assert_eq!(request.accepts_encodings("zstd"), None);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn accepts_encodings<'a>(&self, encodings: impl Choices<'a>) -> Option<&'a str> {
        encoding::best(self.headers(), encodings.choices())
    }

    /// What `Accept-Encoding` names, the best first, with `identity` unless it is refused: Koa's `acceptsEncodings()`
    /// (K-321).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Accept-Encoding", "br;q=0.5, gzip");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.accepted_encodings(), ["gzip", "br", "identity"]);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn accepted_encodings(&self) -> Vec<&str> {
        encoding::all(self.headers())
    }

    /// Which of these charsets the client likes best, as `Accept-Charset` has it; `None` if it accepts none of them
    /// (K-326). Without a header the first is chosen.
    ///
    /// Browsers no longer send this header.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Accept-Charset", "utf-8, iso-8859-1;q=0.5");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.accepts_charsets(["iso-8859-1", "utf-8"]), Some("utf-8"));
    /// assert_eq!(request.accepted_charsets(), ["utf-8", "iso-8859-1"]);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn accepts_charsets<'a>(&self, charsets: impl Choices<'a>) -> Option<&'a str> {
        charset::best(self.headers(), charsets.choices())
    }

    /// What `Accept-Charset` names, the best first: Koa's `acceptsCharsets()` (K-326). Without a header it is `*`.
    #[must_use]
    pub fn accepted_charsets(&self) -> Vec<&str> {
        charset::all(self.headers())
    }

    /// Which of these languages the client likes best, as `Accept-Language` has it; `None` if it accepts none of them.
    /// Without a header the first is chosen.
    ///
    /// `en` is good for a client that asks for `en-US`, and the other way round (K-328).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/").header("Accept-Language", "en;q=0.8, pt-BR");
    /// let request = Request::new(head.body(Body::empty())?);
    /// assert_eq!(request.accepts_languages(["en", "pt"]), Some("pt"));
    /// assert_eq!(request.accepted_languages(), ["pt-BR", "en"]);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn accepts_languages<'a>(&self, languages: impl Choices<'a>) -> Option<&'a str> {
        language::best(self.headers(), languages.choices())
    }

    /// What `Accept-Language` names, the best first: Koa's `acceptsLanguages()`. Without a header it is `*`.
    #[must_use]
    pub fn accepted_languages(&self) -> Vec<&str> {
        language::all(self.headers())
    }
}

/// What the client accepts.
impl Context {
    /// [`Request::accepts`].
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn show(ctx: &mut Context) -> Result {
    ///     match ctx.accepts(["html", "text"]) {
    ///         Some("html") => ctx.set_body("<p>hello</p>"),
    ///         Some(_) => ctx.set_body("hello"),
    ///         None => throw!(406),
    ///     }
    ///     Ok(())
    /// }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![show]);
    /// assert_eq!(app.get("/").header("Accept", "text/plain").await.text(), "hello");
    /// assert_eq!(app.get("/").header("Accept", "image/png").await.status(), 406);
    /// # });
    /// ```
    #[must_use]
    pub fn accepts<'a>(&self, types: impl Choices<'a>) -> Option<&'a str> {
        self.request.accepts(types)
    }

    /// [`Request::accepted_types`].
    #[must_use]
    pub fn accepted_types(&self) -> Vec<&str> {
        self.request.accepted_types()
    }

    /// [`Request::accepts_encodings`].
    #[must_use]
    pub fn accepts_encodings<'a>(&self, encodings: impl Choices<'a>) -> Option<&'a str> {
        self.request.accepts_encodings(encodings)
    }

    /// [`Request::accepted_encodings`].
    #[must_use]
    pub fn accepted_encodings(&self) -> Vec<&str> {
        self.request.accepted_encodings()
    }

    /// [`Request::accepts_charsets`].
    #[must_use]
    pub fn accepts_charsets<'a>(&self, charsets: impl Choices<'a>) -> Option<&'a str> {
        self.request.accepts_charsets(charsets)
    }

    /// [`Request::accepted_charsets`].
    #[must_use]
    pub fn accepted_charsets(&self) -> Vec<&str> {
        self.request.accepted_charsets()
    }

    /// [`Request::accepts_languages`].
    #[must_use]
    pub fn accepts_languages<'a>(&self, languages: impl Choices<'a>) -> Option<&'a str> {
        self.request.accepts_languages(languages)
    }

    /// [`Request::accepted_languages`].
    #[must_use]
    pub fn accepted_languages(&self) -> Vec<&str> {
        self.request.accepted_languages()
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderMap, HeaderName, HeaderValue};

    /// A request's headers, of which there is one.
    pub(super) fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).expect("a header value"))])
    }
}
