//! Whether a body is of this type or that, in Koa's word `is`.

#![expect(clippy::needless_pass_by_value, reason = "types are literals mostly: `is([\"json\", \"urlencoded\"])`")]

use http::header::{CONTENT_TYPE, HeaderMap};

use crate::header::{before_parameters, text_of};
use crate::negotiation::choices::Choices;
use crate::{Context, Request, Response, mime};

/// What [`ctx.is`](Context::is) says about the request's body: where Koa has a type, `false` and `null`.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn create(ctx: &mut Context) -> Result {
///     match ctx.is(["json", "urlencoded"]) {
///         Is::Type("json") => ctx.set_body("thank you for the JSON"),
///         Is::Type(_) => ctx.set_body("thank you for the form"),
///         Is::Other => throw!(415),
///         Is::NoBody => throw!(400, "a body is needed"),
///     }
///     Ok(())
/// }
///
/// #[middleware]
/// async fn images_only(ctx: &mut Context, next: Next) -> Result {
///     ensure!(ctx.is("image/*").matches(), 415);
///     next.run(ctx).await
/// }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![create]);
/// assert_eq!(app.post("/").json(&1).await.text(), "thank you for the JSON");
/// assert_eq!(app.post("/").body("hello").await.status(), 415);
/// assert_eq!(app.post("/").await.status(), 400);
/// # });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is<'a> {
    /// The body is of this type: the first that matched, as it was asked. If that was a pattern, such as `image/*`, it
    /// is the body's own type.
    Type(&'a str),
    /// There is a body, but of no such type, or of none that makes sense.
    Other,
    /// There is no body.
    NoBody,
}

impl<'a> Is<'a> {
    /// Whether the body is of a type that was asked.
    ///
    /// ```
    /// # use koa_runtime::Is;
    /// assert!(Is::Type("json").matches());
    /// assert!(!Is::Other.matches() && !Is::NoBody.matches());
    /// ```
    #[must_use]
    pub const fn matches(self) -> bool {
        matches!(self, Self::Type(_))
    }

    /// The type that matched.
    ///
    /// ```
    /// # use koa_runtime::Is;
    /// assert_eq!(Is::Type("image/png").matched(), Some("image/png"));
    /// ```
    #[must_use]
    pub const fn matched(self) -> Option<&'a str> {
        match self {
            Self::Type(mime) => Some(mime),
            Self::Other | Self::NoBody => None,
        }
    }
}

/// The type of its body.
impl Request {
    /// Which of these types the body is of (K-329 to K-339).
    ///
    /// A type is asked by an extension, such as `"json"`; in full; as a pattern, such as `"image/*"`, `"*/*"` or
    /// `"+json"`; or as `"urlencoded"` or `"multipart"`, which are forms. Of several the first that matches counts.
    /// Types are asked in lower case and without parameters: nothing else matches (K-338). Asked for none of them,
    /// this is the type of the body, whatever it is.
    ///
    /// ```
    /// use koa_runtime::{Is, Request, http};
    ///
    /// let head = http::Request::post("/").header("Content-Length", 2).header("Content-Type", "image/png");
    /// let request = Request::new(head.body("..")?);
    ///
    /// assert_eq!(request.is("png"), Is::Type("png"));
    /// assert_eq!(request.is(["json", "image/*"]), Is::Type("image/png"));
    /// assert_eq!(request.is("json"), Is::Other);
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn is<'a>(&'a self, types: impl Choices<'a>) -> Is<'a> {
        if !self.has_body() {
            return Is::NoBody;
        }
        first_match(self.headers(), types.choices()).map_or(Is::Other, Is::Type)
    }
}

/// The type of its body.
impl Response {
    /// Which of these types the `Content-Type` is of, as [`Request::is`] has it; there need not be a body (K-385).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.set_body("<p>hello</p>");
    /// assert_eq!(response.is(["text/*", "html"]), Some("text/html"));
    /// assert_eq!(response.is("json"), None);
    /// ```
    #[must_use]
    pub fn is<'a>(&'a self, types: impl Choices<'a>) -> Option<&'a str> {
        first_match(self.headers(), types.choices())
    }
}

/// The type of the request's body.
impl Context {
    /// [`Request::is`].
    #[must_use]
    pub fn is<'a>(&'a self, types: impl Choices<'a>) -> Is<'a> {
        self.request.is(types)
    }
}

