//! Thrift over HTTP.

use koa_runtime::{Application, Context, Result, http::Method, middleware, throw};

use crate::{Call, Message, ProtocolError};

/// The media type of a message, either way.
pub(crate) const TYPE: &str = "application/x-thrift";

/// An endpoint of an HTTP application that serves a Thrift application: a `POST` of a message, and its reply. Whatever a method ends
/// with is a 200; to a one-way call the body is empty.
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::{Call, over_http};
///
/// # #[middleware]
/// # async fn ping(ctx: &mut Call) -> Result { ctx.returns_nothing() }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let thrift = Application::<Call>::of(pipeline![ping]);
/// let app = Application::new(pipeline![routes! { POST "/thrift" => over_http(thrift) }]);
/// let ping = &b"\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x07\0"[..];
/// let reply = app.post("/thrift").header("Content-Type", "application/x-thrift").body(ping).await;
/// assert_eq!((reply.status(), reply.header("Content-Type")), (Status::OK, "application/x-thrift"));
/// # });
/// ```
///
/// # Errors
///
/// 405 for another method, 415 for another type, 413 for a message larger than its [settings](crate::Settings) allow, 400 for what is
/// no message.
#[middleware]
pub async fn over_http(#[config] app: &Application<Call>, ctx: &mut Context) -> Result {
    if ctx.method() != Method::POST {
        return Err(koa_runtime::Error::new(405).with_header("Allow", "POST"));
    }
    if !ctx.request.is([TYPE]).matches() {
        throw!(415, "this takes `{TYPE}`");
    }
    let message = ctx.request.bytes(app.settings().message).await?;
    let message = Message::decode(message).map_err(ProtocolError::into_error)?;
    let reply = match app.ask(message).await {
        Some(reply) => reply.encode()?,
        None => koa_runtime::Bytes::new(),
    };
    ctx.set_body(reply);
    ctx.set("Content-Type", TYPE);
    Ok(())
}
