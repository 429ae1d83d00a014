//! One connection, as a protocol has it: its bytes, and what answers its requests.

use std::{
    fmt,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll, ready},
};

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{
    accept::Held,
    drain::Stage,
    events::Emit as _,
    http::{
        connection::{Opening, Speaks},
        scope::Doing,
        wire::Stream,
    },
    in_place::Place,
    noted::Noted,
    peer::Peer,
    running::Running,
};
use crate::{Application, Error, Limits, Protocol, Result, application::Runs};

/// A connection of a server, while [`Protocol::serve`] has it.
pub struct Connection<C: Protocol> {
    socket: Socket,
    requests: Requests<C>,
    speaks: Speaks,
    /// Until it is handed on.
    held: Option<Held>,
}

impl<C: Protocol> Connection<C> {
    pub(super) fn new(app: &Application<C>, stream: Stream, peer: Peer, speaks: Speaks, held: Held) -> Self {
        let (onion, settings) = app.clone().into_parts();
        let noted = Arc::new(Noted::default());
        let running = Arc::clone(held.opened.owner());
        Self {
            socket: Socket { stream, noted: Arc::clone(&noted) },
            requests: Requests { onion, settings, peer, running, noted, place: None },
            speaks,
            held: Some(held),
        }
    }

    /// Its bytes, and what answers its requests.
    pub fn split(&mut self) -> (&mut Socket, &mut Requests<C>) {
        (&mut self.socket, &mut self.requests)
    }

    /// Who is on the other end: `None` for a Unix socket.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.requests.peer()
    }

    /// Whether it is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.requests.is_secure()
    }

    pub(super) fn running(&self) -> &Arc<Running> {
        &self.requests.running
    }

    pub(super) fn noted(&self) -> &Arc<Noted> {
        &self.requests.noted
    }

    pub(super) fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }

    /// All of it, for who looks after it by itself from now on. `None` the second time.
    pub(super) fn hand_on(&mut self) -> Option<Opening<C>> {
        let held = self.held.take()?;
        self.requests.noted.hand_on();
        let stream = std::mem::replace(&mut self.socket.stream, Stream::Other(Box::new(tokio::io::empty())));
        let Requests { onion, settings, peer, .. } = &self.requests;
        Some(Opening {
            onion: Arc::clone(onion),
            settings: Arc::clone(settings),
            stream,
            peer: *peer,
            speaks: self.speaks,
            held,
        })
    }
}

impl<C: Protocol> fmt::Debug for Connection<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("peer", &self.peer()).finish_non_exhaustive()
    }
}

/// The bytes of a connection, in and out: TCP, TLS or a Unix socket.
pub struct Socket {
    stream: Stream,
    noted: Arc<Noted>,
}

impl Socket {
    /// Has the system forget what it has not sent, once the stream is dropped.
    pub(super) fn abandon(&self) {
        if let Stream::Tcp(stream) = &self.stream {
            super::socket::forget(stream);
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, task: &mut Task<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.noted.reads();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(task, buffer))?;
        if buffer.filled().len() > before {
            self.noted.has_read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, task: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(task, bytes);
        let written = if let Poll::Ready(Ok(written)) = &polled { *written } else { 0 };
        self.noted.has_written(written, polled.is_pending());
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(task);
        self.noted.has_written(0, polled.is_pending());
        polled
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Socket")
    }
}

/// What answers the requests of a connection, one after another.
pub struct Requests<C: Protocol> {
    onion: Arc<dyn Runs<C>>,
    settings: Arc<C::Settings>,
    peer: Peer,
    running: Arc<Running>,
    noted: Arc<Noted>,
    /// Kept from one request to the next.
    place: Option<Place<C>>,
}

impl<C: Protocol> Requests<C> {
    /// Of a connection that spoke another protocol before.
    #[cfg(feature = "websocket")]
    pub(crate) fn of(
        app: Application<C>,
        address: Option<SocketAddr>,
        is_secure: bool,
        running: Option<Arc<Running>>,
    ) -> Self {
        let (onion, settings) = app.into_parts();
        let running = running.unwrap_or_else(|| Arc::new(Running::new(Limits::default())));
        Self { onion, settings, peer: Peer { address, is_secure }, running, noted: Arc::default(), place: None }
    }

