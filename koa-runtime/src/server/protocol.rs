//! `Protocol`: what the onion runs on.

use std::{convert::Infallible, fmt, future::poll_fn, pin::pin, sync::Arc};

use super::{connection::Connection, events::Emit, http, panic::poll_caught};
use crate::{
    Body, Context, Error, Request, Result, Settings, finish,
    onion::{Done, Middleware, describe::Description, environment::Nil},
    router::methods::Methods,
};

/// A protocol that pipelines run on: how a context is made from what came in, how it becomes what goes out, and what is said on a
/// connection meanwhile.
///
/// The context itself implements it; HTTP's is [`Context`]. A layer written over any `C: Protocol` runs under every protocol:
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn count<C: Protocol>(#[config] served: &std::sync::atomic::AtomicUsize, ctx: &mut C, next: Next) -> Result {
///     served.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
///     next.run(ctx).await
/// }
/// # let _ = count(Default::default());
/// ```
///
/// A protocol of one's own has a context, and an [`Application`](crate::Application) made [of](crate::Application::of) a pipeline of
/// its layers, which has everything that is not the protocol's: listeners, TLS, limits, the end of the server, the error event. The
/// example `tcp_lines` is one to start with.
///
/// ```
/// use std::sync::Arc;
///
/// use koa_runtime::{Connection, Events, prelude::*};
/// use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
///
/// struct Line {
///     said: String,
///     reply: String,
/// }
///
/// impl Protocol for Line {
///     const NAME: &'static str = "lines";
///     type Request = String;
///     type Reply = String;
///     type Settings = Events<Self>;
///
///     fn accept(said: String, _: Arc<Self::Settings>) -> Self {
///         Self { said, reply: String::new() }
///     }
///
///     fn respond(&mut self) -> String {
///         std::mem::take(&mut self.reply)
///     }
///
///     fn on_error(&mut self, error: Error) -> String {
///         format!("error: {}", error.exposed_message())
///     }
///
///     async fn serve(connection: &mut Connection<Self>) -> Result {
///         let (stream, requests) = connection.split();
///         let mut stream = BufReader::new(stream);
///         let mut line = String::new();
///         while (&mut stream).take(1024).read_line(&mut line).await? > 0 {
///             let reply = requests.answer(std::mem::take(&mut line)).await;
///             stream.write_all(format!("{reply}\n").as_bytes()).await?;
///             stream.flush().await?;
///         }
///         Ok(())
///     }
/// }
///
/// #[middleware]
/// async fn shout(ctx: &mut Line) -> Result {
///     ensure!(!ctx.said.trim().is_empty(), 400, "nothing was said");
///     ctx.reply = ctx.said.trim().to_uppercase();
///     Ok(())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::<Line>::of(pipeline![shout]);
/// assert_eq!(app.ask("hello".to_owned()).await, "HELLO");
/// assert_eq!(app.ask("\n".to_owned()).await, "error: nothing was said");
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no context of a protocol",
    label = "an application runs on what implements `Protocol`",
    note = "for `!` nothing says which: write `Application::<Call>::of(…)`, or the type of what it is bound to; one of HTTP is `Application::new(…)`"
)]
pub trait Protocol: Sized + Send + 'static {
    /// What it is called: in logs, and in errors.
    const NAME: &'static str;

    /// What came in.
    type Request: Send + 'static;
    /// What goes out.
    type Reply: Send + 'static;
    /// What an application of it can be set to, and who listens for its errors: [`Events`](crate::Events), where there is nothing to
    /// set.
    type Settings: Emit<Self> + Clone + Default + fmt::Debug + Send + Sync + 'static;

    /// Makes the context of one request.
    fn accept(request: Self::Request, settings: Arc<Self::Settings>) -> Self;

    /// Makes the reply of what the layers left.
    fn respond(&mut self) -> Self::Reply;

    /// Makes the reply of an error that no layer caught, of which the error event has been told; or of the 503 of a request that the layers
    /// do not see, as there are too many, of which it has not.
    fn on_error(&mut self, error: Error) -> Self::Reply;

    /// Says what is to be said on one connection, from the first byte to the last: reads requests, has them
    /// [answered](crate::Requests::answer), and writes the replies. The connection is closed when it returns; what an error says goes
    /// nowhere, as there is nobody left to tell.
    ///
    /// How long a client may take is looked after: the future is dropped when a [limit](crate::Limits) is reached, or when the server
    /// ends and the connection has nothing to do.
    fn serve(connection: &mut Connection<Self>) -> impl Future<Output = Result> + Send;

    /// Writes what is asked, for a log: `GET /users/7`. Its name, unless said otherwise.
    ///
    /// # Errors
    ///
    /// Those of `f`.
    fn write_asked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::NAME)
    }

    /// Writes how it was answered, for a log: `200`. `ok` or `error` and its status, unless said otherwise.
    ///
    /// # Errors
    ///
    /// Those of `f`.
    fn write_answered(&self, outcome: &Result, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match outcome {
            Ok(()) => f.write_str("ok"),
            Err(error) => write!(f, "error {}", error.status().as_u16()),
        }
    }

    /// How many bytes its reply has, for a log. `None` if nobody knows, which is so unless said otherwise.
    fn reply_length(&self, _outcome: &Result) -> Option<u64> {
        None
    }

    /// What the request says of itself under this name, which is in lower case: a header. `None` where requests have none, which is so
    /// unless said otherwise.
    fn header(&self, _name: &str) -> Option<&str> {
        None
    }

    /// Says something beside the reply: a header. Nothing is said where replies have none, which is so unless said otherwise.
    fn set_header(&mut self, _name: &'static str, _value: &str) {}

    #[doc(hidden)]
    fn __describe(_settings: &mut Self::Settings, _onion: &Description) {}
}

