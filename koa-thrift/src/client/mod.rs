//! Calling services elsewhere: through layers, as they are served.

pub(crate) mod caller;
pub(crate) mod failure;
#[cfg(feature = "http-client")]
mod http;
mod link;
pub(crate) mod pool;
mod raw;
pub(crate) mod remote;
pub(crate) mod retry;
#[cfg(any(feature = "http-client", feature = "websocket-client"))]
mod target;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[cfg(feature = "websocket-client")]
mod websocket;

use std::sync::{Arc, Mutex, PoisonError};

use koa_runtime::{Application, Error, Result};

use self::failure::Reached;
use crate::{Call, Message};

/// Where the error of a call is left for who has called: the reply could only say what is exposed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<Mutex<Option<(Error, Reached)>>>);

impl Slot {
    pub(crate) fn put(&self, error: Error, reached: Reached) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((error, reached));
    }

    fn take(&self) -> Option<(Error, Reached)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Asks an application, and is told its errors as they are, and how far the call had come.
async fn ask(app: &Application<Call>, mut message: Message) -> Result<Option<Message>, (Error, Reached)> {
    let slot = Slot::default();
    message.slot = Some(slot.clone());
    let reply = app.ask(message).await;
    slot.take().map_or(Ok(reply), Err)
}
