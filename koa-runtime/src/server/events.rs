//! The error event: who is told of what no layer caught.

use std::{fmt, io::Write as _, sync::Arc};

use http::StatusCode;

use super::panic::{Panicked, caught};
use crate::Error;

/// One who listens for errors.
pub type ErrorListener<C> = Arc<dyn Fn(&Error, &C) + Send + Sync>;

/// What an application is set to, where that says who listens for its errors. [`Events`] does, and settings of your own hand on to it:
///
/// ```
/// use koa_runtime::{Emit, ErrorListener, Events, prelude::*};
///
/// # struct Line;
/// #[derive(Clone, Debug, Default)]
/// struct Lines {
///     longest: usize,
///     events: Events<Line>,
/// }
///
/// impl Emit<Line> for Lines {
///     fn listen(&mut self, listener: ErrorListener<Line>) {
///         self.events.listen(listener);
///     }
///
///     fn emit(&self, error: &Error, ctx: &Line) {
///         self.events.emit(error, ctx);
///     }
/// }
/// ```
pub trait Emit<C> {
    /// Tells `listener` of each error from now on.
    fn listen(&mut self, listener: ErrorListener<C>);

    /// Tells those who listen of an error that no layer caught.
    fn emit(&self, error: &Error, ctx: &C);

    /// Whether the server prints nothing either, such as what it had to cut off. It does, unless said otherwise.
    fn is_silent(&self) -> bool {
        false
    }
}

/// Who listens for errors: Koa's `app.on("error", …)`. As long as nobody does they are printed to stderr (K-014).
pub struct Events<C> {
    /// Whether errors that nobody listens for are not even printed (K-029).
    pub silent: bool,
    listeners: Vec<ErrorListener<C>>,
}

impl<C> Emit<C> for Events<C> {
    fn listen(&mut self, listener: ErrorListener<C>) {
        self.listeners.push(listener);
    }

    fn emit(&self, error: &Error, ctx: &C) {
        self.tell(self.silent, error, ctx);
    }

    fn is_silent(&self) -> bool {
        self.silent
    }
}

impl<C> Events<C> {
    /// Tells the listeners, or prints if there are none.
    pub(crate) fn tell(&self, is_silent: bool, error: &Error, ctx: &C) {
        if self.prints(is_silent, error) {
            // the user's own `Display` may panic; the request is answered all the same
            let _ = caught("a `Display`", || print(&report(error)));
        }
        for listener in &self.listeners {
            // the context is not used by the listener again, so whatever it left half-done is not seen
            if caught("a listener", || listener(error, ctx)).is_err() && !is_silent {
                let _ = caught("a `Display`", || {
                    print(&format!("\n  an `on_error` listener panicked when told of this error:{}", report(error)));
                });
            }
        }
    }

    /// K-014, K-027 to K-029: what the client was told is no news.
    fn prints(&self, is_silent: bool, error: &Error) -> bool {
        self.listeners.is_empty()
            && !is_silent
            && error.status() != StatusCode::NOT_FOUND
            && !error.is_exposed()
            // what panicked has been printed where it did
            && !error.source().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Panicked>)
    }
}

impl<C> Default for Events<C> {
    fn default() -> Self {
        Self { silent: false, listeners: Vec::new() }
    }
}

impl<C> Clone for Events<C> {
    fn clone(&self) -> Self {
        Self { silent: self.silent, listeners: self.listeners.clone() }
    }
}

impl<C> fmt::Debug for Events<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("silent", &self.silent).finish_non_exhaustive()
    }
}

/// The error and what is behind it, indented and between empty lines (K-030).
fn report(error: &Error) -> String {
    let mut last = error.to_string();
    let mut out = format!("\n  Error: {}\n", last.replace('\n', "\n  "));
    let mut source = error.source().map(|source| source as &dyn std::error::Error);
    while let Some(error) = source {
        let text = error.to_string();
        // an error made with `?` has its source's message
        if text != last {
            out.push_str("    caused by: ");
            out.push_str(&text.replace('\n', "\n  "));
            out.push('\n');
        }
        last = text;
        source = error.source();
    }
    out
}

fn print(report: &str) {
    // not `eprintln!`, which panics if nobody reads the other end
    let _ = writeln!(std::io::stderr().lock(), "{report}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_client_was_not_told_is_printed() {
        let mut events = Events::<()>::default();
        for (error, printed) in [
            (Error::new(500), true),
            (Error::new(400).with_expose(false), true),
            (Error::new(404).with_expose(false), false), // K-027
            (Error::new(400), false),                    // K-028
            (Error::new(500).with_expose(true), false),
        ] {
            assert_eq!(events.prints(false, &error), printed, "{error:?}");
        }
        assert!(!events.prints(true, &Error::new(500))); // K-029
        events.listen(Arc::new(|_, ()| ()));
        assert!(!events.prints(false, &Error::new(500))); // K-014
    }

    #[test]
    fn a_report_tells_the_causes_once() {
        let cause = std::io::Error::other("disk on fire");
        let error = Error::new(500).with_message("not saved").with_source(cause);
        assert_eq!(report(&error), "\n  Error: not saved\n    caused by: disk on fire\n");
        let error = Error::from(std::io::Error::other("disk on fire"));
        assert_eq!(report(&error), "\n  Error: disk on fire\n");
    }
}
