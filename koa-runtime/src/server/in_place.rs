//! One request after another in the same place, through an onion whose type nobody outside knows.

use std::{
    any::Any,
    mem::forget,
    pin::Pin,
    ptr,
    sync::Arc,
    task::{Context as Task, Poll},
};

use pin_project_lite::pin_project;

use crate::{Result, application::Runs};

/// What the layers have left.
pub(crate) type Done<C> = (Box<C>, Result);

/// The place where an onion answers one request at a time. Its memory is used again for the next request, so a request on a
/// connection allocates nothing here.
///
/// `Send` is asked for where it is boxed, and nowhere else: rustc proves it by walking through every future in the onion.
pub(crate) trait Exchange<C> {
    /// Takes a request in, in place of one that is answered or given up. Gives it back if the place is that of another onion.
    fn begin(self: Pin<&mut Self>, onion: &Arc<dyn Runs<C>>, ctx: Box<C>) -> Result<(), Box<C>>;
    /// Goes on with it. What it has held is dropped when it is done, but for the onion.
    fn poll_done(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Done<C>>;
    /// Lets go of the onion, which is kept for the next request: to count who has it costs more than most layers, and the more the
    /// more threads do.
    fn let_go(self: Pin<&mut Self>);
}

pub(crate) type BoxedExchange<C> = Pin<Box<dyn Exchange<C> + Send>>;

pin_project! {
    /// The [`Exchange`] of the onion that is a `T`.
    pub(crate) struct InPlace<T, M, F> {
        run: M,
        #[pin]
        running: Option<F>,
        // while no request has it
        onion: Option<Arc<T>>,
    }
}

impl<T, M, F> InPlace<T, M, F> {
    pub(crate) fn new<C>(run: M) -> Self
    where
        M: Fn(Arc<T>, Box<C>) -> F,
    {
        Self { run, running: None, onion: None }
    }
}

impl<C, T, M, F> Exchange<C> for InPlace<T, M, F>
where
    // and not `Runs`, for which rustc would prove the whole onion once more
    T: Send + Sync + 'static,
    M: Fn(Arc<T>, Box<C>) -> F,
    F: Future<Output = (Arc<T>, Done<C>)>,
{
    fn begin(self: Pin<&mut Self>, onion: &Arc<dyn Runs<C>>, ctx: Box<C>) -> Result<(), Box<C>> {
        let mut this = self.project();
        let onion = match this.onion.take() {
            Some(kept) if ptr::addr_eq(Arc::as_ptr(&kept), Arc::as_ptr(onion)) => kept,
            _ => {
                let onion: Arc<dyn Any + Send + Sync> = Arc::clone(onion) as _;
                let Ok(onion) = onion.downcast::<T>() else { return Err(ctx) };
                onion
            }
        };
        this.running.set(Some((this.run)(onion, ctx)));
        Ok(())
    }

    fn poll_done(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Done<C>> {
        // a future that is done holds nothing any more: it can stay until the next request
        let this = self.project();
        let Some(running) = this.running.as_pin_mut() else { return Poll::Pending };
        let Poll::Ready((onion, done)) = running.poll(task) else { return Poll::Pending };
        // the request had it: there is nothing to drop
        forget(this.onion.replace(onion));
        Poll::Ready(done)
    }

    fn let_go(self: Pin<&mut Self>) {
        *self.project().onion = None;
    }
}

/// Begins with a request in the place that was kept, if one was and it is this onion's.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call that every request would make, between two others")]
pub(crate) fn begin<C: 'static>(
    onion: &Arc<dyn Runs<C>>,
    kept: Option<BoxedExchange<C>>,
    ctx: Box<C>,
) -> BoxedExchange<C> {
    let Some(mut exchange) = kept else { return anew(onion, ctx) };
    match exchange.as_mut().begin(onion, ctx) {
        Ok(()) => exchange,
        Err(ctx) => anew(onion, ctx),
    }
}

/// Begins with a request in a place of its own.
#[cold]
pub(crate) fn anew<C: 'static>(onion: &Arc<dyn Runs<C>>, ctx: Box<C>) -> BoxedExchange<C> {
    let mut exchange = onion.exchange();
    let begun = exchange.as_mut().begin(onion, ctx);
    debug_assert!(begun.is_ok(), "it is this onion's");
    exchange
}
