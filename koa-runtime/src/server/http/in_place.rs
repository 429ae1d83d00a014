//! One request after another in the same place, through an onion whose type nobody outside knows.

use std::{
    any::Any,
    cell::Cell,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
};

use pin_project_lite::pin_project;

use crate::{Context, Result, application::Runs};

/// What the layers have left.
pub(crate) type Done = (Box<Context>, Result);

/// The place where an onion answers one request at a time. Its memory is used again for the next request, so a request on a
/// connection allocates nothing here.
///
/// `Send` is asked for where it is boxed, and nowhere else: rustc proves it by walking through every future in the onion.
pub(crate) trait Exchange {
    /// Takes a request in, in place of one that is answered or given up. Gives it back if the place is that of another onion.
    fn begin(self: Pin<&mut Self>, onion: Arc<dyn Runs>, ctx: Box<Context>) -> Result<(), Box<Context>>;
    /// Goes on with it. What it has held is dropped when it is done.
    fn poll_done(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Done>;
}

pub(crate) type BoxedExchange = Pin<Box<dyn Exchange + Send>>;

pin_project! {
    /// The [`Exchange`] of the onion that is a `T`.
    pub(crate) struct InPlace<T, M, F> {
        run: M,
        #[pin]
        running: Option<F>,
        onion: PhantomData<fn(T)>,
    }
}

impl<T, M, F> InPlace<T, M, F>
where
    M: Fn(Arc<T>, Box<Context>) -> F,
{
    pub(crate) fn new(run: M) -> Self {
        Self { run, running: None, onion: PhantomData }
    }
}

impl<T, M, F> Exchange for InPlace<T, M, F>
where
    // and not `Runs`, for which rustc would prove the whole onion once more
    T: Send + Sync + 'static,
    M: Fn(Arc<T>, Box<Context>) -> F,
    F: Future<Output = Done>,
{
    fn begin(self: Pin<&mut Self>, onion: Arc<dyn Runs>, ctx: Box<Context>) -> Result<(), Box<Context>> {
        let onion: Arc<dyn Any + Send + Sync> = onion;
        let Ok(onion) = onion.downcast::<T>() else { return Err(ctx) };
        let mut this = self.project();
        this.running.set(Some((this.run)(onion, ctx)));
        Ok(())
    }

    fn poll_done(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Done> {
        // a future that is done holds nothing any more: it can stay until the next request
        match self.project().running.as_pin_mut() {
            Some(running) => running.poll(task),
            None => Poll::Pending,
        }
    }
}

thread_local! {
    /// A place between two requests. One is kept, which is all that most threads need, and no connection that waits has one.
    static SPARE: Cell<Option<BoxedExchange>> = const { Cell::new(None) };
}

/// Begins with a request.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call that every request would make, between two others")]
pub(super) fn begin(onion: &Arc<dyn Runs>, ctx: Box<Context>) -> BoxedExchange {
    // where the thread ends, there is none
    let Some(mut exchange) = SPARE.try_with(Cell::take).ok().flatten() else { return anew(onion, ctx) };
    match exchange.as_mut().begin(Arc::clone(onion), ctx) {
        Ok(()) => exchange,
        Err(ctx) => anew(onion, ctx),
    }
}

#[cold]
fn anew(onion: &Arc<dyn Runs>, ctx: Box<Context>) -> BoxedExchange {
    let mut exchange = onion.exchange();
    let begun = exchange.as_mut().begin(Arc::clone(onion), ctx);
    debug_assert!(begun.is_ok(), "it is this onion's");
    exchange
}

/// Keeps the place of a request that is answered.
#[inline]
pub(super) fn keep(exchange: BoxedExchange) {
    let _ = SPARE.try_with(|spare| spare.set(Some(exchange)));
}
