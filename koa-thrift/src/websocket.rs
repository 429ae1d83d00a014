//! Thrift over WebSocket.

use koa_runtime::{
    Application, Bytes, Context, Result, middleware, pipeline,
    websocket::{self, CloseCode, Options},
};

use crate::{Call, Message, ProtocolError};

/// How many bytes the length in front of a framed message has.
const LENGTH: usize = 4;

/// An endpoint of an HTTP application that serves a Thrift application over a WebSocket: each binary message is one message of Thrift,
/// framed or not, and so is its reply. To a one-way call there is none.
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::{Call, over_websocket};
///
/// # #[middleware]
/// # async fn ping(ctx: &mut Call) -> Result { ctx.returns_nothing() }
/// let thrift = Application::<Call>::of(pipeline![ping]);
/// let app = Application::new(pipeline![routes! { GET "/thrift" => over_websocket(thrift) }]);
/// # let _ = app;
/// ```
///
/// What it is like is said with `options`, as of every WebSocket: pings, origins, how much may wait to be sent. How large a message may be
/// is the application's own to say, and nothing is compressed unless that is chosen.
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{
///     prelude::*,
///     websocket::{Options, Origins},
/// };
/// use koa_thrift::{Call, over_websocket};
///
/// # let thrift = Application::<Call>::of(pipeline![]);
/// let options = Options {
///     origins: Origins::Also(vec!["https://app.example.com"]),
///     ping: Some(Duration::from_secs(10)),
///     ..Options::default()
/// };
/// let app = Application::new(pipeline![routes! { GET "/thrift" => over_websocket(thrift).options(options) }]);
/// # let _ = app;
/// ```
///
/// The WebSocket is closed with 1003 for a text, with 1007 for what is no message, and with 1009 for a message larger than its
/// [settings](crate::Settings) allow. Calls run one after another, each for as long as the [limit](koa_runtime::Limits::request) lets
/// it, and a client that vanishes cancels the one that runs.
///
/// # Errors
///
/// Those of [`Context::websocket`], in place of the handshake.
#[middleware]
pub async fn over_websocket(
    #[config] app: &Application<Call>,
    /// What each WebSocket is like, but for the size of its messages.
    #[config(default = Options::default())]
    options: &Options,
    ctx: &mut Context,
) -> Result {
    let message = app.settings().message.saturating_add(LENGTH);
    let options = Options { message, frame: message, ..options.clone() };
    let messages = Application::<websocket::Context<()>>::of(pipeline![answer(app.clone())]);
    ctx.websocket_messages(options, &messages, |_| ())
}

/// Has the application answer a message as it came: framed, or not.
#[middleware]
async fn answer(#[config] app: &Application<Call>, ctx: &mut websocket::Context<()>) -> Result {
    let websocket::Message::Binary(bytes) = ctx.message() else {
        ctx.close(CloseCode::UNSUPPORTED, "this takes binary messages");
        return Ok(());
    };
    let (message, is_framed) = match read(bytes.clone(), app.settings().message) {
        Ok(read) => read,
        Err(broken) => {
            let is_large = matches!(broken, ProtocolError::TooLarge(_));
            ctx.close(if is_large { CloseCode::TOO_BIG } else { CloseCode::INVALID }, broken.to_string());
            return Ok(());
        }
    };
    if let Some(reply) = app.ask(message).await {
        ctx.set_reply(reply.written(is_framed)?);
    }
    Ok(())
}

/// The message that these bytes are, and whether it is framed.
fn read(bytes: Bytes, most: usize) -> Result<(Message, bool), ProtocolError> {
    let (size, is_framed) = match bytes.first_chunk::<LENGTH>() {
        // the length of a frame has no such byte in front: it would be negative
        Some(&length) if !matches!(length[0], 0x80 | 0x82) => (u32::from_be_bytes(length) as usize, true),
        _ => (bytes.len(), false),
    };
    let message = if is_framed { bytes.slice(LENGTH..) } else { bytes };
    if message.len() > most {
        return Err(ProtocolError::TooLarge(most));
    }
    match message.len() {
        len if len < size => Err(ProtocolError::Truncated),
        len if len > size => Err(ProtocolError::Size),
        _ => Ok((Message::decode(message)?, is_framed)),
    }
}