impl Protocol for Context {
    const NAME: &'static str = "http";
    type Request = Request;
    type Reply = ::http::Response<Body>;
    type Settings = Settings;

    #[inline]
    fn accept(request: Request, settings: Arc<Settings>) -> Self {
        Self::new(request, settings)
    }

    #[inline]
    fn respond(&mut self) -> Self::Reply {
        finish::respond(self, Ok(()))
    }

    fn on_error(&mut self, error: Error) -> Self::Reply {
        finish::respond_told(self, &error)
    }

    async fn serve(connection: &mut Connection<Self>) -> Result {
        if let Some(opening) = connection.hand_on() {
            http::connection::serve(opening).await;
        }
        Ok(())
    }

    fn write_asked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.original_url())
    }

    fn write_answered(&self, outcome: &Result, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(finish::foreseen::status(self, outcome).as_str())
    }

    fn reply_length(&self, outcome: &Result) -> Option<u64> {
        finish::foreseen::length(self, outcome)
    }

    fn header(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    fn set_header(&mut self, name: &'static str, value: &str) {
        self.set(name, value);
    }

    fn __describe(settings: &mut Settings, onion: &Description) {
        settings.methods = Methods::of(onion);
    }
}

/// Runs one request through the onion. A panic in a layer is an error like any other: a 500, reported once.
///
/// Dropping the future cancels the request: every layer that has started is dropped, innermost first.
pub(crate) fn answer<T: Send + Sync, L: Middleware<Context, Nil, Done, J>, J>(
    owner: Arc<T>,
    onion: fn(&T) -> &L,
    request: Request,
    settings: Arc<Settings>,
) -> impl Future<Output = Result<::http::Response<Body>, Infallible>> + Send {
    // before the future is made, so that the request does not lie in it a second time
    let mut ctx = Context::accept(request, settings);
    // one future around the onion's: each more takes from the depth that the layers have
    async move {
        let outcome = {
            let mut onion = pin!(onion(&owner).call(&mut ctx, Nil, Done));
            poll_fn(|task| poll_caught(onion.as_mut(), task)).await
        };
        Ok(finish::respond(&mut ctx, outcome))
    }
}
