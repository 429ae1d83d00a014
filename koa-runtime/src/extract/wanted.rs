//! What `#[query]` and `#[body]` parameters are filled with. A parameter's type decides how: the macro does not know it.

use std::marker::PhantomData;

use bytes::Bytes;

use super::encoding::not_encoded;
#[cfg(any(feature = "json", feature = "query"))]
use super::format::{ALL, Formatted};
use crate::{Context, Request, Result};

/// A context that carries an HTTP request.
#[diagnostic::on_unimplemented(
    message = "`{Self}` carries no HTTP request, so there is no query and no body to read",
    label = "`#[query]` and `#[body]` are read from a `Context`",
    note = "write `ctx: &mut Context`, or leave `ctx` out"
)]
pub trait OverHttp {
    /// The request.
    fn request(&mut self) -> &mut Request;
}

#[diagnostic::do_not_recommend]
impl OverHttp for Context {
    fn request(&mut self) -> &mut Request {
        &mut self.request
    }
}

/// What a `#[query]` parameter may be: any `serde::Deserialize` that owns what it holds, with the feature `query`.
///
/// There is nothing to implement by hand.
#[cfg_attr(
    feature = "query",
    diagnostic::on_unimplemented(
        message = "`{Self}` cannot be read from a query",
        label = "this `#[query]` is no `serde::Deserialize`",
        note = "write `#[derive(serde::Deserialize)]` above its definition, and above every type in it"
    )
)]
#[cfg_attr(
    not(feature = "query"),
    diagnostic::on_unimplemented(
        message = "`#[query]` needs the feature `query` of `koa-runtime`, which is switched off",
        label = "nothing reads this `#[query]`"
    )
)]
pub trait FromQuery: Sized {
    #[doc(hidden)]
    fn from_query(request: &Request) -> Result<Self>;
}

#[cfg(feature = "query")]
#[diagnostic::do_not_recommend]
impl<T: serde::de::DeserializeOwned> FromQuery for T {
    fn from_query(request: &Request) -> Result<Self> {
        request.query_as()
    }
}

/// What a `#[body]` parameter may be, beside `String` and `Bytes`: any `serde::Deserialize` that owns what it holds. With the
/// feature `json` it is read from JSON, with the feature `query` from what a form sends.
///
/// There is nothing to implement by hand.
#[cfg_attr(
    any(feature = "json", feature = "query"),
    diagnostic::on_unimplemented(
        message = "`{Self}` cannot be read from the body of a request",
        label = "this `#[body]` is no `serde::Deserialize`",
        note = "write `#[derive(serde::Deserialize)]` above its definition, and above every type in it; a `String` is the body as text, `Bytes` as it came"
    )
)]
#[cfg_attr(
    not(any(feature = "json", feature = "query")),
    diagnostic::on_unimplemented(
        message = "`#[body]` reads a `{Self}` with the feature `json` or `query` of `koa-runtime`, and both are switched off",
        label = "without them it reads a `String` or `Bytes`"
    )
)]
pub trait FromBody: Sized {
    #[doc(hidden)]
    fn from_body(body: Formatted) -> Result<Self>;
}

/// Without a format there is none.
#[cfg(not(any(feature = "json", feature = "query")))]
#[derive(Debug)]
pub enum Formatted {}

#[cfg(any(feature = "json", feature = "query"))]
#[diagnostic::do_not_recommend]
impl<T: serde::de::DeserializeOwned> FromBody for T {
    fn from_body(body: Formatted) -> Result<Self> {
        body.value()
    }
}

/// A `T` is wanted. Text and bytes have methods of their own; where `T` is neither, they are those of [`Typed`].
///
/// They read, and then make the value: reading is the same code whatever the value is.
#[derive(Debug)]
pub struct Wanted<T>(PhantomData<fn() -> T>);

impl<T> Wanted<T> {
    /// Says of which type.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the macro calls it")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl Wanted<String> {
    /// The body as text.
    ///
    /// # Errors
    ///
    /// Those of [`Request::text`].
    pub async fn __read(self, request: &mut Request, limit: Option<usize>) -> Result<String> {
        let limit = limit.unwrap_or(request.body_limit());
        request.text(limit).await
    }

    /// Itself.
    ///
    /// # Errors
    ///
    /// None.
    pub fn __value(self, text: String) -> Result<String> {
        Ok(text)
    }
}

impl Wanted<Bytes> {
    /// The body as it came. Who gets it does not see the head, so it is refused if it is encoded.
    ///
    /// # Errors
    ///
    /// Those of [`Request::bytes`]; 415 if there is a `Content-Encoding`.
    pub async fn __read(self, request: &mut Request, limit: Option<usize>) -> Result<Bytes> {
        not_encoded(request)?;
        let limit = limit.unwrap_or(request.body_limit());
        request.bytes(limit).await
    }

    /// Itself.
    ///
    /// # Errors
    ///
    /// None.
    pub fn __value(self, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }
}

/// The methods for every other type. What they ask for stands on them, so that it is reported and nothing else.
pub trait Typed<T> {
    /// The body in one of its formats.
    fn __read(self, request: &mut Request, limit: Option<usize>) -> impl Future<Output = Result<Formatted>> + Send;

    /// The body as a value.
    ///
    /// # Errors
    ///
    /// 400 or 422.
    #[rustfmt::skip] // a bound on one line is shown on one line in the errors
    fn __value(self, body: Formatted) -> Result<T> where T: FromBody;

    /// The query as a value.
    ///
    /// # Errors
    ///
    /// 400 if it does not fit.
    #[rustfmt::skip]
    fn __query(self, request: &Request) -> Result<T> where T: FromQuery;
}

impl<T> Typed<T> for Wanted<T> {
    fn __read(self, request: &mut Request, limit: Option<usize>) -> impl Future<Output = Result<Formatted>> + Send {
        formatted(request, limit)
    }

    fn __value(self, body: Formatted) -> Result<T>
    where
        T: FromBody,
    {
        T::from_body(body)
    }

    fn __query(self, request: &Request) -> Result<T>
    where
        T: FromQuery,
    {
        T::from_query(request)
    }
}

#[cfg(any(feature = "json", feature = "query"))]
async fn formatted(request: &mut Request, limit: Option<usize>) -> Result<Formatted> {
    let limit = limit.unwrap_or(request.body_limit());
    Formatted::read(request, ALL, limit).await
}

#[cfg(not(any(feature = "json", feature = "query")))]
fn formatted(_: &mut Request, _: Option<usize>) -> std::future::Ready<Result<Formatted>> {
    std::future::ready(Err(crate::Error::new(415)))
}
