//! A WebSocket, as its handler has it.

use std::{fmt, future::poll_fn, sync::Arc};

use super::{
    message::{Close, CloseCode, Message, Text},
    shared::{Broken, Line, NotSent, Shared},
};

/// A WebSocket, as the fn has it that was given to [`Context::websocket`](crate::Context::websocket). Pings are answered, and the
/// closing handshake is made, whatever that fn does meanwhile.
///
/// Its fn is its life: when that returns, the WebSocket is closed, with 1000, or 1011 if it failed or panicked. A fn that has nothing to hear
/// may drop it and go on with a [`Sender`]: what comes is dropped then, and a goodbye is heard by [`Sender::closed`].
///
/// ```
/// use koa_runtime::{
///     prelude::*,
///     websocket::{CloseCode, Options, WebSocket},
/// };
///
/// #[middleware]
/// async fn shout(ctx: &mut Context) -> Result {
///     ctx.websocket(Options::default(), async |mut socket: WebSocket| {
///         while let Some(message) = socket.recv().await? {
///             match message.as_text() {
///                 Some(text) => socket.send(text.to_uppercase()).await?,
///                 None => socket.close(CloseCode::UNSUPPORTED, "text only"),
///             }
///         }
///         Ok(())
///     })
/// }
/// ```
pub struct WebSocket {
    sender: Sender,
    subprotocol: Option<&'static str>,
}

impl WebSocket {
    pub(super) fn new(shared: Arc<Shared>, subprotocol: Option<&'static str>) -> Self {
        Self { sender: Sender(shared), subprotocol }
    }

    /// The next message. `None` when no more comes: the client has said goodbye, this side has, or the server ends. Cancel-safe.
    ///
    /// # Errors
    ///
    /// Fails when the WebSocket is broken off: the client has vanished, is silent or takes nothing, or has broken the protocol or a
    /// limit. What had come before is received first.
    pub async fn recv(&mut self) -> Result<Option<Message>, Broken> {
        poll_fn(|task| self.sender.0.poll_receive(task)).await
    }

    /// Sends a message: [`Sender::send`].
    ///
    /// # Errors
    ///
    /// Fails if the WebSocket is closed.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), NotSent> {
        self.sender.send(message).await
    }

    /// Says goodbye, behind what was sent: [`Sender::close`].
    pub fn close(&self, code: CloseCode, reason: impl Into<Text>) {
        self.sender.close(code, reason);
    }

    /// What sends, as often as wanted, and from anywhere.
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// What of [`Options::subprotocols`](crate::websocket::Options::subprotocols) was agreed on.
    #[must_use]
    pub fn subprotocol(&self) -> Option<&'static str> {
        self.subprotocol
    }

    /// What the client has said goodbye with, once it has.
    #[must_use]
    pub fn client_close(&self) -> Option<Close> {
        self.sender.0.client_said()
    }

    /// Waits until the connection is broken, whatever is left to receive. Cancel-safe.
    pub(super) async fn broken(&self) -> Broken {
        self.sender.0.broken().await
    }
}

impl Drop for WebSocket {
    fn drop(&mut self) {
        self.sender.0.deafen();
    }
}

impl fmt::Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("subprotocol", &self.subprotocol).finish_non_exhaustive()
    }
}

/// What sends on a WebSocket. It can be cloned, kept and shared; it does not keep the WebSocket open.
///
/// ```
/// use std::time::Duration;
///
/// use koa_runtime::{
///     prelude::*,
///     websocket::{Options, WebSocket},
/// };
///
/// /// Says the time each second, and hears nothing.
/// #[middleware]
/// async fn clock(ctx: &mut Context) -> Result {
///     ctx.websocket(Options::default(), async |mut socket: WebSocket| {
///         let sender = socket.sender().clone();
///         tokio::spawn(async move {
///             for second in 0.. {
///                 // it waits for room, and fails once the WebSocket is closed
///                 if sender.send(format!("{second} s")).await.is_err() {
///                     return;
///                 }
///                 tokio::time::sleep(Duration::from_secs(1)).await;
///             }
///         });
///         while socket.recv().await?.is_some() {}
///         Ok(())
///     })
/// }
/// ```
#[derive(Clone)]
pub struct Sender(Arc<Shared>);

impl Sender {
    pub(super) fn of(line: &Line) -> Self {
        Self(Arc::clone(&line.0))
    }

    /// Of no WebSocket: what is sent goes nowhere, and is refused as soon as there is too much of it.
    pub(super) fn of_none() -> Self {
        Self(Arc::new(Shared::new(1 << 20, 0)))
    }

    /// Sends a message, behind those sent before: waits until there is room for it among what [waits](crate::websocket::Options::queue), and not
    /// until the client has it. Cancel-safe: it is sent, or not.
    ///
    /// # Errors
    ///
    /// Fails with [`NotSent::Closed`] if the WebSocket is closed, or closed while it waits.
    pub async fn send(&self, message: impl Into<Message>) -> Result<(), NotSent> {
        self.0.send(message.into()).await
    }

    /// Sends a message, if there is room for it now.
    ///
    /// # Errors
    ///
    /// Fails with [`NotSent::Full`] if there is none, and with [`NotSent::Closed`] if the WebSocket is closed.
    pub fn try_send(&self, message: impl Into<Message>) -> Result<(), NotSent> {
        self.0.try_send(message.into()).map_err(|(why, _)| why)
    }

    /// Says goodbye, behind what was sent; nothing is sent after it. What has come from the client by then is still received. One that does
    /// not say goodbye in turn is left after [`Options::close`](crate::websocket::Options::close).
    ///
    /// A reason beyond 123 bytes is cut. [`CloseCode::NONE`] gives none.
    pub fn close(&self, code: CloseCode, reason: impl Into<Text>) {
        self.0.say_goodbye(Close::new(code, reason));
    }

    /// Whether it is closed, or about to be.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Waits until it is. Cancel-safe.
    pub async fn closed(&self) {
        self.0.closed().await;
    }

    /// Leaves the client, without another word.
    pub(super) fn cut(&self) {
        self.0.cut();
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("is_closed", &self.is_closed()).finish_non_exhaustive()
    }
}
