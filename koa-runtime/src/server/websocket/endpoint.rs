//! An HTTP endpoint that becomes a WebSocket, once the layers around it have run.

use std::sync::Arc;

use super::{
    context::{Context as MessageContext, Received, Replied},
    handshake::Handshake,
    options::Options,
    pump::{Pump, run},
    shared::{Broken, Line, NotSent, Shared},
    socket::{Sender, WebSocket},
};
use crate::{Application, Context, Error, Request, Requests, Result, Settings, server::running::Running};

impl Context {
    /// Becomes a WebSocket (RFC 6455), which is `talk`'s from then on, in a task of its own. The layers around have run by then, as for
    /// any other reply: authentication, sessions and limits are theirs. If one of them changes the status, or fails, nothing is opened.
    ///
    /// Over HTTP/2 a client asks for one with a CONNECT, and hears of a 200 (RFC 8441). Layers see what they see over HTTP/1.1: a GET with
    /// `Upgrade: websocket`, and the status 101.
    ///
    /// What `talk` fails with goes to the error event, unless it is the client's doing: [`Broken`](crate::websocket::Broken) and
    /// [`NotSent`](crate::websocket::NotSent). So does its panic.
    ///
    /// ```
    /// use koa_runtime::{
    ///     prelude::*,
    ///     websocket::{Options, WebSocket},
    /// };
    ///
    /// #[middleware]
    /// async fn echo(ctx: &mut Context) -> Result {
    ///     ctx.websocket(Options::default(), async |mut socket: WebSocket| {
    ///         while let Some(message) = socket.recv().await? {
    ///             socket.send(message).await?;
    ///         }
    ///         Ok(())
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// What the client is answered, in place of the handshake: 405 to another method than GET; 426 to what asks for no WebSocket, or for
    /// another version than 13; 400 if the handshake is malformed; 403 to a page of [another origin](crate::websocket::Origins).
    pub fn websocket<F: Future<Output = Result> + Send>(
        &mut self,
        options: Options,
        talk: impl FnOnce(WebSocket) -> F + Send + 'static,
    ) -> Result {
        let opening = Opening::of(self, options)?;
        opening.open(self, move |socket, _| talk(socket))
    }

    /// Becomes a WebSocket each of whose messages runs through the pipeline of `app`, one after another: see
    /// [`websocket::Context`](crate::websocket::Context). `state` makes what they share, of whatever the layers around have found, and of
    /// what sends on this WebSocket.
    ///
    /// A message may be in the layers for as long as [`Limits::request`](crate::Limits::request) lets it; a client that vanishes cancels
    /// it.
    ///
    /// ```
    /// use koa_runtime::{
    ///     prelude::*,
    ///     websocket::{self, Options},
    /// };
    ///
    /// #[derive(Clone)]
    /// struct User(String);
    ///
    /// #[middleware]
    /// async fn greet(ctx: &mut websocket::Context<User>) -> String {
    ///     format!("hello, {}", ctx.state().0)
    /// }
    ///
    /// type Messages = Application<websocket::Context<User>>;
    ///
    /// #[middleware]
    /// async fn talk(#[config] messages: &Messages, ctx: &mut Context, user: &User) -> Result {
    ///     ctx.websocket_messages(Options::default(), messages, |_sender| user.clone())
    /// }
    ///
    /// let messages = Messages::of(pipeline![greet]);
    /// let app = Application::new(pipeline![provide(User("Ada".to_owned())), talk(messages)]);
    /// # let _ = app;
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`websocket`](Self::websocket).
    pub fn websocket_messages<S: Send + 'static>(
        &mut self,
        options: Options,
        app: &Application<MessageContext<S>>,
        state: impl FnOnce(&Sender) -> S,
    ) -> Result {
        let opening = Opening::of(self, options)?;
        let state = state(&opening.sender());
        opening.messages(self, app, state)
    }
}

/// A WebSocket whose handshake is as it should be.
pub(super) struct Opening {
    options: Options,
    handshake: Handshake,
    line: Line,
}

impl Opening {
    pub(super) fn of(ctx: &Context, options: Options) -> Result<Self> {
        let handshake = Handshake::of(ctx, &options)?;
        let line = Line(Arc::new(Shared::new(options.queue, options.backlog)));
        Ok(Self { options, handshake, line })
    }

    pub(super) fn sender(&self) -> Sender {
        Sender::of(&self.line)
    }

    /// Opens it, once the layers have run.
    fn open<F: Future<Output = Result> + Send>(
        self,
        ctx: &mut Context,
        talk: impl FnOnce(WebSocket, Option<Arc<Running>>) -> F + Send + 'static,
    ) -> Result {
        let Self { options, handshake, line } = self;
        let (subprotocol, agreed) = (handshake.subprotocol, handshake.deflate.clone());
        let reports = Reports::of(ctx);
        ctx.upgrade("websocket", move |stream| async move {
            let (running, drains) = (stream.running(), stream.drains());
            let socket = WebSocket::new(Arc::clone(&line.0), subprotocol);
            let pump = Pump::new(stream, line, &options, agreed, drains);
            run(pump, talk(socket, running), |error| reports.report(error)).await;
        })?;
        handshake.answer(ctx);
        Ok(())
    }

    pub(super) fn messages<S: Send + 'static>(
        self,
        ctx: &mut Context,
        app: &Application<MessageContext<S>>,
        state: S,
    ) -> Result {
        let app = app.clone();
        let (address, is_secure) = (ctx.request.peer(), ctx.request.secure());
        self.open(ctx, move |socket, running| converse(socket, Requests::of(app, address, is_secure, running), state))
    }
}

/// Has the layers answer one message after another.
async fn converse<S: Send + 'static>(
    mut socket: WebSocket,
    mut requests: Requests<MessageContext<S>>,
    mut state: S,
) -> Result {
    while let Some(message) = socket.recv().await? {
        let received = Received::over(message, state, socket.sender());
        let limit = requests.limits().request;
        let answered = tokio::select! {
            biased;
            replied = requests.answer(received) => Some(replied),
            why = socket.broken() => return Err(why.into()),
            () = late(limit) => None,
        };
        let Some(replied) = answered else {
            return Err(Error::new(503).with_message("a message was too long in the layers"));
        };
        let Replied { reply, close, state: left } = replied;
        state = left;
        if let Some(reply) = reply {
            socket.send(reply).await?;
        }
        if let Some(close) = close {
            socket.close(close.code, close.reason);
        }
    }
    Ok(())
}

async fn late(limit: Option<std::time::Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// What is left of the request, for the error event: who asked for what.
struct Reports {
    head: http::Request<()>,
    settings: Arc<Settings>,
}

impl Reports {
    fn of(ctx: &Context) -> Self {
        let mut head = http::Request::new(());
        head.uri_mut().clone_from(ctx.request.uri());
        Self { head, settings: ctx.request.shared_settings() }
    }

    fn report(&self, error: &Error) {
        // it is the client's doing
        if error.is::<Broken>() || error.is::<NotSent>() {
            return;
        }
        let ctx = Context::new(Request::new(self.head.clone()), Arc::clone(&self.settings));
        ctx.emit_error(error);
    }
}
