//! A panic in a layer becomes an error.

use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use crate::{Error, Result};

/// A layer panicked. It is the source of the 500 that the client gets.
#[derive(Debug)]
pub(crate) struct Panicked {
    message: String,
}

impl Panicked {
    fn new(payload: &(dyn Any + Send)) -> Self {
        let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (None, Some(text)) => text.clone(),
            (None, None) => "a value that is not text".to_owned(),
        };
        Self { message }
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a layer panicked: {}", self.message)
    }
}

impl std::error::Error for Panicked {}

/// Polls `future`; its panic is an error.
///
/// What the future had borrowed may be half-changed afterwards. That is safe to look at, and only the responder does.
pub(crate) fn poll_caught(future: Pin<&mut impl Future<Output = Result>>, task: &mut Context<'_>) -> Poll<Result> {
    catch_unwind(AssertUnwindSafe(|| future.poll(task))).unwrap_or_else(|payload| {
        let error = Error::from(Panicked::new(&*payload));
        // a payload may panic again when it is dropped
        let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        Poll::Ready(Err(error))
    })
}
