//! A message, as layers have it: the context of a pipeline in which each message of a WebSocket is a request.

use std::{any::Any, borrow::Cow, fmt, sync::Arc};

use bytes::Bytes;

use super::{
    door,
    message::{Close, CloseCode, Message, Text},
    options::Options,
    socket::Sender,
};
use crate::{Connection, Emit, Error, ErrorListener, Events, Protocol, Respond, Result};

/// One message of a WebSocket, and its reply: what a layer of a message pipeline works on. `S` is the state of the connection, such as
/// who is at its other end; it goes from one message to the next.
///
/// Messages of one connection run one after another, each through all the layers. What an endpoint returns is the reply: text, bytes, a
/// [`Message`], `()` or `None` for none, each also in a `Result`. An error that no layer catches closes the WebSocket with 1011, and its
/// message is the reason, if it is exposed.
///
/// ```
/// use koa_runtime::{
///     prelude::*,
///     websocket::{self, Received},
/// };
///
/// #[derive(Default)]
/// struct Session {
///     heard: usize,
/// }
///
/// /// A value for one message, as in every pipeline.
/// struct Command(String);
///
/// #[middleware]
/// async fn parse(ctx: &mut websocket::Context<Session>, next: Next<Command>) -> Result {
///     ctx.state_mut().heard += 1;
///     let command = Command(ctx.text()?.trim().to_lowercase());
///     next.run(ctx, &command).await
/// }
///
/// #[middleware]
/// async fn answer(ctx: &mut websocket::Context<Session>, command: &Command) -> Option<String> {
///     (command.0 == "count").then(|| ctx.state().heard.to_string())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::<websocket::Context<Session>>::of(pipeline![parse, answer]);
/// let first = app.ask(Received::new("hello", Session::default())).await;
/// assert_eq!(first.reply, None);
/// let second = app.ask(Received::new("Count", first.state)).await;
/// assert_eq!(second.reply, Some("2".into()));
/// # });
/// ```
pub struct Context<S> {
    message: Message,
    sender: Sender,
    reply: Option<Message>,
    close: Option<Close>,
    /// Until the reply is made, which takes it along.
    state: Option<S>,
}

/// A message that came, and the state of its connection: what a message pipeline is asked.
#[derive(Debug)]
pub struct Received<S> {
    message: Message,
    state: S,
    sender: Sender,
}

impl<S> Received<S> {
    /// A message that came over no WebSocket, for a test: [`Application::ask`](crate::Application::ask). What is sent beside the reply
    /// goes nowhere.
    pub fn new(message: impl Into<Message>, state: S) -> Self {
        Self { message: message.into(), state, sender: Sender::of_none() }
    }

    pub(super) fn over(message: Message, state: S, sender: &Sender) -> Self {
        Self { message, state, sender: sender.clone() }
    }
}

/// What became of a message.
#[derive(Debug)]
#[non_exhaustive]
pub struct Replied<S> {
    /// What goes back, if anything does.
    pub reply: Option<Message>,
    /// What the WebSocket is closed with behind it, if it is.
    pub close: Option<Close>,
    /// The state, for the next message.
    pub state: S,
}

impl<S> Context<S> {
    /// What came.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// What came, as text.
    ///
    /// # Errors
    ///
    /// Fails with a 415 if it is bytes.
    pub fn text(&self) -> Result<&str> {
        self.message.as_text().ok_or_else(|| Error::new(415).with_message("this takes text"))
    }

    /// The state of the connection.
    ///
    /// # Panics
    ///
    /// Never in a layer: the state is taken when the layers are done.
    #[must_use]
    pub fn state(&self) -> &S {
        self.state.as_ref().expect("the state is there until the layers are done")
    }

    /// The state of the connection, to change it.
    ///
    /// # Panics
    ///
    /// Never in a layer.
    #[must_use]
    pub fn state_mut(&mut self) -> &mut S {
        self.state.as_mut().expect("the state is there until the layers are done")
    }

    /// What is going to be replied, so far.
    #[must_use]
    pub fn reply(&self) -> Option<&Message> {
        self.reply.as_ref()
    }

    /// Replies this, in place of what was going to be replied: what an endpoint that returns it does.
    pub fn set_reply(&mut self, reply: impl Into<Message>) {
        self.reply = Some(reply.into());
    }

    /// Replies nothing.
    pub fn clear_reply(&mut self) {
        self.reply = None;
    }

    /// Closes the WebSocket, behind the reply.
    pub fn close(&mut self, code: CloseCode, reason: impl Into<Text>) {
        self.close = Some(Close::new(code, reason));
    }

    /// What sends on this WebSocket, at once and at any time: more than one reply, or something to a [`Group`](crate::websocket::Group).
    #[must_use]
    pub fn sender(&self) -> &Sender {
        &self.sender
    }
}

impl<S: fmt::Debug> fmt::Debug for Context<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut context = f.debug_struct("Context");
        context.field("message", &self.message).field("reply", &self.reply).field("close", &self.close);
        context.field("state", &self.state).finish_non_exhaustive()
    }
}

