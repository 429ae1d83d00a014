//! Where the layers of a request run: in memory that the thread keeps.

use std::{cell::Cell, sync::Arc};

use crate::{Context, application::Runs, server::in_place::Place};

thread_local! {
    /// A place between two requests. One is kept, which is all that most threads need, and no connection that waits has one.
    static SPARE: Cell<Option<Place<Context>>> = const { Cell::new(None) };
}

/// A place for a request.
#[inline]
pub(super) fn of(onion: &Arc<dyn Runs<Context>>) -> Place<Context> {
    // where the thread ends, there is none
    Place::of(onion, SPARE.try_with(Cell::take).ok().flatten())
}

/// Keeps the place of a request that is answered.
#[inline]
pub(super) fn keep(place: Place<Context>) {
    let _ = SPARE.try_with(|spare| spare.set(Some(place)));
}

/// Lets go of the onion and the settings that the thread has kept from one request to the next. A thread without a connection would keep an
/// application that is over, and all that is in its layers.
pub(super) fn let_go() {
    let _ = SPARE.try_with(|spare| {
        if let Some(mut place) = spare.take() {
            place.let_go();
            spare.set(Some(place));
        }
    });
    Context::let_go();
}