    /// Has the layers answer a request. Where more are in the layers than the [limit](Limits::requests) allows, none sees it, and its error
    /// is a 503, of which the error event is not told. A panic in a layer is an error like any other.
    ///
    /// Dropping the future cancels the request: every layer that has started is dropped, innermost first.
    pub async fn answer(&mut self, request: C::Request) -> C::Reply {
        let Self { onion, settings, running, noted, place, .. } = self;
        let mut ctx = Box::new(C::accept(request, Arc::clone(settings)));
        let Some(seat) = Seat::take(running, noted) else {
            noted.does(Doing::Reply);
            // the error event is not told: there would be one for each request of whoever sends too many
            return ctx.on_error(Error::new(StatusCode::SERVICE_UNAVAILABLE));
        };
        // taken out meanwhile: if the request is given up, so are its layers
        let (mut here, mut next) = (Place::of(onion, place.take()), Some(ctx));
        let (mut ctx, outcome) = poll_fn(|task| here.poll_done(next.take(), task)).await;
        *place = Some(here);
        let reply = reply(&mut *ctx, outcome, settings);
        drop(seat);
        reply
    }

    /// Says that a part of the next request is here already, which came with the one before. From now on [`Limits::head`] counts, and not
    /// [`Limits::keep_alive`]; what is read by itself is noticed without.
    pub fn begins(&self) {
        self.noted.begins();
    }

    /// Waits until the server begins to end: a connection that waits for a request is closed half a second later. Cancel-safe.
    ///
    /// ```
    /// # use koa_runtime::{Connection, prelude::*};
    /// # use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    /// // in `Protocol::serve`: says goodbye to who waits with nothing to say
    /// async fn goodbye<C: Protocol>(connection: &mut Connection<C>) -> Result {
    ///     let (stream, requests) = connection.split();
    ///     let mut bytes = [0; 1024];
    ///     tokio::select! {
    ///         read = stream.read(&mut bytes) => drop(read?),
    ///         () = requests.drains() => stream.write_all(b"goodbye\n").await?,
    ///     }
    ///     Ok(stream.flush().await?)
    /// }
    /// ```
    pub fn drains(&self) -> impl Future<Output = ()> + Send + use<C> {
        let running = Arc::clone(&self.running);
        async move { running.drain.reached(Stage::Draining).await }
    }

    /// Whether the server has begun to end. Who asks one thing after another is best told with the reply, where the protocol has a word for
    /// that, or by closing the connection behind it: half a second later its next request may be on its way.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.running.drain.stage() >= Stage::Draining
    }

    /// Who is on the other end: `None` for a Unix socket.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer.address
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.peer.is_secure
    }

    /// What clients may ask of the server.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.running.limits
    }

    /// What the application is set to.
    #[must_use]
    pub fn settings(&self) -> &C::Settings {
        &self.settings
    }
}

impl<C: Protocol> fmt::Debug for Requests<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests").field("peer", &self.peer()).finish_non_exhaustive()
    }
}

impl<C: Protocol> Application<C> {
    /// Asks the application without a server: the reply to one request, whatever its protocol calls so.
    ///
    /// Dropping the future cancels the request: every layer that has started is dropped, innermost first.
    pub fn ask(&self, request: C::Request) -> impl Future<Output = C::Reply> + Send + use<C> {
        let (onion, settings) = self.clone().into_parts();
        let ctx = Box::new(C::accept(request, Arc::clone(&settings)));
        let (mut place, mut next) = (Place::new(&onion), Some(ctx));
        async move {
            let (mut ctx, outcome) = poll_fn(|task| place.poll_done(next.take(), task)).await;
            reply(&mut *ctx, outcome, &settings)
        }
    }
}

fn reply<C: Protocol>(ctx: &mut C, outcome: Result, settings: &C::Settings) -> C::Reply {
    match outcome {
        Ok(()) => ctx.respond(),
        Err(error) => failed(ctx, error, settings),
    }
}

#[cold]
fn failed<C: Protocol>(ctx: &mut C, error: Error, settings: &C::Settings) -> C::Reply {
    settings.emit(&error, ctx);
    ctx.on_error(error)
}

/// A request that is in the layers.
struct Seat<'r> {
    running: &'r Running,
    noted: &'r Noted,
}

impl<'r> Seat<'r> {
    fn take(running: &'r Running, noted: &'r Noted) -> Option<Self> {
        if !running.enter() {
            return None;
        }
        noted.does(Doing::Request);
        Some(Self { running, noted })
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.running.leave();
        self.noted.does(Doing::Reply);
    }
}
