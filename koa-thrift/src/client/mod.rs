//! Calling services elsewhere: through layers, as they are served.

pub(crate) mod caller;
pub(crate) mod pool;
pub(crate) mod retry;

use std::sync::{Arc, Mutex, PoisonError};

use koa_runtime::{Application, Error, Result};

use crate::{Call, Message};

/// Where the error of a call is left for who has called: the reply could only say what is exposed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Arc<Mutex<Option<Error>>>);

impl Slot {
    pub(crate) fn put(&self, error: Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Asks an application, and is told its errors as they are.
async fn ask(app: &Application<Call>, mut message: Message) -> Result<Option<Message>> {
    let slot = Slot::default();
    message.slot = Some(slot.clone());
    let reply = app.ask(message).await;
    slot.take().map_or(Ok(reply), Err)
}