pub(crate) fn first_match<'a>(headers: &'a HeaderMap, asked: &[&'a str]) -> Option<&'a str> {
    let actual = before_parameters(text_of(headers, CONTENT_TYPE)).trim_ascii();
    let (kind, subtype) = actual.split_once('/')?;
    if !is_name(kind, b"") || !is_name(subtype, b".+") {
        return None;
    }
    if asked.is_empty() {
        return Some(actual);
    }
    let matched = asked.iter().find(|asked| fits(asked, kind, subtype))?;
    Some(if matched.starts_with('+') || matched.contains('*') { actual } else { matched })
}

/// Whether a type or subtype can be one (RFC 6838 §4.2), with these characters in it beside the common ones.
fn is_name(name: &str, more: &[u8]) -> bool {
    let is_common = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&^_-".contains(&byte);
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 127
        && name.bytes().all(|byte| is_common(byte) || more.contains(&byte))
}

/// Whether what was asked means this type.
fn fits(asked: &str, kind: &str, subtype: &str) -> bool {
    let full = match asked {
        "urlencoded" => "application/x-www-form-urlencoded",
        "multipart" => "multipart/*",
        _ if asked.starts_with('+') => return ends_with(subtype, asked),
        _ if asked.contains('/') => asked,
        _ => before_parameters(mime::by_extension(asked).unwrap_or("")),
    };
    let Some((wanted_kind, wanted)) = full.split_once('/') else {
        return false;
    };
    if wanted_kind != "*" && !is_lower_case_of(wanted_kind, kind) {
        return false;
    }
    match wanted.strip_prefix('*') {
        Some("") => true,
        Some(suffix) if suffix.starts_with('+') => ends_with(subtype, suffix),
        _ => is_lower_case_of(wanted, subtype),
    }
}

fn ends_with(subtype: &str, suffix: &str) -> bool {
    let end = subtype.len().checked_sub(suffix.len()).and_then(|start| subtype.get(start..));
    end.is_some_and(|end| is_lower_case_of(suffix, end))
}

/// Whether `lower` is what `sent` is in lower case: the client may write a type in any case.
fn is_lower_case_of(lower: &str, sent: &str) -> bool {
    lower.bytes().eq(sent.bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use http::Version;

    use super::*;
    use crate::Body;

    fn post(mime: &str) -> Request {
        let head = http::Request::post("/").header("content-type", mime).header("content-length", 1);
        Request::new(head.body("x").expect("valid"))
    }

    #[track_caller]
    fn check(mime: &str, asked: &str, expected: Is<'_>) {
        assert_eq!(post(mime).is(asked), expected, "{mime} asked {asked}");
    }

    #[test]
    fn without_a_body_there_is_no_type() {
        // K-329
        let head = || http::Request::post("/").header("content-type", "image/png");
        let bare = Request::new(head().body(()).expect("valid"));
        assert_eq!((bare.is("png"), bare.is([])), (Is::NoBody, Is::NoBody));
        for (name, value, expected) in [
            ("content-length", "0", Is::Type("png")), // K-330
            ("content-length", "x", Is::NoBody),
            ("transfer-encoding", "chunked", Is::Type("png")),
        ] {
            let request = Request::new(head().header(name, value).body(()).expect("valid"));
            assert_eq!(request.is("png"), expected, "{name}: {value}");
        }
    }

    #[test]
    fn http2_need_not_announce_a_body() {
        let ask = |body: Body| {
            let head = http::Request::post("/").version(Version::HTTP_2).header("content-type", "image/png");
            Request::new(head.body(body).expect("valid"))
        };
        let mut request = ask(Body::from("x"));
        assert_eq!(request.is("png"), Is::Type("png"));
        request.bytes(1).now_or_never().expect("it is all there").expect("and short");
        assert_eq!(request.is("png"), Is::Type("png"));
        assert_eq!(ask(Body::empty()).is("png"), Is::NoBody);
    }

    #[test]
    fn a_body_without_a_sound_type_is_of_another() {
        // K-331
        for mime in ["", "png", "image/", "/png", "image png", "image/p/ng", "-image/png", "image/png,", "im.age/png"] {
            check(mime, "*/*", Is::Other);
        }
        let head = http::Request::post("/").header("content-length", 1);
        assert_eq!(Request::new(head.body("x").expect("valid")).is("*/*"), Is::Other);
    }

    #[test]
    fn a_name_has_127_characters_at_most() {
        for (length, matches) in [(127, true), (128, false)] {
            assert_eq!(post(&format!("image/{}", "x".repeat(length))).is("image/*").matches(), matches);
        }
    }

    #[test]
    fn a_type_is_given_back_as_it_was_asked() {
        for asked in ["png", ".png", "image/png", "PNG"] {
            check("image/png; a=b", asked, Is::Type(asked)); // K-333
        }
    }

    #[test]
    fn a_pattern_gives_the_type_of_the_body() {
        for asked in ["image/*", "*/svg+xml", "*/*", "+xml", "image/*+xml", "*/*+xml"] {
            check(" image/svg+xml ; a=b", asked, Is::Type("image/svg+xml")); // K-334
        }
        check("IMAGE/PNG", "image/*", Is::Type("IMAGE/PNG"));
    }

    #[test]
    fn forms_have_short_names() {
        // K-336
        check("application/x-www-form-urlencoded", "urlencoded", Is::Type("urlencoded"));
        check("multipart/form-data; boundary=x", "multipart", Is::Type("multipart"));
        check("multipart/mixed", "multipart/*", Is::Type("multipart/mixed"));
        check("application/json", "urlencoded", Is::Other);
    }

    #[test]
    fn of_several_types_the_first_that_matches_counts() {
        let request = post("application/json");
        assert_eq!(request.is(["html", "json", "application/json"]), Is::Type("json")); // K-337
        assert_eq!(request.is([]), Is::Type("application/json"));
    }

    #[test]
    fn the_client_writes_in_any_case_the_program_in_lower_case() {
        check("Application/JSON", "json", Is::Type("json"));
        check("Application/Problem+JSON", "+json", Is::Type("Application/Problem+JSON"));
        // K-338
        for asked in ["Application/json", "application/json; charset=utf-8", "application/JSON"] {
            check("application/json", asked, Is::Other);
        }
    }

    #[test]
    fn what_means_nothing_matches_nothing() {
        for asked in ["", "unknown", ".", "*", "/", "+", "+xml", "json/json", "application/json/x", "é", "+é"] {
            check("application/json", asked, Is::Other); // K-339
        }
    }

    #[test]
    fn a_response_needs_a_type_but_no_body() {
        // K-385
        let mut response = Response::new();
        assert_eq!(response.is("*/*"), None);
        response.set_type("json");
        assert_eq!(response.is(["html", "json"]), Some("json"));
        assert_eq!(response.is([]), Some("application/json"));
    }
}
