//! The requests of a connection, from hyper to the layers and back.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
    time::Duration,
};

use http::StatusCode;
use hyper::{body::Incoming, service::Service, upgrade::OnUpgrade};
use tokio::time::{Sleep, sleep};

use super::{
    at_once::{close, late, overloaded},
    head::{self, KnownHost},
    in_place::{self, BoxedExchange},
    scope,
    seat::{Place, Seat},
    upgrade::Server,
};
use crate::{
    Body, Context, Request, Settings, application::Runs, context::spare::put, finish::respond, server::running::Running,
};

type Reply = Result<http::Response<Body>, Infallible>;

/// The requests of one connection, as hyper hands them over: HTTP/1 one at a time, HTTP/2 several at once.
///
/// hyper's types name this one and not the onion, so hyper is compiled once, with this crate, and not in each application.
pub(crate) struct Requests {
    onion: Arc<dyn Runs>,
    settings: Arc<Settings>,
    peer: Peer,
    running: Arc<Running>,
    /// None where one comes after another.
    place: Option<Arc<Place>>,
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

impl Requests {
    pub(crate) fn new(onion: Arc<dyn Runs>, settings: Arc<Settings>, peer: Peer, running: Arc<Running>) -> Self {
        Self { onion, settings, peer, running, place: None, limit: None, known_host: KnownHost::default() }
    }

    /// For several at once: each needs a timer and a seat of its own.
    #[cfg(feature = "http2")]
    pub(super) fn at_once(mut self) -> (Self, Arc<Place>) {
        let place = Arc::new(Place::new(Arc::clone(&self.running)));
        self.place = Some(Arc::clone(&place));
        self.limit = self.running.limits.request;
        (self, place)
    }
}

impl Service<http::Request<Incoming>> for Requests {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: http::Request<Incoming>) -> Answering {
        let running = &self.running;
        let is_http1 = self.place.is_none();
        if is_http1 {
            scope::began();
        }
        if let Err(refusal) = head::check(&request, &running.limits, &self.known_host) {
            // the body is dropped unread; hyper closes if more of it is to come
            return Answering::at_once(refusal.reply(request.version()), is_http1);
        }
        if !running.enter() {
            return Answering::at_once(overloaded(), is_http1);
        }
        let seat = self.place.as_ref().map(Seat::new);
        if is_http1 {
            scope::seated();
        }
        let mut ctx = Context::spare();
        ctx.fill(request, &self.peer, &running.limits, &self.settings);
        let extensions = ctx.request.extensions_mut();
        if !extensions.is_empty() && extensions.get::<OnUpgrade>().is_some() {
            extensions.insert(Server(Arc::clone(running)));
        }
        Answering {
            exchange: Some(in_place::begin(&self.onion, ctx)),
            answered: None,
            is_http1,
            _seat: seat,
            alarm: self.limit.map(|limit| Box::pin(sleep(limit))),
            at_once: None,
        }
    }
}

/// One request on its way. Dropping it cancels the request: every layer that has started is dropped, innermost first.
pub struct Answering {
    exchange: Option<BoxedExchange>,
    /// The context, once it is answered. It is spent when this is dropped: as long as anything is to be done, the reply could not be made
    /// where hyper wants it.
    answered: Option<Box<Context>>,
    /// Whether it is polled together with its connection, which is to hear how it goes.
    is_http1: bool,
    /// Its seat, where that is not the connection's.
    _seat: Option<Seat>,
    alarm: Option<Pin<Box<Sleep>>>,
    /// What is answered in place of the layers.
    at_once: Option<Box<http::Response<Body>>>,
}

impl Answering {
    /// One request without a connection.
    pub(crate) fn alone(onion: &Arc<dyn Runs>, request: Request, settings: Arc<Settings>) -> Self {
        let exchange = in_place::begin(onion, Context::boxed(request, settings));
        Self { exchange: Some(exchange), answered: None, is_http1: false, _seat: None, alarm: None, at_once: None }
    }

    fn at_once(reply: http::Response<Body>, is_http1: bool) -> Self {
        let at_once = Some(Box::new(reply));
        Self { exchange: None, answered: None, is_http1, _seat: None, alarm: None, at_once }
    }

    /// Whether it has taken too long.
    fn is_late(&mut self, task: &mut Task<'_>) -> bool {
        match &mut self.alarm {
            Some(alarm) => alarm.as_mut().poll(task).is_ready(),
            None => self.is_http1 && scope::is_late(),
        }
    }

    #[cold]
    fn poll_at_once(&mut self) -> Poll<Reply> {
        let Some(mut reply) = self.at_once.take() else { return Poll::Pending };
        self.tell(&mut reply);
        Poll::Ready(Ok(*reply))
    }

    /// Tells the connection of its reply, and the client, if it is the last.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "of its two callers one is every request's")]
    fn tell(&self, reply: &mut http::Response<Body>) {
        // one that a layer asks of an application is none of the connection's
        if !self.is_http1 {
            return;
        }
        let upgrades = reply.status() == StatusCode::SWITCHING_PROTOCOLS;
        if scope::replied(reply.body().as_bytes().is_some(), upgrades) {
            close(reply);
        }
    }

    #[cold]
    fn poll_late(&mut self, task: &mut Task<'_>) -> Poll<Reply> {
        if !self.is_late(task) {
            return Poll::Pending;
        }
        // the layers are dropped, and their place with them
        self.exchange = None;
        let mut reply = late();
        if self.is_http1 {
            scope::replied(true, false);
            close(&mut reply);
        }
        Poll::Ready(Ok(reply))
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
        self.tell(&mut reply);
        Poll::Ready(Ok(reply))
    }
}
