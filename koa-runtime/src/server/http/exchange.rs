//! The requests of a connection, from hyper to the layers and back.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
};

use http::{Extensions, StatusCode, header::CONNECTION};
use hyper::{body::Incoming, service::Service, upgrade::OnUpgrade};
use tokio::time::{Sleep, sleep};

use super::{
    at_once::{CLOSE, close, late, overloaded},
    head::{self, KnownHost},
    in_place::{self, BoxedExchange},
    scope,
    seat::{Seat, Streams},
    upgrade::Server,
};
use crate::{
    Body, Context, Request, Response, Result, Settings,
    application::Runs,
    finish::{is_settled, reply, settle},
    server::{peer::Peer, running::Running},
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
    /// None where one comes after another, which is HTTP/1.
    streams: Option<Arc<Streams>>,
    known_host: KnownHost,
}

impl Requests {
    pub(crate) fn new(onion: Arc<dyn Runs>, settings: Arc<Settings>, peer: Peer, running: Arc<Running>) -> Self {
        Self { onion, settings, peer, running, streams: None, known_host: KnownHost::default() }
    }

    /// For several at once: each needs a timer and a seat of its own.
    #[cfg(feature = "http2")]
    pub(super) fn concurrent(mut self) -> (Self, Arc<Streams>) {
        let streams = Arc::new(Streams::new(Arc::clone(&self.running)));
        self.streams = Some(Arc::clone(&streams));
        (self, streams)
    }

    /// In place of the layers. The body is dropped unread; hyper closes if more of it is to come.
    #[cold]
    fn at_once(&self, ctx: Box<Context>, reply: http::Response<Body>) -> Answering {
        // not spent: it has not been answered, and the memory for that is still there
        drop(ctx);
        let is_http1 = self.streams.is_none();
        Answering { exchange: None, answered: None, at_once: Some(Box::new(reply)), is_http1, _seat: None, alarm: None }
    }
}

impl Service<http::Request<Incoming>> for Requests {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: http::Request<Incoming>) -> Answering {
        let running = &self.running;
        match &self.streams {
            None => scope::began(),
            Some(streams) => streams.begin(),
        }
        // whatever there is to look at is looked at there: until it is, the request would have to be kept elsewhere
        let mut ctx = Context::spare();
        ctx.fill(request, &self.peer, &running.limits, &self.settings);
        if let Err(refusal) = head::check(&mut ctx.request, &running.limits, &self.known_host) {
            let reply = refusal.reply(ctx.request.version());
            return self.at_once(ctx, reply);
        }
        let seat = match &self.streams {
            None if scope::seated_again() => None,
            _ if !running.enter() => return self.at_once(ctx, overloaded()),
            None => {
                scope::seated();
                None
            }
            Some(streams) => Some(Seat::new(streams)),
        };
        let extensions = ctx.request.extensions_mut();
        if !extensions.is_empty() && extensions.get::<OnUpgrade>().is_some() {
            extensions.insert(Server(Arc::clone(running)));
        }
        Answering {
            exchange: Some(in_place::begin(&self.onion, ctx)),
            answered: None,
            at_once: None,
            is_http1: self.streams.is_none(),
            _seat: seat,
            // where nobody watches the connection for that
            alarm: self.streams.as_ref().and(running.limits.request).map(|limit| Box::pin(sleep(limit))),
        }
    }
}

/// One request on its way. Dropping it cancels the request: every layer that has started is dropped, innermost first.
pub struct Answering {
    /// Where the layers have it.
    exchange: Option<BoxedExchange>,
    /// What is answered. It is spent when this is dropped: as long as anything is to be done, the reply could not be made where hyper wants
    /// it.
    answered: Option<Box<Context>>,
    /// This is answered in place of the layers.
    at_once: Option<Box<http::Response<Body>>>,
    /// Whether it is polled together with its connection, which is to hear how it goes.
    is_http1: bool,
    /// Its seat, where that is not the connection's.
    _seat: Option<Seat>,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Answering {
    /// One request without a connection.
    pub(crate) fn alone(onion: &Arc<dyn Runs>, request: Request, settings: Arc<Settings>) -> Self {
        let exchange = in_place::begin(onion, Context::boxed(request, settings));
        Self { exchange: Some(exchange), answered: None, at_once: None, is_http1: false, _seat: None, alarm: None }
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
        if self.is_http1 && scope::replied(true, false) {
            close(&mut reply);
        }
        Poll::Ready(Ok(*reply))
    }

    /// Answers what most are not: neither a 200 with a body in memory, or not to HTTP/1.
    #[inline(never)]
    fn poll_otherwise(&mut self, mut ctx: Box<Context>, outcome: Result) -> Poll<Reply> {
        let phrase = settle(&mut ctx, outcome);
        if self.is_http1 {
            tell(&mut ctx.response);
            let ctx = self.answered.insert(ctx);
            return Poll::Ready(Ok(reply(&mut ctx.response, phrase)));
        }
        let reply = reply(&mut ctx.response, phrase);
        // who asks otherwise may keep what is done for long
        ctx.spend();
        Poll::Ready(Ok(reply))
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
        if !self.is_http1 || outcome.is_err() || !is_settled(&ctx) {
            return self.poll_otherwise(ctx, outcome);
        }
        if scope::replied(true, false) {
            last(&mut ctx.response);
        }
        let ctx = self.answered.insert(ctx);
        // it comes last, and nobody looks at it here: so it is made where hyper wants it
        Poll::Ready(Ok(reply(&mut ctx.response, Extensions::new())))
    }
}

/// Tells the connection of the reply, and the client, if it is the last.
fn tell(response: &mut Response) {
    let upgrades = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let is_whole = response.is_whole();
    if !is_whole {
        response.tell_end();
    }
    if scope::replied(is_whole, upgrades) {
        last(response);
    }
}

/// Says that nothing more is answered on the connection.
#[cold]
fn last(response: &mut Response) {
    response.headers_mut().insert(CONNECTION, CLOSE);
}
