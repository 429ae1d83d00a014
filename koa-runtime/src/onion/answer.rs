//! The future of an endpoint that is asked for its value alone.

use std::{
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use pin_project_lite::pin_project;

use crate::{Context, Error, Result};

pin_project! {
    /// Waits for what the user's fn returns, and makes the response of it. (It is made where it is written: a fn that makes one would be
    /// compiled for each endpoint.)
    #[project = Projected]
    #[allow(missing_docs, missing_debug_implementations)]
    pub enum Answer<F, L, R> {
        // the user's fn is running
        Waits {
            #[pin]
            future: F,
            ctx: L,
            respond: R,
        },
        // what it was to be called with could not be read
        Failed {
            error: Option<Error>,
        },
    }
}

/// A context, whatever holds it.
pub trait Lent {
    /// The context.
    fn context(&mut self) -> &mut Context;
}

impl Lent for &mut Context {
    fn context(&mut self) -> &mut Context {
        self
    }
}

/// The context, as a type that says that it can be sent between threads. What is in a context takes rustc long to look through, and so
/// it does not look at each endpoint.
pub fn lend(ctx: &mut Context) -> impl Lent + Send {
    ctx
}

impl<F: Future, L: Lent, R: Fn(F::Output, &mut Context) -> Result> Future for Answer<F, L, R> {
    type Output = Result;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Result> {
        match self.project() {
            Projected::Waits { future, ctx, respond } => Poll::Ready(respond(ready!(future.poll(task)), ctx.context())),
            Projected::Failed { error } => Poll::Ready(error.take().map_or(Ok(()), Err)),
        }
    }
}