impl<S: Send + 'static> Protocol for Context<S> {
    const NAME: &'static str = "websocket";
    type Request = Received<S>;
    type Reply = Replied<S>;
    type Settings = Settings<S>;

    fn accept(received: Received<S>, _: Arc<Settings<S>>) -> Self {
        let Received { message, state, sender } = received;
        Self { message, sender, reply: None, close: None, state: Some(state) }
    }

    fn respond(&mut self) -> Replied<S> {
        let state = self.state.take().expect("a message is replied to once");
        Replied { reply: self.reply.take(), close: self.close.take(), state }
    }

    fn on_error(&mut self, error: Error) -> Replied<S> {
        self.reply = None;
        self.close = Some(Close::new(CloseCode::ERROR, error.exposed_message()));
        self.respond()
    }

    /// Speaks HTTP/1.1 until the client asks for a WebSocket, on any path.
    async fn serve(connection: &mut Connection<Self>) -> Result {
        door::serve(connection).await;
        Ok(())
    }

    fn write_asked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.message.as_text().is_some() { "text" } else { "binary" };
        write!(f, "{kind} of {} bytes", self.message.len())
    }
}

/// How a state is made at the handshake.
type Opens<S> = Arc<dyn Fn(&crate::Context, &Sender) -> Result<S> + Send + Sync>;

/// What an application of messages is set to.
pub struct Settings<S> {
    /// What each WebSocket is like, where it [listens](crate::Application::listen) by itself.
    pub options: Options,
    /// Who hears of errors.
    pub events: Events<Context<S>>,
    opens: Option<Opens<S>>,
}

impl<S: 'static> Settings<S> {
    pub(super) fn state(&self, ctx: &crate::Context, sender: &Sender) -> Result<S> {
        if let Some(opens) = &self.opens {
            return opens(ctx, sender);
        }
        // `()` needs nobody to make it
        let nothing: Box<dyn Any> = Box::new(());
        nothing.downcast().map(|state| *state).map_err(|_| {
            Error::new(500).with_message("nothing says how the state of a WebSocket is made: `Application::with_state`")
        })
    }
}

impl<S: Send + 'static> crate::Application<Context<S>> {
    /// Says how the state of a WebSocket is made, where the application [listens](Self::listen) by itself: of the handshake, and of what
    /// sends on the WebSocket that it opens. `()` needs none of this.
    ///
    /// ```
    /// use koa_runtime::{prelude::*, websocket};
    ///
    /// #[middleware]
    /// async fn echo(ctx: &mut websocket::Context<String>) -> String {
    ///     format!("{}: {:?}", ctx.state(), ctx.message())
    /// }
    ///
    /// # async fn run() -> Result {
    /// Application::<websocket::Context<String>>::of(pipeline![echo])
    ///     .with_state(|ctx, _sender| Ok(ctx.path().to_owned()))
    ///     .listen(3000)
    ///     .await
    /// # }
    /// ```
    ///
    /// An error is answered in place of the handshake.
    #[must_use]
    pub fn with_state(mut self, opens: impl Fn(&crate::Context, &Sender) -> Result<S> + Send + Sync + 'static) -> Self {
        self.settings_mut().opens = Some(Arc::new(opens));
        self
    }

    /// Says what each WebSocket is like, where it listens by itself.
    #[must_use]
    pub fn with_options(mut self, options: Options) -> Self {
        self.settings_mut().options = options;
        self
    }
}

impl<S> Emit<Context<S>> for Settings<S> {
    fn listen(&mut self, listener: ErrorListener<Context<S>>) {
        self.events.listen(listener);
    }

    fn emit(&self, error: &Error, ctx: &Context<S>) {
        self.events.emit(error, ctx);
    }

    fn is_silent(&self) -> bool {
        self.events.silent
    }
}

impl<S> Default for Settings<S> {
    fn default() -> Self {
        Self { options: Options::default(), events: Events::default(), opens: None }
    }
}

impl<S> Clone for Settings<S> {
    fn clone(&self) -> Self {
        Self { options: self.options.clone(), events: self.events.clone(), opens: self.opens.clone() }
    }
}

impl<S> fmt::Debug for Settings<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("options", &self.options).field("events", &self.events).finish_non_exhaustive()
    }
}

macro_rules! reply {
    ($($reply:ty)*) => {$(
        #[diagnostic::do_not_recommend] // the note of the trait lists them
        impl<S> Respond<Context<S>> for $reply {
            fn respond(self, ctx: &mut Context<S>) -> Result {
                ctx.set_reply(self);
                Ok(())
            }
        }
    )*};
}
reply!(Message Text &'static str String Cow<'static, str> Bytes Vec<u8> &'static [u8]);

/// A value as JSON, in a text.
#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<S, T: crate::respond::ToJson> Respond<Context<S>> for crate::Json<T> {
    fn respond(self, ctx: &mut Context<S>) -> Result {
        ctx.set_reply(serde_json::to_string(&self.0)?);
        Ok(())
    }
}
