//! What an endpoint may return.

use std::borrow::Cow;
use std::convert::Infallible;
use std::fmt::Display;

use bytes::Bytes;
use http::StatusCode;

use crate::status::{self, IntoStatus};
use crate::{Body, Context, Error, Result, mime};

/// What an endpoint may return: a value that knows how to become the response.
///
/// | returned | becomes |
/// |---|---|
/// | `()` | what the layers made of the response |
/// | `&'static str`, `String`, `Cow<'static, str>` | text, or HTML if it starts with `<` |
/// | `Bytes`, `Vec<u8>`, `&'static [u8]` | bytes |
/// | [`Body`] | whatever it holds, such as a stream |
/// | [`Json<T>`](Json), [`Html<T>`](Html) | JSON, HTML |
/// | [`Status`](crate::Status) | that status |
/// | [`Redirect`] | a redirection |
/// | `http::Response<B>` | that reply: status, headers and body |
/// | `(Status, T)` | `T` with that status |
/// | `Option<T>` | `T`, or what it was, which is a 404 |
/// | `Result<T, E>` | `T`, or the error on its way outward |
///
/// A type of your own may be one too:
///
/// ```
/// use koa_runtime::{Context, Respond, Result};
///
/// struct Csv(Vec<[u32; 2]>);
///
/// impl Respond for Csv {
///     fn respond(self, ctx: &mut Context) -> Result {
///         let lines = self.0.iter().map(|[x, y]| format!("{x},{y}\n"));
///         ctx.set_type("csv");
///         ctx.set_body(lines.collect::<String>());
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "an endpoint cannot return `{Self}`",
    label = "this cannot become a response",
    note = "over HTTP return text, bytes, `Json<T>`, `Html<T>`, `Status`, `Redirect`, `()`; an `Option`, a `Result` or `(Status, T)` of these",
    note = "over a WebSocket text, bytes, `Json<T>`, `()`; an `Option` or a `Result` of these; over another protocol `Result`, or what is `Respond` for it"
)]
pub trait Respond<C = Context> {
    /// Becomes the response.
    ///
    /// # Errors
    ///
    /// Fails if this is an error, or cannot be written down.
    fn respond(self, ctx: &mut C) -> Result;
}

/// Leaves the response to the layers.
#[diagnostic::do_not_recommend]
impl<C> Respond<C> for () {
    fn respond(self, _: &mut C) -> Result {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<C> Respond<C> for Infallible {
    fn respond(self, _: &mut C) -> Result {
        match self {}
    }
}

// No `do_not_recommend` on the three that wrap: it would hide what is wrong inside, so that a missing
// `Serialize` read "cannot return `Result<Json<Post>, Error>`".

/// `None` leaves the response as it is: a 404 if no layer said otherwise.
impl<C, T: Respond<C>> Respond<C> for Option<T> {
    fn respond(self, ctx: &mut C) -> Result {
        self.map_or(Ok(()), |value| value.respond(ctx))
    }
}

/// An error travels outward through the layers.
impl<C, T: Respond<C>, E: Into<Error>> Respond<C> for Result<T, E> {
    fn respond(self, ctx: &mut C) -> Result {
        self.map_err(Into::into)?.respond(ctx)
    }
}

/// The value with this status.
impl<T: Respond> Respond for (StatusCode, T) {
    fn respond(self, ctx: &mut Context) -> Result {
        let (status, value) = self;
        ctx.set_status(status);
        value.respond(ctx)
    }
}

/// The status alone; its phrase is the body.
#[diagnostic::do_not_recommend]
impl Respond for StatusCode {
    fn respond(self, ctx: &mut Context) -> Result {
        ctx.set_status(self);
        Ok(())
    }
}

macro_rules! body {
    ($($body:ty)*) => {$(
        #[diagnostic::do_not_recommend] // the note of the trait lists them
        impl Respond for $body {
            fn respond(self, ctx: &mut Context) -> Result {
                ctx.set_body(self);
                Ok(())
            }
        }
    )*};
}
body!(Body &'static str String Cow<'static, str> Bytes Vec<u8> &'static [u8]);

/// A value as JSON.
///
/// ```
/// use koa_runtime::{Json, Result};
///
/// async fn posts() -> Result<Json<Vec<&'static str>>> {
///     Ok(Json(vec!["first", "second"]))
/// }
/// ```
#[cfg(feature = "json")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// What can be written as JSON: `serde::Serialize`, of which rustc would list a hundred implementations.
#[cfg(feature = "json")]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as JSON",
    label = "this endpoint returns a `{Self}` in `Json`",
    note = "write `#[derive(serde::Serialize)]` above `{Self}`, and above every type in it"
)]
pub trait ToJson: serde::Serialize {}
#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + ?Sized> ToJson for T {}

#[cfg(feature = "json")]
impl<T: ToJson> Respond for Json<T> {
    fn respond(self, ctx: &mut Context) -> Result {
        ctx.set_body(Body::json(&self.0)?);
        Ok(())
    }
}

/// A value as an HTML page, whatever it starts with. Nothing in it is escaped.
///
/// ```
/// use koa_runtime::Html;
///
/// async fn page() -> Html<&'static str> {
///     Html("Hello <b>world</b>")
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Html<T>(pub T);

impl<T: Display> Respond for Html<T> {
    fn respond(self, ctx: &mut Context) -> Result {
        let page = self.0.to_string();
        let headers = ctx.response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, mime::HTML);
        ctx.set_body(page);
        Ok(())
    }
}

