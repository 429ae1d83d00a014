//! `trace`: a span of `tracing` around each request.

mod traceparent;

use http::StatusCode;
use tracing::{Instrument as _, Span, debug, error, field::Empty, info_span};

use self::traceparent::TraceParent;
use super::observe::{InFlight, Observation, Observer};
use crate::{Context, Error, Next, Result, middleware};

/// Opens a span `request` (level INFO) around the layers inside, for whatever subscribes to `tracing`. Feature `tracing`.
///
/// | field | what it is |
/// |---|---|
/// | `http.request.method`, `url.path` | as the client sent them; the query string, which may hold secrets, is not there |
/// | `http.route` | the pattern of the route that was taken, once it is over |
/// | `http.response.status_code` | the status that the client sees, of an error too; 499 if the client went away |
/// | `duration` | seconds until the reply was ready |
/// | `trace_id`, `parent_id`, `trace_flags` | what the header `traceparent` (W3C Trace Context) says, if it is valid |
///
/// In the span an error that no layer inside caught is an event, with `error` and its causes: level ERROR for a status of 500 and
/// more, DEBUG for others. A client that goes away is one at DEBUG.
///
/// The span is entered whenever the layers inside are polled and left when they wait, so what they log is in it, and what other
/// requests log is not. Where nobody subscribes it costs some 500 instructions a request, two readings of the clock among
/// them. It counts one and a half layers of [depth](crate::Application::new).
///
/// ```
/// use koa_runtime::{prelude::*, trace};
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     tracing::info!("in the span of the request");
///     "Hello World"
/// }
///
/// let app = Application::new(pipeline![trace, hello]);
/// ```
#[middleware(crate = crate)]
pub async fn trace(ctx: &mut Context, next: Next) -> Result {
    let span = open(ctx);
    let recorder = Recorder { span: &span };
    let mut request = InFlight::begin(ctx, &recorder);
    let outcome = next.run(request.ctx()).instrument(span.clone()).await;
    request.answered(&outcome);
    outcome
}

fn open(ctx: &Context) -> Span {
    let span = info_span!(
        "request",
        http.request.method = ctx.method().as_str(),
        url.path = ctx.path(),
        http.route = Empty,
        http.response.status_code = Empty,
        duration = Empty,
        trace_id = Empty,
        parent_id = Empty,
        trace_flags = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    if let Some(TraceParent { trace_id, parent_id, flags }) = TraceParent::of(ctx.headers()) {
        span.record("trace_id", trace_id);
        span.record("parent_id", parent_id);
        span.record("trace_flags", flags);
    }
    span
}

struct Recorder<'s> {
    span: &'s Span,
}

impl Observer for Recorder<'_> {
    fn finished(&self, seen: &Observation<'_>) {
        if self.span.is_disabled() {
            // what went wrong may be wanted where the span is not
            return tell(seen);
        }
        if let Some(route) = seen.route() {
            self.span.record("http.route", &*route.pattern());
        }
        self.span.record("http.response.status_code", seen.status().as_u16());
        self.span.record("duration", seen.duration().as_secs_f64());
        self.span.in_scope(|| tell(seen));
    }
}

/// The event of what went wrong.
fn tell(seen: &Observation<'_>) {
    match seen.error() {
        Some(failed) => tell_error(failed),
        None if seen.is_cancelled() => debug!("the client went away"),
        None if seen.is_panic() => error!("a layer panicked"),
        None => {}
    }
}

/// The event of an error that no layer inside has caught.
pub(super) fn tell_error(failed: &Error) {
    if failed.status() >= StatusCode::INTERNAL_SERVER_ERROR {
        error!(error = %failed, causes = causes(failed), "the request failed");
    } else {
        debug!(error = %failed, causes = causes(failed), "the request was refused");
    }
}

/// What is behind an error, the nearest first.
fn causes(error: &Error) -> String {
    let causes: Vec<_> = error.sources().map(ToString::to_string).collect();
    causes.join(": ")
}
