//! The requests of a connection, from hyper to the layers and back.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context as Task, Poll},
    time::Duration,
};

use http::{
    HeaderValue, Method, StatusCode,
    header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER},
};
use hyper::{body::Incoming, service::Service, upgrade::OnUpgrade};
use tokio::time::{Sleep, sleep};

use super::{
    head::{self, KnownHost},
    in_place::{self, BoxedExchange},
    upgrade::Server,
    wire,
};
use crate::{
    Body, Context, Request, Settings, application::Runs, context::spare::put, finish::respond, mime,
    server::running::Running,
};

type Reply = Result<http::Response<Body>, Infallible>;

/// The requests of one connection, as hyper hands them over: HTTP/1 one at a time, HTTP/2 several at once.
///
/// hyper's types name this one and not the onion, so hyper is compiled once, with this crate, and not in each application.
pub(crate) struct Requests {
    onion: Arc<dyn Runs>,
    settings: Arc<Settings>,
    peer: Peer,
    place: Arc<Place>,
    /// How long each may take, where nobody watches the connection for that.
    limit: Option<Duration>,
    known_host: KnownHost,
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Not of a Unix socket.
    pub(crate) address: Option<SocketAddr>,
    /// Whether it came over TLS.
    pub(crate) is_secure: bool,
}

/// What the requests of one connection share.
pub(crate) struct Place {
    running: Arc<Running>,
    /// How many requests are in the layers.
    requests: AtomicUsize,
    /// How many there have been, for who asks whether there was one.
    begun: AtomicUsize,
}

impl Place {
    /// A seat for one more, if there is any left.
    #[inline]
    fn begin(self: &Arc<Self>) -> Option<Seat> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.running.enter().then(|| {
            self.requests.fetch_add(1, Ordering::Relaxed);
            Seat(Arc::clone(self))
        })
    }

    /// How many requests are in the layers.
    #[cfg(feature = "http2")]
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many have begun.
    #[cfg(feature = "http2")]
    pub(super) fn begun(&self) -> usize {
        self.begun.load(Ordering::Relaxed)
    }
}

/// A request in the layers.
struct Seat(Arc<Place>);

impl Drop for Seat {
    #[inline]
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::Relaxed);
        self.0.running.leave();
    }
}

impl Requests {
    pub(crate) fn new(onion: Arc<dyn Runs>, settings: Arc<Settings>, peer: Peer, running: Arc<Running>) -> Self {
        let place = Place { running, requests: AtomicUsize::default(), begun: AtomicUsize::default() };
        Self { onion, settings, peer, place: Arc::new(place), limit: None, known_host: KnownHost::default() }
    }

    /// Of a connection with several requests at once, each needs a timer of its own.
    #[cfg(feature = "http2")]
    pub(super) fn with_timers(mut self) -> Self {
        self.limit = self.place.running.limits.request;
        self
    }

    #[cfg(feature = "http2")]
    pub(super) fn place(&self) -> Arc<Place> {
        Arc::clone(&self.place)
    }
}

impl Service<http::Request<Incoming>> for Requests {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: http::Request<Incoming>) -> Answering {
        wire::began();
        if let Err(refusal) = head::check(&request, &self.place.running.limits, &self.known_host) {
            // the body is dropped unread; hyper closes if more of it is to come
            return Answering::at_once(refusal.reply(request.version()));
        }
        let Some(seat) = self.place.begin() else { return Answering::at_once(overloaded()) };
        let upgrades = request.method() == Method::CONNECT;
        let running = &self.place.running;
        let mut ctx = Context::spare();
        ctx.fill(request, &self.peer, &running.limits, &self.settings);
        let extensions = ctx.request.extensions_mut();
        if !extensions.is_empty() && extensions.get::<OnUpgrade>().is_some() {
            extensions.insert(Server(Arc::clone(running)));
        }
        Answering {
            exchange: Some(in_place::begin(&self.onion, ctx)),
            answered: None,
            seat: Some(seat),
            upgrades,
            alarm: self.limit.map(|limit| Box::pin(sleep(limit))),
            at_once: None,
        }
    }
}

