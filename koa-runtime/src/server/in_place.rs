//! One request after another in the same place, through an onion whose type nobody outside knows.

use std::{
    any::Any,
    mem::forget,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
};

use pin_project_lite::pin_project;

use crate::{Result, application::Runs};

/// What the layers have left.
pub(crate) type Done<C> = (Box<C>, Result);

/// What answers the requests of an onion, one at a time, in memory that is used again for the next. So a request on a connection allocates
/// nothing here.
///
/// `Send` is asked for where it is boxed, and nowhere else: rustc proves it by walking through every future in the onion.
pub(crate) trait Exchange<C> {
    /// Takes hold of its onion, unless that is another one's.
    fn hold(self: Pin<&mut Self>, onion: &Arc<dyn Runs<C>>) -> bool;
    /// Goes on with a request, or begins with `next` in place of one that is answered or given up: one call of something that nobody knows,
    /// in place of two. What the request has held is dropped when it is done, but for the onion.
    fn poll_done(self: Pin<&mut Self>, next: Option<Box<C>>, task: &mut Task<'_>) -> Poll<Done<C>>;
    /// Lets go of the onion.
    fn let_go(self: Pin<&mut Self>);
}

pub(crate) type BoxedExchange<C> = Pin<Box<dyn Exchange<C> + Send>>;

/// The place where an onion answers one request after another. It holds the onion in between: to count who has it costs more than most layers,
/// and the more the more threads do.
pub(crate) struct Place<C> {
    exchange: BoxedExchange<C>,
    /// Where the onion lies that is held, and 0 if none is.
    held: usize,
}

impl<C: 'static> Place<C> {
    /// One of its own.
    #[cold]
    pub(crate) fn new(onion: &Arc<dyn Runs<C>>) -> Self {
        let mut exchange = onion.exchange();
        let holds = exchange.as_mut().hold(onion);
        debug_assert!(holds, "it is this onion's");
        Self { exchange, held: address(onion) }
    }

    /// The one that was kept, if it is this onion's.
    #[inline]
    pub(crate) fn of(onion: &Arc<dyn Runs<C>>, kept: Option<Self>) -> Self {
        match kept {
            Some(place) if place.held == address(onion) => place,
            kept => Self::otherwise(onion, kept),
        }
    }

    /// The one that has let go of the onion, or a new one.
    #[inline(never)]
    fn otherwise(onion: &Arc<dyn Runs<C>>, kept: Option<Self>) -> Self {
        if let Some(mut place) = kept
            && place.exchange.as_mut().hold(onion)
        {
            place.held = address(onion);
            return place;
        }
        Self::new(onion)
    }

    /// Goes on with a request, or begins with the `next`. When that is done, another may be begun.
    #[inline]
    pub(crate) fn poll_done(&mut self, next: Option<Box<C>>, task: &mut Task<'_>) -> Poll<Done<C>> {
        self.exchange.as_mut().poll_done(next, task)
    }

    /// Lets go of the onion.
    pub(crate) fn let_go(&mut self) {
        self.held = 0;
        self.exchange.as_mut().let_go();
    }
}

/// Where it lies, and nothing else as long as it is held.
#[inline]
fn address<C>(onion: &Arc<dyn Runs<C>>) -> usize {
    Arc::as_ptr(onion).cast::<()>().addr()
}

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
    fn hold(self: Pin<&mut Self>, onion: &Arc<dyn Runs<C>>) -> bool {
        let onion: Arc<dyn Any + Send + Sync> = Arc::clone(onion) as _;
        let held = onion.downcast::<T>().ok();
        let is_its_own = held.is_some();
        *self.project().onion = held;
        is_its_own
    }

    fn poll_done(self: Pin<&mut Self>, next: Option<Box<C>>, task: &mut Task<'_>) -> Poll<Done<C>> {
        // a future that is done holds nothing any more: it can stay until the next request
        let mut this = self.project();
        if let Some(ctx) = next {
            let Some(onion) = this.onion.take() else { unreachable!("a place is of the onion that it holds") };
            this.running.set(Some((this.run)(onion, ctx)));
        }
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
