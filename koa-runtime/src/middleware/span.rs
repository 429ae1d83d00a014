//! `span`: a span of `tracing` around each request, whatever its protocol.

use std::time::Instant;

use tracing::{
    Instrument as _, Span,
    field::{Empty, display},
    info_span,
};

use super::{
    said::{Answered, Asked},
    trace::tell_error,
};
use crate::{Next, Protocol, Result, middleware};

/// Opens a span `request` (level INFO) around the layers inside, under every protocol. Feature `tracing`. For HTTP there is
/// [`trace`](crate::trace()), whose fields have the names that OpenTelemetry gives them, and which leaves the query string out.
///
/// | field | what it is |
/// |---|---|
/// | `protocol` | `http`, or what else the protocol is called |
/// | `asked` | what is asked: `GET /users/7?a=b` |
/// | `answered` | how it was answered: `200`, `ok` |
/// | `duration` | seconds until the reply was ready |
///
/// In the span an error that no layer inside caught is an event, with `error` and its causes: level ERROR for a status of 500 and
/// more, DEBUG for others. The span is entered whenever the layers inside are polled. It counts one and a half layers of
/// [depth](crate::Application::new).
///
/// ```
/// use koa_runtime::{prelude::*, span};
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     tracing::info!("in the span of the request");
///     "Hello World"
/// }
///
/// let app = Application::new(pipeline![span, hello]);
/// ```
#[middleware(crate = crate)]
pub async fn span<C: Protocol>(ctx: &mut C, next: Next) -> Result {
    let span = open(ctx);
    let since = Instant::now();
    let outcome = next.run(ctx).instrument(span.clone()).await;
    record(&span, ctx, &outcome, since);
    outcome
}

fn open<C: Protocol>(ctx: &C) -> Span {
    info_span!("request", protocol = C::NAME, asked = %Asked(ctx), answered = Empty, duration = Empty)
}

fn record<C: Protocol>(span: &Span, ctx: &C, outcome: &Result, since: Instant) {
    if !span.is_disabled() {
        span.record("answered", display(Answered(ctx, outcome)));
        span.record("duration", since.elapsed().as_secs_f64());
    }
    if let Err(failed) = outcome {
        span.in_scope(|| tell_error(failed));
    }
}
