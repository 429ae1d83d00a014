//! `logger`: what is asked and how it is answered, for people to read.

use std::{
    fmt::Write as _,
    io::{IsTerminal as _, stdout},
    sync::LazyLock,
    time::{Duration, Instant},
};

use super::{
    log_output::LogOutput,
    said::{Answered, Asked},
};
use crate::{Next, Protocol, Result, middleware};

/// Writes a line when a request comes and one when the layers inside are done, as koa-logger does (K-677 to K-683), to stdout unless it is
/// said [where to](LogOutput):
///
/// ```text
///   <-- GET /users/7
///   --> GET /users/7 200 1ms 5b
///   <-- GET /broken
///   xxx GET /broken 500 0ms -
///   <-- GET /slow
///   -x- GET /slow 2s
/// ```
///
/// `xxx` is an error that goes on outward, `-x-` a request that was given up. It writes when the layers are done, and not when the reply
/// is sent. On a terminal, what it writes to stdout is coloured, unless the variable `NO_COLOR` is set. What a client sends cannot end a
/// line: control characters are escaped.
///
/// It runs under every protocol. For machines there is [`access_log`](crate::access_log()), which is HTTP's.
///
/// ```
/// use std::sync::mpsc;
///
/// use koa_runtime::{LogOutput, logger, prelude::*};
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     "Hello"
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let (lines, written) = mpsc::channel();
/// let to = LogOutput::call(move |line| {
///     let _ = lines.send(line.to_owned());
/// });
/// let app = Application::new(pipeline![logger().to(to), hello]);
///
/// app.get("/?a=b").await;
/// assert_eq!(written.recv().unwrap(), "  <-- GET /?a=b");
/// assert_eq!(written.recv().unwrap(), "  --> GET /?a=b 200 0ms 5b");
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn logger<C: Protocol>(
    #[config(default = LogOutput::stdout())] to: &LogOutput,
    ctx: &mut C,
    next: Next,
) -> Result {
    let mut request = Logged::begin(to, ctx);
    let outcome = next.run(ctx).await;
    request.over(ctx, &outcome);
    outcome
}

/// A request that is logged: when it is dropped before it is [over](Self::over), it was given up.
struct Logged<'a> {
    to: &'a LogOutput,
    asked: String,
    since: Instant,
    is_over: bool,
}

impl<'a> Logged<'a> {
    fn begin<C: Protocol>(to: &'a LogOutput, ctx: &C) -> Self {
        let asked = escaped(&Asked(ctx).to_string());
        let request = Self { to, asked, since: Instant::now(), is_over: false };
        request.write("<--", GREY, "");
        request
    }

    fn over<C: Protocol>(&mut self, ctx: &C, outcome: &Result) {
        self.is_over = true;
        let answered = escaped(&Answered(ctx, outcome).to_string());
        let (arrow, colour) = match outcome {
            Ok(()) => ("-->", colour_of(&answered)),
            Err(_) => ("xxx", RED),
        };
        let mut rest = format!(" {}", coloured(&answered, colour_of(&answered), self.to.is_coloured()));
        let _ = write!(rest, " {}", time(self.since.elapsed()));
        if !matches!(&*answered, "204" | "205" | "304") {
            let length = outcome.is_ok().then(|| ctx.reply_length(outcome)).flatten();
            let _ = write!(rest, " {}", length.map_or_else(|| "-".to_owned(), in_words));
        }
        self.write(arrow, colour, &rest);
    }

    fn write(&self, arrow: &str, colour: u8, rest: &str) {
        let arrow = coloured(arrow, colour, self.to.is_coloured());
        self.to.write(&format!("  {arrow} {}{rest}\n", self.asked));
    }
}

impl Drop for Logged<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.write("-x-", RED, &format!(" {}", time(self.since.elapsed())));
        }
    }
}

fn escaped(text: &str) -> String {
    if !text.contains(char::is_control) {
        return text.to_owned();
    }
    let escape = |letter: char| if letter.is_control() { letter.escape_default().to_string() } else { letter.into() };
    text.chars().map(escape).collect()
}

/// K-681: milliseconds below ten seconds, and then seconds.
fn time(time: Duration) -> String {
    if time < Duration::from_secs(10) {
        return format!("{}ms", time.as_millis());
    }
    let mut seconds = format!("{:.0}", time.as_secs_f64());
    for place in (1..seconds.len()).rev().filter(|place| (seconds.len() - place).is_multiple_of(3)).collect::<Vec<_>>()
    {
        seconds.insert(place, ',');
    }
    seconds + "s"
}

/// K-678: `5b`, `1.5kb`.
fn in_words(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["b", "kb", "mb", "gb", "tb"];
    let unit = (bytes.max(1).ilog2() / 10).min(4);
    #[expect(clippy::cast_precision_loss, reason = "two places are shown")]
    let number = format!("{:.2}", bytes as f64 / (1_u64 << (10 * unit)) as f64);
    format!("{}{}", number.trim_end_matches('0').trim_end_matches('.'), UNITS[unit as usize])
}

const RED: u8 = 31;
const GREEN: u8 = 32;
const YELLOW: u8 = 33;
const MAGENTA: u8 = 35;
const CYAN: u8 = 36;
const GREY: u8 = 90;

/// K-682, by the class of a status; of protocols without one, whether all is well.
fn colour_of(answered: &str) -> u8 {
    match answered.bytes().next() {
        Some(b'7') => MAGENTA,
        Some(b'5' | b'e') => RED,
        Some(b'4' | b'0') => YELLOW,
        Some(b'3') => CYAN,
        _ => GREEN,
    }
}

fn coloured(text: &str, colour: u8, is_coloured: bool) -> String {
    if is_coloured { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
}

impl LogOutput {
    fn is_coloured(&self) -> bool {
        static TERMINAL: LazyLock<bool> =
            LazyLock::new(|| stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none());
        self.is_stdout() && *TERMINAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_lengths_are_koa_loggers() {
        for (milliseconds, said) in
            [(0, "0ms"), (9_999, "9999ms"), (10_000, "10s"), (12_600, "13s"), (1_234_567_000, "1,234,567s")]
        {
            assert_eq!(time(Duration::from_millis(milliseconds)), said); // K-681
        }
        for (bytes, said) in
            [(0, "0b"), (5, "5b"), (1_023, "1023b"), (1_536, "1.5kb"), (3 << 20, "3mb"), (10_240, "10kb")]
        {
            assert_eq!(in_words(bytes), said); // K-678
        }
    }

    #[test]
    fn a_client_cannot_end_a_line() {
        assert_eq!(escaped("a\r\n  --> b\x1b[31m"), "a\\r\\n  --> b\\u{1b}[31m");
    }
}
