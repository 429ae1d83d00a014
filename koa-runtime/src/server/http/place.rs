//! Where the layers of a request run: in memory that the thread keeps.

use std::{cell::Cell, sync::Arc};

use crate::{
    Context,
    application::Runs,
    server::in_place::{self, BoxedExchange},
};

thread_local! {
    /// A place between two requests. One is kept, which is all that most threads need, and no connection that waits has one.
    static SPARE: Cell<Option<BoxedExchange<Context>>> = const { Cell::new(None) };
}

/// Begins with a request.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call that every request would make, between two others")]
pub(super) fn begin(onion: &Arc<dyn Runs<Context>>, ctx: Box<Context>) -> BoxedExchange<Context> {
    // where the thread ends, there is none
    in_place::begin(onion, SPARE.try_with(Cell::take).ok().flatten(), ctx)
}

/// Keeps the place of a request that is answered.
#[inline]
pub(super) fn keep(exchange: BoxedExchange<Context>) {
    let _ = SPARE.try_with(|spare| spare.set(Some(exchange)));
}

/// Lets go of the onion and the settings that the thread has kept from one request to the next. A thread without a connection would keep an
/// application that is over, and all that is in its layers.
pub(super) fn let_go() {
    let _ = SPARE.try_with(|spare| {
        if let Some(mut exchange) = spare.take() {
            exchange.as_mut().let_go();
            spare.set(Some(exchange));
        }
    });
    Context::let_go();
}
