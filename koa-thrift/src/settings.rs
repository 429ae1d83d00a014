//! What an application of Thrift is set to.

use koa_runtime::{Emit, Error, ErrorListener, Events};

use crate::{Call, reader::Bounds};

/// What an application of Thrift is set to.
///
/// ```
/// use koa_runtime::prelude::*;
/// use koa_thrift::Call;
///
/// let mut app = Application::<Call>::of(pipeline![]);
/// app.settings_mut().message = 1 << 20;
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many bytes a message may have. The connection of a longer one is closed. 16 MiB.
    pub message: usize,
    /// How many bytes the elements of its containers, and the structs that are boxed because they may be in themselves, may take in
    /// memory: those of a struct with many fields take far more than they have in the message. 64 MiB.
    pub memory: usize,
    /// How many levels deep structs and containers may be in each other. 64.
    pub depth: usize,
    /// Who listens for errors, and whether those that nobody listens for are printed.
    pub events: Events<Call>,
}

impl Settings {
    pub(crate) fn bounds(&self) -> Bounds {
        Bounds { depth: self.depth, memory: self.memory }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let Bounds { depth, memory } = Bounds::default();
        Self { message: 16 << 20, memory, depth, events: Events::default() }
    }
}

impl Emit<Call> for Settings {
    fn listen(&mut self, listener: ErrorListener<Call>) {
        self.events.listen(listener);
    }

    fn emit(&self, error: &Error, ctx: &Call) {
        if ctx.is_called_here() {
            // who calls has the error, and need not read of it too
            let mut events = self.events.clone();
            events.silent = true;
            events.emit(error, ctx);
        } else {
            self.events.emit(error, ctx);
        }
    }

    fn is_silent(&self) -> bool {
        self.events.is_silent()
    }
}