/// There are as many requests as there may be.
fn overloaded() -> http::Response<Body> {
    let mut reply = http::Response::new(Body::from("the server is overloaded"));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    reply.headers_mut().insert(CONTENT_TYPE, mime::TEXT);
    reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    reply
}

/// The layers have taken too long. What they may still be reading, nobody is going to.
fn late(is_http1: bool) -> http::Response<Body> {
    let mut reply = http::Response::new(Body::from("the server took too long"));
    *reply.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    reply.headers_mut().insert(CONTENT_TYPE, mime::TEXT);
    if is_http1 {
        close(&mut reply);
    }
    reply
}

/// Tells an HTTP/1 client, and hyper, that nothing more is answered on this connection.
fn close(reply: &mut http::Response<Body>) {
    reply.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
}

/// One request on its way. Dropping it cancels the request: every layer that has started is dropped, innermost first.
pub struct Answering {
    exchange: Option<BoxedExchange>,
    /// The context, once it is answered. It is spent when this is dropped: as long as anything is to be done, the reply could not be made
    /// where hyper wants it.
    answered: Option<Box<Context>>,
    /// None where there is no connection.
    seat: Option<Seat>,
    /// Whether it is CONNECT, which a 2xx makes another protocol of.
    upgrades: bool,
    alarm: Option<Pin<Box<Sleep>>>,
    /// What is answered in place of the layers.
    at_once: Option<Box<http::Response<Body>>>,
}

impl Answering {
    /// One request without a connection.
    pub(crate) fn alone(onion: &Arc<dyn Runs>, request: Request, settings: Arc<Settings>) -> Self {
        let exchange = in_place::begin(onion, Context::boxed(request, settings));
        let mut answering = Self::of_nothing();
        answering.exchange = Some(exchange);
        answering
    }

    fn at_once(reply: http::Response<Body>) -> Self {
        let mut answering = Self::of_nothing();
        answering.at_once = Some(Box::new(reply));
        answering
    }

    fn of_nothing() -> Self {
        Self { exchange: None, answered: None, seat: None, upgrades: false, alarm: None, at_once: None }
    }

    /// Whether it has taken too long.
    fn is_late(&mut self, task: &mut Task<'_>) -> bool {
        match &mut self.alarm {
            Some(alarm) => alarm.as_mut().poll(task).is_ready(),
            None => self.seat.is_some() && wire::is_late(),
        }
    }

    #[cold]
    fn poll_at_once(&mut self) -> Poll<Reply> {
        let Some(mut reply) = self.at_once.take() else { return Poll::Pending };
        if wire::replied(true, false) {
            close(&mut reply);
        }
        Poll::Ready(Ok(*reply))
    }

    #[cold]
    fn poll_late(&mut self, task: &mut Task<'_>) -> Poll<Reply> {
        if !self.is_late(task) {
            return Poll::Pending;
        }
        // the layers are dropped, and their place with them
        self.exchange = None;
        wire::replied(true, false);
        Poll::Ready(Ok(late(self.alarm.is_none())))
    }
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answering")
    }
}

impl Drop for Answering {
    #[inline]
    fn drop(&mut self) {
        if let Some(ctx) = self.answered.take() {
            ctx.spend();
        }
    }
}

impl Future for Answering {
    type Output = Reply;

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Reply> {
        let Some(exchange) = &mut self.exchange else { return self.poll_at_once() };
        let Poll::Ready((mut ctx, outcome)) = exchange.as_mut().poll_done(task) else { return self.poll_late(task) };
        if let Some(exchange) = self.exchange.take() {
            in_place::keep(exchange);
        }
        let mut reply = respond(&mut ctx, outcome);
        put(&mut self.answered, Some(ctx));
        // one that a layer asks of an application is none of the connection's
        if self.seat.is_some() {
            let status = reply.status();
            let upgrades = status == StatusCode::SWITCHING_PROTOCOLS || self.upgrades && status.is_success();
            if wire::replied(reply.body().as_bytes().is_some(), upgrades) {
                close(&mut reply);
            }
        }
        Poll::Ready(Ok(reply))
    }
}
