//! `Option<layer>`: a layer that can be switched off, as `verbose.then(logger)` makes it.

use super::{
    Downstream, Layer, Middleware,
    check::{Here, Open, Stage, Walk},
    depth,
    describe::{Description, Kind, short_type_name},
    environment::Environment,
    layer::{Alone, WithTheRest},
    provide::Override,
};
use crate::error::Result;

impl<L: Layer> Layer for Option<L> {
    type Switch = WithTheRest;

    fn describe(&self) -> Description {
        match self {
            Some(layer) => Description { kind: Kind::On, ..layer.describe() },
            None => Description::new(Kind::Off, short_type_name::<L>(), "", 0),
        }
    }

    fn override_provided(&mut self, value: &mut Override) {
        if let Some(layer) = self {
            layer.override_provided(value);
        }
    }
}

/// `L` may be switched off: what stands behind it finds the same values with it and without it. `S` is how.
#[diagnostic::on_unimplemented(
    message = "`{L}` hands values to the layers inside it, so it cannot be switched off",
    label = "the layers inside it may read what it provides",
    note = "use it without a condition, or provide an `Option` of the value"
)]
pub trait Switchable<L: ?Sized, In, Out, S> {}
#[diagnostic::do_not_recommend]
impl<L: Layer, E, D, D1, End> Switchable<L, Walk<E, D>, Walk<E, D1, End>, L::Switch> for () {}

/// The index of an optional layer, of how it is switched, its own index `J` and the index `K` of what follows.
pub trait Switched<J, K, Index> {}
// `J` ends in `K`: to name it once more would double the index at every optional layer
impl<J, K> Switched<J, K, ((Alone, Here), J)> for Alone {}
impl<J, K> Switched<J, K, ((WithTheRest, Here), (J, K))> for WithTheRest {}

// For a provider, which is refused, the walk goes on with what it provides: its readers are not refused too.
impl<C, E, D, J, K, L, E1, D1, D2, End, S, Index, W>
    Stage<C, Walk<E, D>, Walk<E1, D2, Open>, Index, K, (J, D1, End, S, W)> for Option<L>
where
    L: Stage<C, Walk<E, D>, Walk<E1, D1, End>, J, K, W>,
    (): Switchable<L, Walk<E, D>, Walk<E1, D1, End>, S>,
    S: Switched<J, K, Index>,
    D1: depth::Switched<D2>,
{
}

// One bound on what follows, through the layer: two would double the compiler's work at every optional layer.
impl<C, E, N, J, L> Middleware<C, E, N, ((Alone, Here), J)> for Option<L>
where
    C: Send,
    E: Environment,
    N: Send,
    L: Middleware<C, E, N, J>,
{
    fn call(&self, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send {
        L::call_if(self.as_ref(), ctx, env, next)
    }
}

impl<C, E, N, J, K, L> Middleware<C, E, N, ((WithTheRest, Here), (J, K))> for Option<L>
where
    C: Send,
    E: Environment,
    N: Downstream<C, E, K>,
    L: Middleware<C, E, N, J>,
{
    async fn call(&self, ctx: &mut C, env: E, next: N) -> Result {
        match self {
            Some(layer) => layer.call(ctx, env, next).await,
            None => next.run(ctx, env).await,
        }
    }
}
