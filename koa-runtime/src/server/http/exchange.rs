//! The requests of a connection, from hyper to the layers and back.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
    time::Duration,
};

use http::{Extensions, StatusCode, header::CONNECTION};
use hyper::{body::Incoming, service::Service, upgrade::OnUpgrade};
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

#[cfg(feature = "http2")]
use super::connect;
use super::{
    at_once::{CLOSE, close, late, overloaded},
    head::{self, KnownHost},
    place, scope,
    seat::{Seat, Streams},
    upgrade::Server,
};
use crate::{
    Body, Context, Request, Response, Result, Settings,
    application::Runs,
    finish::{is_settled, reply, settle},
    server::{in_place::Place, peer::Peer, running::Running},
};

type Reply = Result<http::Response<Body>, Infallible>;

/// The requests of one connection, as hyper hands them over: HTTP/1 one at a time, HTTP/2 several at once.
///
/// hyper's types name this one and not the onion, so hyper is compiled once, with this crate, and not in each application.
pub(crate) struct Requests {
    onion: Arc<dyn Runs<Context>>,
    settings: Arc<Settings>,
    peer: Peer,
    running: Arc<Running>,
    /// None where one comes after another, which is HTTP/1.
    streams: Option<Arc<Streams>>,
    known_host: KnownHost,
}

impl Requests {
    pub(crate) fn new(
        onion: Arc<dyn Runs<Context>>,
        settings: Arc<Settings>,
        peer: Peer,
        running: Arc<Running>,
    ) -> Self {
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
        let rare = Rare { at_once: Some(reply), _seat: None, connects: false, alarm: None };
        Answering {
            place: None,
            next: None,
            answered: None,
            is_http1: self.streams.is_none(),
            rare: Some(Box::pin(rare)),
        }
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
        let mut connects = false;
        if let Err(refusal) = head::check(&mut ctx.request, &running.limits, &self.known_host) {
            #[cfg(feature = "http2")]
            let refused = connect::admit(refusal, &mut ctx.request, &running.limits, &self.known_host).err();
            #[cfg(not(feature = "http2"))]
            let refused = Some(refusal);
            if let Some(refusal) = refused {
                let reply = refusal.reply(ctx.request.version());
                return self.at_once(ctx, reply);
            }
            connects = true;
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
            extensions.insert(Server::new(running, self.streams.as_ref()));
        }
        Answering {
            place: Some(place::of(&self.onion)),
            next: Some(ctx),
            answered: None,
            is_http1: self.streams.is_none(),
            // where nobody watches the connection for that
            rare: seat.map(|seat| Box::pin(Rare::stream(seat, connects, running.limits.request))),
        }
    }
}

/// One request on its way. Dropping it cancels the request: every layer that has started is dropped, innermost first.
pub struct Answering {
    /// Where the layers have it.
    place: Option<Place<Context>>,
    /// As long as the layers do not have it.
    next: Option<Box<Context>>,
    /// What is answered. It is spent when this is dropped: as long as anything is to be done, the reply could not be made where hyper wants
    /// it.
    answered: Option<Box<Context>>,
    /// Whether it is polled together with its connection, which is to hear how it goes.
    is_http1: bool,
    rare: Option<Pin<Box<Rare>>>,
}

pin_project! {
    /// What a request on an HTTP/1 connection mostly does not have. One pointer to it is moved and dropped sooner than all of it.
    struct Rare {
        // answered in place of the layers
        at_once: Option<http::Response<Body>>,
        // where it is not the connection's
        _seat: Option<Seat>,
        // whether it is a CONNECT, to which not every reply may be made
        connects: bool,
        #[pin]
        alarm: Option<Sleep>,
    }
}

impl Rare {
    /// Of a request that is one of several on its connection.
    fn stream(seat: Seat, connects: bool, limit: Option<Duration>) -> Self {
        Self { at_once: None, _seat: Some(seat), connects, alarm: limit.map(sleep) }
    }
}

impl Answering {
    /// One request without a connection.
    pub(crate) fn alone(onion: &Arc<dyn Runs<Context>>, request: Request, settings: Arc<Settings>) -> Self {
        let ctx = Context::boxed(request, settings);
        Self { place: Some(Place::new(onion)), next: Some(ctx), answered: None, is_http1: false, rare: None }
    }

    /// Whether it has taken too long.
    fn is_late(&mut self, task: &mut Task<'_>) -> bool {
        match self.rare.as_mut().and_then(|rare| rare.as_mut().project().alarm.as_pin_mut()) {
            Some(alarm) => alarm.poll(task).is_ready(),
            None => self.is_http1 && scope::is_late(),
        }
    }

    #[cold]
    fn poll_at_once(&mut self) -> Poll<Reply> {
        let at_once = self.rare.as_mut().and_then(|rare| rare.as_mut().project().at_once.take());
        let Some(mut reply) = at_once else { return Poll::Pending };
        if self.is_http1 && scope::replied(true, false) {
            close(&mut reply);
        }
        Poll::Ready(Ok(reply))
    }

    /// Answers with what most replies are not, a 200 with a body in memory, or somebody else than an HTTP/1 connection.
    #[inline(never)]
    fn poll_otherwise(&mut self, mut ctx: Box<Context>, outcome: Result) -> Poll<Reply> {
        let phrase = settle(&mut ctx, outcome);
        if self.is_http1 {
            tell(&mut ctx.response);
            let ctx = self.answered.insert(ctx);
            return Poll::Ready(Ok(reply(&mut ctx.response, phrase)));
        }
        let reply = reply(&mut ctx.response, phrase);
        #[cfg(feature = "http2")]
        let reply = if self.rare.as_ref().is_some_and(|rare| rare.connects) {
            connect::answered(reply, ctx.response.switches())
        } else {
            reply
        };
        // who asks otherwise may keep what is done for long
        drop(Self { place: self.place.take(), next: None, answered: Some(ctx), is_http1: false, rare: None });
        Poll::Ready(Ok(reply))
    }

    #[cold]
    fn poll_late(&mut self, task: &mut Task<'_>) -> Poll<Reply> {
        if !self.is_late(task) {
            return Poll::Pending;
        }
        // the layers are dropped, and their place with them
        self.place = None;
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
            if let Some(place) = self.place.take() {
                place::keep(place);
            }
            if !self.is_http1 {
                // whose connection does it otherwise
                place::let_go();
            }
        }
    }
}

impl Future for Answering {
    type Output = Reply;

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Reply> {
        let next = self.next.take();
        let Some(place) = &mut self.place else { return self.poll_at_once() };
        let Poll::Ready((mut ctx, outcome)) = place.poll_done(next, task) else { return self.poll_late(task) };
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
