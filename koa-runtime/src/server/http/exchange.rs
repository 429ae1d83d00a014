//! One request after another through an onion whose type the connection does not know.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
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
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

use super::{
    head::{self, KnownHost},
    upgrade::Server,
    wire,
};
use crate::{Body, Request, Settings, application::Runs, mime, server::running::Running};

type Reply = Result<http::Response<Body>, Infallible>;

/// The place where an onion answers one request at a time. Its memory is used again for the next request, so a request on a
/// connection of its own allocates nothing here.
///
/// `Send` is asked for where it is boxed, and nowhere else: rustc proves it by walking through every future in the onion.
pub(crate) trait Exchange {
    /// Takes a request in, in place of one that is answered or given up.
    fn begin(self: Pin<&mut Self>, request: Request);
    /// Goes on with it. What it has held is dropped with the reply.
    fn poll_reply(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Reply>;
}

pin_project! {
    /// The [`Exchange`] of the onion that `answer` runs.
    pub(crate) struct InPlace<M, F> {
        answer: M,
        #[pin]
        answering: Option<F>,
    }
}

impl<M, F> InPlace<M, F> {
    pub(crate) fn new(answer: M) -> Self {
        Self { answer, answering: None }
    }
}

impl<M, F> Exchange for InPlace<M, F>
where
    M: Fn(Request) -> F,
    F: Future<Output = Reply>,
{
    fn begin(self: Pin<&mut Self>, request: Request) {
        let mut this = self.project();
        this.answering.set(Some((this.answer)(request)));
    }

    fn poll_reply(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Reply> {
        // a future that is done holds nothing any more: it can stay until the next request
        match self.project().answering.as_pin_mut() {
            Some(answering) => answering.poll(task),
            None => Poll::Pending,
        }
    }
}

pub(crate) type BoxedExchange = Pin<Box<dyn Exchange + Send>>;

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
    /// An exchange between two requests. One is kept, which is all that HTTP/1 ever needs.
    ///
    /// Nobody waits for the lock: it is held for a move, and on HTTP/1 both ends are in one task.
    idle: Mutex<Option<BoxedExchange>>,
    /// How many requests are in the layers.
    requests: AtomicUsize,
    /// How many there have been, for who asks whether there was one.
    begun: AtomicUsize,
}

impl Place {
    fn take(&self) -> Option<BoxedExchange> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, exchange: BoxedExchange) {
        let replaced = self.idle.lock().unwrap_or_else(PoisonError::into_inner).replace(exchange);
        // another request of HTTP/2 was done first; what it drops may be the user's, and is not dropped under the lock
        drop(replaced);
    }

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
        let place =
            Place { running, idle: Mutex::default(), requests: AtomicUsize::default(), begun: AtomicUsize::default() };
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

    fn call(&self, mut request: http::Request<Incoming>) -> Answering {
        wire::began();
        if let Err(refusal) = head::check(&request, &self.place.running.limits, &self.known_host) {
            // the body is dropped unread; hyper closes if more of it is to come
            return Answering::at_once(refusal.reply(request.version()));
        }
        let Some(seat) = self.place.begin() else { return Answering::at_once(overloaded()) };
        let idle = self.place.take();
        let mut exchange = idle.unwrap_or_else(|| Arc::clone(&self.onion).exchange(Arc::clone(&self.settings)));
        let extensions = request.extensions_mut();
        if !extensions.is_empty() && extensions.get::<OnUpgrade>().is_some() {
            extensions.insert(Server(Arc::clone(&self.place.running)));
        }
        let upgrades = request.method() == Method::CONNECT;
        exchange.as_mut().begin(Request::of_connection(request, self.peer, &self.place.running.limits));
        Answering {
            exchange: Some(exchange),
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
    /// With the place where the exchange goes for the next request; none where there is no connection.
    seat: Option<Seat>,
    /// Whether it is CONNECT, which a 2xx makes another protocol of.
    upgrades: bool,
    alarm: Option<Pin<Box<Sleep>>>,
    /// What is answered in place of the layers.
    at_once: Option<Box<http::Response<Body>>>,
}

impl Answering {
    /// One request without a connection.
    pub(crate) fn alone(mut exchange: BoxedExchange, request: Request) -> Self {
        exchange.as_mut().begin(request);
        Self { exchange: Some(exchange), ..Self::of_nothing() }
    }

    fn at_once(reply: http::Response<Body>) -> Self {
        Self { at_once: Some(Box::new(reply)), ..Self::of_nothing() }
    }

    fn of_nothing() -> Self {
        Self { exchange: None, seat: None, upgrades: false, alarm: None, at_once: None }
    }

    /// Whether it has taken too long.
    fn is_late(&mut self, task: &mut Task<'_>) -> bool {
        match &mut self.alarm {
            Some(alarm) => alarm.as_mut().poll(task).is_ready(),
            None => self.seat.is_some() && wire::is_late(),
        }
    }
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answering")
    }
}

impl Future for Answering {
    type Output = Reply;

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Reply> {
        let this = &mut *self;
        let Some(exchange) = &mut this.exchange else {
            let Some(reply) = this.at_once.take() else { return Poll::Pending };
            let mut reply = *reply;
            if wire::replied(true, false) {
                close(&mut reply);
            }
            return Poll::Ready(Ok(reply));
        };
        let mut polled = exchange.as_mut().poll_reply(task);
        if let Poll::Ready(Ok(reply)) = &mut polled {
            let status = reply.status();
            let upgrades = status == StatusCode::SWITCHING_PROTOCOLS || this.upgrades && status.is_success();
            if wire::replied(reply.body().as_bytes().is_some(), upgrades) {
                close(reply);
            }
            if let (Some(exchange), Some(seat)) = (this.exchange.take(), &this.seat) {
                seat.0.put(exchange);
            }
        } else if this.is_late(task) {
            // the layers are dropped, and their place with them
            this.exchange = None;
            wire::replied(true, false);
            return Poll::Ready(Ok(late(this.alarm.is_none())));
        }
        polled
    }
}
