//! Memory for contexts, which is used again.
//!
//! A context is large, and would be moved on its way from hyper to the layers, and its parts on the way back. So it stays in one place, to
//! which there is a pointer, and what hyper has read is written there. A thread keeps one such place, with nothing of a request in it.

use std::{
    cell::Cell,
    mem::{forget, replace},
    sync::Arc,
};

use http::HeaderMap;
use hyper::body::Incoming;

use super::Context;
use crate::{Body, Limits, Request, Response, Settings, server::peer::Peer};

/// Of headers, so much memory is kept: what is larger was an exception, and in what is smaller two names soon meet.
const KEPT: std::ops::RangeInclusive<usize> = 6..=48;

thread_local! {
    static SPARE: Cell<Option<Box<Context>>> = const { Cell::new(None) };
}

impl Context {
    /// A place for a context.
    #[inline]
    pub(crate) fn spare() -> Box<Self> {
        // where the thread ends, there is none
        SPARE.try_with(Cell::take).ok().flatten().unwrap_or_else(Self::empty)
    }

    #[cold]
    fn empty() -> Box<Self> {
        Box::new(Self { request: Request::new(http::Request::new(Body::empty())), response: Response::new() })
    }

    /// Makes this one, which is spent, the context of what hyper has read.
    #[inline]
    pub(crate) fn fill(
        &mut self,
        request: http::Request<Incoming>,
        peer: &Peer,
        limits: &Limits,
        settings: &Arc<Settings>,
    ) {
        let Self { request: place, response } = self;
        // the headers of the request before are spent, and their memory is the reply's
        place.fill(request, peer, limits, settings, response.headers_mut());
    }

    /// [`new`](Self::new), in such a place.
    pub(crate) fn boxed(request: Request, settings: Arc<Settings>) -> Box<Self> {
        let mut ctx = Self::spare();
        *ctx.response.headers_mut() = ctx.request.take_headers();
        ctx.request = request.with_settings(settings);
        ctx
    }

    /// Drops all that it holds but for the settings, once it is answered, and keeps its place.
    #[inline]
    pub(crate) fn spend(mut self: Box<Self>) {
        self.request.spend();
        self.response.spend();
        let _ = SPARE.try_with(|spare| spare.set(Some(self)));
    }

    /// Drops the settings too, which are kept for the next request.
    pub(crate) fn let_go() {
        let _ = SPARE.try_with(|spare| {
            if let Some(mut ctx) = spare.take() {
                ctx.request.let_go();
                spare.set(Some(ctx));
            }
        });
    }
}

/// Puts `value` where something is that is spent or empty. That holds nothing, and is not dropped: to find out that there is nothing to
/// drop costs sixty instructions for headers alone, and the value could not be moved at once.
#[inline]
pub(crate) fn put<T>(place: &mut T, value: T) {
    forget(replace(place, value));
}

/// Empties the map, of which the next reply gets the memory.
#[inline]
pub(crate) fn spend_headers(headers: &mut HeaderMap) {
    // the capacity is that of names; lines of one name have theirs apart
    if KEPT.contains(&headers.capacity()) && headers.len() <= *KEPT.end() {
        headers.clear();
    } else {
        *headers = HeaderMap::new();
    }
}
