//! Two layers made one: a pipeline is a right-leaning nest of these.

use super::{
    Downstream, Middleware,
    depth::{Boxed, Pure},
    environment::Environment,
};
use crate::error::Result;

/// `outer`, with `inner` as the rest of its onion.
#[derive(Clone, Copy, Debug)]
pub struct Chain<A, B> {
    pub(super) outer: A,
    pub(super) inner: B,
}

impl<A, B> Chain<A, B> {
    /// Puts `inner` inside `outer`.
    pub const fn new(outer: A, inner: B) -> Self {
        Self { outer, inner }
    }
}

impl<C, E, A, B, N, J> Middleware<C, E, N, J> for Chain<A, B>
where
    E: Environment,
    A: for<'a> Middleware<C, E, Then<'a, B, N>, J>,
    B: Sync,
    N: Send,
{
    fn call(&self, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send {
        self.outer.call(ctx, env, Then { layer: &self.inner, next })
    }
}

/// The rest of the onion after a layer of a [`Chain`]: the next layer, and what follows it.
#[derive(Debug)]
pub struct Then<'a, B, N> {
    layer: &'a B,
    next: N,
}

impl<B, N: Copy> Copy for Then<'_, B, N> {}
impl<B, N: Copy> Clone for Then<'_, B, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C, E, B, N, J> Downstream<C, E, Pure<J>> for Then<'_, B, N>
where
    E: Environment,
    B: Middleware<C, E, N, J>,
    N: Copy + Send + Sync,
{
    fn run(self, ctx: &mut C, env: E) -> impl Future<Output = Result> + Send {
        self.layer.call(ctx, env, self.next)
    }
}

/// The cut: what follows is boxed, so that neither the future's layout nor the compiler's recursion goes deeper.
impl<C, E, B, N, J> Downstream<C, E, Boxed<J>> for Then<'_, B, N>
where
    C: Send,
    E: Environment,
    B: Middleware<C, E, N, J>,
    N: Copy + Send + Sync,
{
    async fn run(self, ctx: &mut C, env: E) -> Result {
        let rest: std::pin::Pin<Box<dyn Future<Output = Result> + Send + '_>> =
            Box::pin(self.layer.call(ctx, env, self.next));
        rest.await
    }
}

/// The pipeline without layers: it hands straight on (K-446).
#[derive(Clone, Copy, Debug)]
pub struct Empty;

impl<C, E, N, J> Middleware<C, E, N, J> for Empty
where
    E: Environment,
    N: Downstream<C, E, J>,
{
    fn call(&self, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send {
        next.run(ctx, env)
    }
}

/// [`Empty`], in place of a stage under `#[cfg]` whose type has the parameters in `T`.
pub type EmptyFor<T> = <T as InPlaceOf>::Stage;

/// See [`EmptyFor`].
pub trait InPlaceOf {
    /// [`Empty`].
    type Stage;
}

impl<T> InPlaceOf for T {
    type Stage = Empty;
}
