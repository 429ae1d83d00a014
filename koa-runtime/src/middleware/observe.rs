//! `observe(observer)`: what became of each request, told once.

mod in_flight;

use std::{fmt, time::Duration};

use http::{Method, StatusCode};

pub(crate) use in_flight::InFlight;

use crate::{Context, Error, Next, Result, TakenRoute, finish::foreseen, middleware};

/// What is told of requests, by [`observe`](crate::observe()): the hook for any system of metrics.
/// [`Metrics`](crate::Metrics) is one, and every `Fn(&Observation<'_>)`.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
///
/// use koa_runtime::{Observation, Observer, prelude::*};
///
/// /// For a statsd, say.
/// #[derive(Default)]
/// struct Gauge(AtomicI64);
///
/// impl Observer for Gauge {
///     fn started(&self, _: &Context) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
///     fn finished(&self, _: &Observation<'_>) {
///         self.0.fetch_sub(1, Ordering::Relaxed);
///     }
/// }
///
/// let app = Application::new(pipeline![koa_runtime::observe(Gauge::default())]);
/// ```
pub trait Observer: Send + Sync {
    /// A request has reached the layer. It is in flight until it is [`finished`](Self::finished).
    fn started(&self, ctx: &Context) {
        let _ = ctx;
    }

    /// A request is over, in whatever way: answered, failed, or given up. Called once for each that was
    /// [`started`](Self::started), on its task, which waits meanwhile.
    fn finished(&self, seen: &Observation<'_>);
}

impl<F: Fn(&Observation<'_>) + Send + Sync> Observer for F {
    fn finished(&self, seen: &Observation<'_>) {
        self(seen);
    }
}

/// What became of a request. It is told when the layers are done, before the reply is sent.
#[derive(Clone, Copy)]
pub struct Observation<'r> {
    ctx: &'r Context,
    method: &'r Method,
    duration: Duration,
    ending: Ending<'r>,
}

/// How a request ended.
#[derive(Clone, Copy)]
enum Ending<'r> {
    /// In what the layers left, be it an error.
    Answered(&'r Result),
    /// In a panic.
    Panicked,
    /// Before it was answered: the client has gone, or a layer further out has lost patience.
    GivenUp,
}

impl<'r> Observation<'r> {
    /// The request and its response, as the layers inside left them.
    #[must_use]
    pub fn ctx(&self) -> &'r Context {
        self.ctx
    }

    /// The method, as the client sent it.
    #[must_use]
    pub fn method(&self) -> &'r Method {
        self.method
    }

    /// The route that was taken; `None` where none was found. Its [pattern](TakenRoute::pattern) is fit for a label, as the
    /// path is not: anybody can ask for any number of paths.
    #[must_use]
    pub fn route(&self) -> Option<TakenRoute<'r>> {
        self.ctx.route()
    }

    /// The status that the client sees, of an error or a panic too; 499, as nginx has it, for a request that was
    /// [given up](Self::is_cancelled). A layer further out, or
    /// [`render_errors`](crate::Application::render_errors), may still choose another.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self.ending {
            Ending::Answered(outcome) => foreseen::status(self.ctx, outcome),
            Ending::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Ending::GivenUp => StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST),
        }
    }

    /// How many bytes of a body the client is sent. `None` if nobody knows yet: for a stream without `Content-Length`, for an
    /// error that is rendered, and for what has no reply.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        match self.ending {
            Ending::Answered(outcome) => foreseen::length(self.ctx, outcome),
            Ending::Panicked | Ending::GivenUp => None,
        }
    }

    /// From when the request reached the layer to when the layers inside were done; sending the body is not in it.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// The error that the layers inside did not catch.
    #[must_use]
    pub fn error(&self) -> Option<&'r Error> {
        match self.ending {
            Ending::Answered(outcome) => outcome.as_ref().err(),
            Ending::Panicked | Ending::GivenUp => None,
        }
    }

    /// Whether nobody waited for the reply: the client has gone, or a layer further out, a timeout say, has dropped the
    /// layers inside.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self.ending, Ending::GivenUp)
    }

    /// Whether a layer inside panicked, which is a 500 without an [`error`](Self::error) yet.
    #[must_use]
    pub fn is_panic(&self) -> bool {
        matches!(self.ending, Ending::Panicked)
    }
}

impl fmt::Debug for Observation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation")
            .field("method", &self.method)
            .field("route", &self.route())
            .field("status", &self.status())
            .field("duration", &self.duration)
            .finish_non_exhaustive()
    }
}

/// Tells `observer` of every request: when it comes, and what has become of it.
///
/// Put it outermost, so that it sees what the client sees. Requests that are answered, fail, panic, or whose client goes away
/// are each told once. An observer that panics costs no reply; the error event is told.
///
/// The observer's type is known here, so it is called directly. That costs some 350 instructions a request, two readings of
/// the clock among them, and what the observer does.
///
/// ```
/// use koa_runtime::{Observation, observe, prelude::*};
///
/// let app = Application::new(pipeline![observe(|seen: &Observation<'_>| {
///     let route = seen.route().map_or_else(|| "none".into(), |route| route.pattern());
///     println!("{} {route} {} {:?}", seen.method(), seen.status().as_u16(), seen.duration());
/// })]);
/// ```
#[middleware(crate = crate)]
pub async fn observe<O: Observer + 'static>(#[config] observer: &O, ctx: &mut Context, next: Next) -> Result {
    let mut request = InFlight::begin(ctx, observer);
    let outcome = next.run(request.ctx()).await;
    request.answered(&outcome);
    outcome
}
