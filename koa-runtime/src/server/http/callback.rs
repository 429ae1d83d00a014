//! An application as a service, for hyper and tower.

use std::{
    convert::Infallible,
    fmt,
    task::{Context as Task, Poll},
};

use crate::Body;

/// An application as a service: Koa's `app.callback()`. It is a `hyper::service::Service` and a `tower::Service`, takes
/// requests whose body is a [`Body`] or hyper's `Incoming`, and never fails.
#[derive(Clone)]
pub struct Callback<F> {
    answer: F,
}

impl<F> Callback<F> {
    pub(crate) fn new(answer: F) -> Self {
        Self { answer }
    }
}

impl<F> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

impl<F, B, A> hyper::service::Service<http::Request<B>> for Callback<F>
where
    F: Fn(http::Request<Body>) -> A,
    A: Future<Output = Result<http::Response<Body>, Infallible>>,
    B: Into<Body>,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = A;

    fn call(&self, request: http::Request<B>) -> A {
        (self.answer)(request.map(Into::into))
    }
}

impl<F, B, A> tower_service::Service<http::Request<B>> for Callback<F>
where
    F: Fn(http::Request<Body>) -> A,
    A: Future<Output = Result<http::Response<Body>, Infallible>>,
    B: Into<Body>,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = A;

    fn poll_ready(&mut self, _task: &mut Task<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> A {
        (self.answer)(request.map(Into::into))
    }
}
