//! The two run-time traits: a layer, and what a layer hands on to.

use super::check::Here;
use crate::error::Result;

/// A layer as the running onion sees it: what `#[middleware]` implements.
///
/// `C` is the context, `E` the environment of provided values, `N` the rest of the onion and `J` the index that the
/// check walk worked out: where each value this layer reads lies in `E`. Nothing is searched at run time.
pub trait Middleware<C, E, N, J>: Sync {
    /// Runs this layer. Dropping the future cancels it and everything inside it.
    fn call(&self, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send;

    /// Runs this layer if there is one, and hands straight on otherwise. Only layers that are switched
    /// [`Alone`](super::layer::Alone) can hand on, and only those are asked to.
    ///
    /// # Panics
    ///
    /// Panics if another layer is asked to hand on.
    fn call_if(this: Option<&Self>, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send
    where
        Self: Sized,
        C: Send,
        E: Send,
        N: Send,
    {
        async move {
            match this {
                Some(layer) => layer.call(ctx, env, next).await,
                None => unreachable!("only a layer that hands on is switched alone"),
            }
        }
    }
}

/// The rest of the onion, as seen from one layer. [`Next`](super::next::Next) runs it once.
///
/// It is `Copy`, so that a layer generic over it need not remember, at run time, whether it still has to be dropped.
pub trait Downstream<C, E, J>: Copy + Send + Sync {
    /// Runs the rest of the onion with the environment `env`.
    fn run(self, ctx: &mut C, env: E) -> impl Future<Output = Result> + Send;
}

/// The end of the onion: nothing is left to run (K-446).
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl<C: Send, E: Send> Downstream<C, E, Here> for Done {
    fn run(self, _ctx: &mut C, _env: E) -> impl Future<Output = Result> + Send {
        std::future::ready(Ok(()))
    }
}
