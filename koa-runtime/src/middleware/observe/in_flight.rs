//! A request between its start and its end, whichever way it ends.

use std::{thread, time::Instant};

use http::Method;

use super::{Ending, Observation, Observer};
use crate::{Context, Result, server::panic::caught};

/// Tells the observer of the end once: when it is [`answered`](Self::answered), or when it is dropped without.
pub(crate) struct InFlight<'a, O: Observer> {
    ctx: &'a mut Context,
    observer: &'a O,
    // as it was sent, which a layer inside may change
    method: Method,
    since: Instant,
    is_over: bool,
}

impl<'a, O: Observer> InFlight<'a, O> {
    pub(crate) fn begin(ctx: &'a mut Context, observer: &'a O) -> Self {
        observer.started(ctx);
        Self { method: ctx.request.method().clone(), ctx, observer, since: Instant::now(), is_over: false }
    }

    pub(crate) fn ctx(&mut self) -> &mut Context {
        self.ctx
    }

    pub(crate) fn answered(mut self, outcome: &Result) {
        self.over(Ending::Answered(outcome));
    }

    fn over(&mut self, ending: Ending<'_>) {
        self.is_over = true;
        let seen = Observation { ctx: self.ctx, method: &self.method, duration: self.since.elapsed(), ending };
        // in a drop while another panic passes by, a second one would end the process
        if let Err(error) = caught("an observer", || self.observer.finished(&seen)) {
            self.ctx.emit_error(&error);
        }
    }
}

impl<O: Observer> Drop for InFlight<'_, O> {
    fn drop(&mut self) {
        if !self.is_over {
            self.over(if thread::panicking() { Ending::Panicked } else { Ending::GivenUp });
        }
    }
}
