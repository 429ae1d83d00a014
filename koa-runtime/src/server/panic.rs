//! A panic in a layer becomes an error.

use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use crate::{Error, Result};

/// Code of the user's panicked. It is the source of a 500.
#[derive(Debug)]
pub(crate) struct Panicked {
    who: &'static str,
    message: String,
}

impl Panicked {
    fn new(who: &'static str, payload: &(dyn Any + Send)) -> Self {
        let message = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(text), _) => (*text).to_owned(),
            (None, Some(text)) => text.clone(),
            (None, None) => "a value that is not text".to_owned(),
        };
        Self { who, message }
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} panicked: {}", self.who, self.message)
    }
}

impl std::error::Error for Panicked {}

/// Polls `future`; its panic is an error.
///
/// What the future had borrowed may be half-changed afterwards. That is safe to look at, and only the responder does.
#[inline]
pub(crate) fn poll_caught(future: Pin<&mut impl Future<Output = Result>>, task: &mut Context<'_>) -> Poll<Result> {
    poll_any_caught(future, task)
}

/// What catches is compiled for this alone: for each future, in whose name all layers are, it would be some thirty fns and types. LLVM sees
/// through it where that matters.
#[inline]
fn poll_any_caught(future: Pin<&mut dyn Future<Output = Result>>, task: &mut Context<'_>) -> Poll<Result> {
    caught("a layer", || future.poll(task)).unwrap_or_else(|error| Poll::Ready(Err(error)))
}

/// Does something; a panic in it is an error that says who panicked.
///
/// What it had borrowed may be half-changed afterwards: the caller must not build on it.
pub(crate) fn caught<T>(who: &'static str, action: impl FnOnce() -> T) -> Result<T> {
    catch_unwind(AssertUnwindSafe(action)).map_err(|payload| {
        let error = Error::from(Panicked::new(who, &*payload));
        // a payload may panic again when it is dropped
        let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        error
    })
}
