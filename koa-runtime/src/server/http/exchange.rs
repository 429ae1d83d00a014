//! One request after another through an onion whose type the connection does not know.

use std::{
    convert::Infallible,
    fmt,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context as Task, Poll},
};

use hyper::{body::Incoming, service::Service};
use pin_project_lite::pin_project;

use super::head::{self, HeadLimits};
use crate::{Body, Request, Settings, application::Runs};

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
    peer: SocketAddr,
    place: Arc<Place>,
    asked: Arc<AtomicBool>,
}

/// Where the exchange waits between two requests. One is kept, which is all that HTTP/1 ever needs.
///
/// Nobody waits for the lock: it is held for a move, and on HTTP/1 both ends are in one task.
#[derive(Default)]
struct Place {
    idle: Mutex<Option<BoxedExchange>>,
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
}

impl Requests {
    pub(crate) fn new(onion: Arc<dyn Runs>, settings: Arc<Settings>, peer: SocketAddr) -> Self {
        Self { onion, settings, peer, place: Arc::default(), asked: Arc::default() }
    }

    /// Says from then on whether there has been a request.
    pub(crate) fn asked(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asked)
    }
}

impl Service<http::Request<Incoming>> for Requests {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: http::Request<Incoming>) -> Answering {
        if let Err(refusal) = head::check(&request, HeadLimits::DEFAULT) {
            return Answering::alone(refusal.exchange(request.version()), Request::new(request));
        }
        let idle = self.place.take();
        let mut exchange = idle.unwrap_or_else(|| {
            self.asked.store(true, Ordering::Relaxed);
            Arc::clone(&self.onion).exchange(Arc::clone(&self.settings))
        });
        exchange.as_mut().begin(Request::new(request).with_peer(self.peer));
        Answering { exchange: Some(exchange), place: Some(Arc::clone(&self.place)) }
    }
}

/// One request on its way. Dropping it cancels the request: every layer that has started is dropped, innermost first.
pub struct Answering {
    exchange: Option<BoxedExchange>,
    /// Where the exchange goes for the next request, if there may be one.
    place: Option<Arc<Place>>,
}

impl Answering {
    /// One request without a connection.
    pub(crate) fn alone(mut exchange: BoxedExchange, request: Request) -> Self {
        exchange.as_mut().begin(request);
        Self { exchange: Some(exchange), place: None }
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
        let reply = match &mut self.exchange {
            Some(exchange) => exchange.as_mut().poll_reply(task),
            None => Poll::Pending,
        };
        if reply.is_ready()
            && let Some(exchange) = self.exchange.take()
        {
            match &self.place {
                Some(place) => place.put(exchange),
                None => drop(exchange),
            }
        }
        reply
    }
}