/// Sends the client to another url: 302 unless said otherwise.
///
/// ```
/// use koa_runtime::Redirect;
///
/// async fn moved() -> Redirect {
///     Redirect::to("/posts").permanent()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Redirect {
    url: Cow<'static, str>,
    status: StatusCode,
}

impl Redirect {
    /// To this url, for now (302). It may lead to any host: check one that comes from the client.
    pub fn to(url: impl Into<Cow<'static, str>>) -> Self {
        Self { url: url.into(), status: StatusCode::FOUND }
    }

    /// For ever (301): clients may remember it.
    pub fn permanent(self) -> Self {
        self.with_status(StatusCode::MOVED_PERMANENTLY)
    }

    /// With GET (303), as after a form was posted.
    pub fn see_other(self) -> Self {
        self.with_status(StatusCode::SEE_OTHER)
    }

    /// With the method and the body it came with: 307, or 308 if it is [permanent](Redirect::permanent).
    ///
    /// ```
    /// # use koa_runtime::Redirect;
    /// assert_eq!(
    ///     Redirect::to("/").permanent().keep_method(),
    ///     Redirect::to("/").with_status(308),
    /// );
    /// ```
    pub fn keep_method(self) -> Self {
        let status = match self.status {
            StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT => StatusCode::PERMANENT_REDIRECT,
            _ => StatusCode::TEMPORARY_REDIRECT,
        };
        self.with_status(status)
    }

    /// With this status; one that is no redirection counts as 302 (K-414).
    pub fn with_status(mut self, status: impl IntoStatus) -> Self {
        self.status = match status.into_status() {
            Ok(status) if status::is_redirect(status) => status,
            _ => StatusCode::FOUND,
        };
        self
    }
}

#[diagnostic::do_not_recommend]
impl Respond for Redirect {
    fn respond(self, ctx: &mut Context) -> Result {
        ctx.set_status(self.status);
        ctx.redirect(&self.url);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;
    use std::sync::Arc;

    use super::*;
    use crate::Request;

    fn respond(value: impl Respond) -> Context {
        let request = Request::new(http::Request::new(Body::empty()));
        let mut ctx = Context::new(request, Arc::default());
        value.respond(&mut ctx).expect("it responds");
        ctx
    }

    fn told(ctx: &Context) -> (u16, &str, Option<&[u8]>) {
        let body = ctx.body().and_then(Body::as_bytes);
        (ctx.status().as_u16(), ctx.type_(), body)
    }

    #[test]
    fn a_value_becomes_the_response() {
        let octets = "application/octet-stream";
        for (ctx, expected) in [
            (respond(()), (404, "", None)),
            (respond("a"), (200, "text/plain", Some(&b"a"[..]))),
            (respond("<a>".to_owned()), (200, "text/html", Some(b"<a>"))),
            (respond(Cow::Borrowed("a")), (200, "text/plain", Some(b"a"))),
            (respond(vec![1]), (200, octets, Some(&[1]))),
            (respond(Bytes::from_static(b"a")), (200, octets, Some(b"a"))),
            (respond(&b"a"[..]), (200, octets, Some(b"a"))),
            (respond(Body::from("a")), (200, "text/plain", Some(b"a"))),
            (respond(StatusCode::IM_A_TEAPOT), (418, "", None)),
            (respond(Some("a")), (200, "text/plain", Some(b"a"))),
            (respond(None::<&str>), (404, "", None)),
            (respond(Ok::<_, Error>("a")), (200, "text/plain", Some(b"a"))),
            (respond((StatusCode::CREATED, "a")), (201, "text/plain", Some(b"a"))),
            (respond((StatusCode::NO_CONTENT, ())), (204, "", None)),
            (respond(Html("a")), (200, "text/html", Some(b"a"))),
        ] {
            assert_eq!(told(&ctx), expected);
        }
    }

    #[cfg(feature = "json")]
    #[test]
    fn json_becomes_json() {
        let ctx = respond((StatusCode::CREATED, Json(Some([1, 2]))));
        assert_eq!(told(&ctx), (201, "application/json", Some(&b"[1,2]"[..])));
        assert_eq!(told(&respond(Json(()))).2, Some(&b"null"[..]));
    }

    #[test]
    fn an_error_is_passed_on() {
        let request = Request::new(http::Request::new(Body::empty()));
        let mut ctx = Context::new(request, Arc::default());
        let failed: Result<&str, fmt::Error> = Err(fmt::Error);
        assert!(failed.respond(&mut ctx).is_err_and(|error| error.status() == 500));
        assert_eq!(ctx.status(), 404);
    }

    #[test]
    fn a_redirection_goes_where_and_how_it_says() {
        for (redirect, status) in [
            (Redirect::to("/a"), 302),
            (Redirect::to("/a").permanent(), 301),
            (Redirect::to("/a").see_other(), 303),
            (Redirect::to("/a").keep_method(), 307),
            (Redirect::to("/a").permanent().keep_method(), 308),
        ] {
            let ctx = respond(redirect);
            assert_eq!(ctx.status(), status);
            assert_eq!(ctx.response.get("location"), Some("/a"));
        }
        assert_eq!(Redirect::to("/a").with_status(200), Redirect::to("/a"));
    }
}
