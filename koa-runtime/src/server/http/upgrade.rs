//! A connection that is handed on, to who speaks another protocol on it.

use std::{
    fmt, io,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
};

use http::{
    HeaderValue, StatusCode, Version,
    header::{CONNECTION, RETRY_AFTER, UPGRADE},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::seat::{HandedOn, Streams};
#[cfg(feature = "websocket")]
use super::wire::Wire;
use crate::{
    Context, Error, Result,
    server::{
        drain::{Opened, Stage},
        running::Running,
    },
};

/// What a request that may be upgraded knows of its server.
#[derive(Clone)]
pub(super) struct Server {
    running: Arc<Running>,
    /// Those of its connection, where it is one of several.
    streams: Option<Arc<Streams>>,
}

impl Server {
    pub(super) fn new(running: &Arc<Running>, streams: Option<&Arc<Streams>>) -> Self {
        Self { running: Arc::clone(running), streams: streams.cloned() }
    }
}

/// How many bytes of HTTP/2 are written at a time. hyper takes whatever it is given, and keeps three of those.
const PIECE: usize = 16 << 10;

/// The bytes of a connection that speaks another protocol now, or of a stream of one: [`Context::upgrade`].
pub struct Upgraded {
    stream: TokioIo<hyper::upgrade::Upgraded>,
    running: Option<Arc<Running>>,
    /// A stream of HTTP/2.
    one_of: Option<HandedOn>,
}

impl Upgraded {
    /// The server it came over, if it came over one.
    #[cfg(feature = "websocket")]
    pub(crate) fn running(&self) -> Option<Arc<Running>> {
        self.running.clone()
    }

    /// Leaves a client that takes nothing: the system is to forget what it has for it.
    #[cfg(feature = "websocket")]
    pub(crate) fn abandon(self) {
        // a stream of HTTP/2 is none of these: what hyper has for that goes with its connection
        if let Ok(parts) = self.stream.into_inner().downcast::<TokioIo<Wire>>() {
            parts.io.inner().abandon();
        }
    }

    /// Waits until the server begins to end: the time to say goodbye. What is not done by its deadline is cut off. Cancel-safe.
    pub fn drains(&self) -> impl Future<Output = ()> + Send + use<> {
        // not of `self`, which is none that threads share
        let running = self.running.clone();
        async move {
            match running {
                Some(running) => running.drain.reached(Stage::Draining).await,
                None => std::future::pending().await,
            }
        }
    }
}

impl fmt::Debug for Upgraded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgraded").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl AsyncRead for Upgraded {
    fn poll_read(mut self: Pin<&mut Self>, task: &mut Task<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(task, buffer)
    }
}

impl AsyncWrite for Upgraded {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let most = if self.one_of.is_some() { PIECE } else { usize::MAX };
        Pin::new(&mut self.stream).poll_write(task, &bytes[..bytes.len().min(most)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}

impl Context {
    /// Switches to another protocol (RFC 9110 §7.8): the client is answered 101, and from then on the connection is `speak`'s, in a task
    /// of its own. The layers around run as for any other reply, before the client hears of it; if one of them changes the status, or
    /// fails, nothing is switched.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    /// use tokio::io::copy;
    ///
    /// /// Says again what it hears.
    /// #[middleware]
    /// async fn echo(ctx: &mut Context) -> Result {
    ///     ctx.upgrade("echo", async |stream| {
    ///         let (mut reads, mut writes) = tokio::io::split(stream);
    ///         let _ = copy(&mut reads, &mut writes).await;
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A 426 that names the protocol, if the client has not asked for it, or cannot be switched: there is no connection at all, or it is
    /// HTTP/2, where only a WebSocket (feature `websocket`) can be asked for.
    /// A 503 where more than [`Limits::connections`](crate::Limits::connections) are open, those that have switched included.
    pub fn upgrade<F: Future<Output = ()> + Send>(
        &mut self,
        protocol: &'static str,
        speak: impl FnOnce(Upgraded) -> F + Send + 'static,
    ) -> Result {
        let is_asked = self.get("upgrade").split(',').any(|one| one.trim().eq_ignore_ascii_case(protocol));
        let extensions = self.request.extensions_mut();
        let (Some(upgrade), true) = (extensions.remove::<OnUpgrade>(), is_asked) else {
            return Err(Error::new(StatusCode::UPGRADE_REQUIRED).with_header(UPGRADE, protocol));
        };
        let (running, streams) =
            extensions.remove::<Server>().map(|Server { running, streams }| (running, streams)).unzip();
        let one_of = streams.flatten().map(HandedOn::new);
        // a stream takes room beside its connection's
        let opened = if one_of.is_some() { running.clone().map(Opened::new) } else { None };
        // a connection that has switched leaves its room to another, so they are counted here
        if running.as_ref().is_some_and(|running| running.drain.open() > running.limits.connections) {
            return Err(Error::new(StatusCode::SERVICE_UNAVAILABLE).with_header(RETRY_AFTER, "1"));
        }
        tokio::spawn(async move {
            // a failure is that the client was answered otherwise, or has gone
            let Ok(stream) = upgrade.await else { return };
            // it counts as a connection, which this is
            let opened = opened.or_else(|| running.clone().map(Opened::new));
            let speaking = speak(Upgraded { stream: TokioIo::new(stream), running, one_of });
            match opened {
                None => speaking.await,
                Some(opened) => {
                    let drain = &opened.owner().drain;
                    tokio::select! {
                        () = speaking => {}
                        () = drain.reached(Stage::Cut) => drain.cut(1),
                    }
                }
            }
        });
        self.response.switch();
        // no headers of HTTP/2
        if self.request.version() < Version::HTTP_2 {
            self.set(CONNECTION, "upgrade");
            self.set(UPGRADE, HeaderValue::from_static(protocol));
        }
        Ok(())
    }
}
