//! `access_log(format)`: a line for each request.

mod escape;
mod line;

use std::cell::Cell;

use super::{
    log_output::LogOutput,
    observe::{InFlight, Observation, Observer},
};
use crate::{Context, Next, Result, middleware};

/// How [`access_log`](crate::access_log()) writes a line.
///
/// No line can be forged: control characters, quotes, backslashes and whatever is not ASCII are escaped, as `\x0a` and `\"` in the
/// first two, as JSON has it in the third. Of a url the first 8 192 bytes are written and of a header the first 1 024, with
/// `...` in place of the rest; so no line is longer than some 64 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// Apache's common log format: `%h %l %u %t "%r" %>s %b`, in UTC. The length is `-` if it is zero or not known.
    ///
    /// ```text
    /// 203.0.113.9 - - [30/Nov/2026:02:38:26 +0000] "GET /users/7?a=b HTTP/1.1" 200 6
    /// ```
    Common,
    /// Apache's combined log format: [`Common`](Self::Common) and the headers `Referer` and `User-Agent`.
    ///
    /// ```text
    /// 203.0.113.9 - - [30/Nov/2026:02:38:26 +0000] "GET /users/7?a=b HTTP/1.1" 200 6 "-" "curl/8.5.0"
    /// ```
    Combined,
    /// JSON Lines: an object a line. `duration` is in seconds; what is not known is `null`.
    ///
    /// ```json
    /// {"time":"2026-11-30T02:38:26.123Z","remote":"203.0.113.9","method":"GET","url":"/users/7?a=b","protocol":"HTTP/1.1","status":200,"length":6,"duration":0.000071,"route":"/users/{id: u64}","referer":null,"user_agent":"curl/8.5.0"}
    /// ```
    // not `Json`: with two things of that name rustc writes out their paths, wherever it lists what an endpoint may return
    JsonLines,
}

/// Writes a line for each request, to stdout unless it is said [where to](LogOutput): Koa's `koa-logger`, for machines.
///
/// A line has the client's [address](crate::Request::ip), the time when the request came, method and url as they were sent, the
/// status that the client sees, of an error too, and the length of the body if it is known; as [`JsonLines`](LogFormat::JsonLines) also
/// how long it took, and which route was taken. Where the client went away before there was a reply, the status is 499, as
/// nginx has it.
///
/// Put it outermost. It writes when the layers are done, before the body is sent: a stream that breaks off later is for the
/// [error event](crate::Application::on_error). A line is one call of the writer's `write_all`, and the request waits for
/// it; what cannot be written is dropped. The memory for a line is used again, so it allocates nothing. Beside the writing it
/// costs some 2 700 instructions as [`Common`](LogFormat::Common), 4 700 as [`JsonLines`](LogFormat::JsonLines).
///
/// ```
/// use std::sync::mpsc;
///
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     "Hello World"
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (lines, written) = mpsc::channel();
/// let to = LogOutput::call(move |line| {
///     let _ = lines.send(line.to_owned());
/// });
/// let app = Application::new(pipeline![access_log(LogFormat::Common).to(to), hello]);
///
/// app.get("/?a=b").await;
/// let line = written.recv().unwrap();
/// assert!(line.starts_with("- - - ["));
/// assert!(line.ends_with("] \"GET /?a=b HTTP/1.1\" 200 11"));
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn access_log(
    #[config] format: LogFormat,
    #[config(default = LogOutput::stdout())] to: &LogOutput,
    ctx: &mut Context,
    next: Next,
) -> Result {
    let log = Log { format, to };
    let mut request = InFlight::begin(ctx, &log);
    let outcome = next.run(request.ctx()).await;
    request.answered(&outcome);
    outcome
}

struct Log<'a> {
    format: LogFormat,
    to: &'a LogOutput,
}

impl Observer for Log<'_> {
    fn finished(&self, seen: &Observation<'_>) {
        // taken out and not borrowed: what the line is given to might log, too
        let mut line = LINE.try_with(Cell::take).unwrap_or_default();
        line::write(&mut line, self.format, seen);
        self.to.write(&line);
        line.clear();
        if line.capacity() <= KEPT {
            // a thread at its end has no place for it
            let _ = LINE.try_with(|kept| kept.set(line));
        }
    }
}

thread_local! {
    /// The memory of the last line that this thread wrote.
    static LINE: Cell<String> = const { Cell::new(String::new()) };
}

/// A larger line's memory is given back. In bytes.
const KEPT: usize = 4096;
