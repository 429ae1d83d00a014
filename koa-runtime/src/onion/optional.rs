//! `Option<layer>`: a layer that can be switched off, as `verbose.then(logger)` makes it.

use super::{
    Downstream, Layer, Middleware,
    check::{Here, Open, Stage, Walk},
    depth::Heavier,
    describe::{Description, Kind, short_type_name},
    environment::Environment,
    provide::Override,
};
use crate::error::Result;

impl<L: Layer> Layer for Option<L> {
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

/// `L` may be switched off: what stands behind it finds the same values with it and without it.
#[diagnostic::on_unimplemented(
    message = "`{L}` hands values to the layers inside it, so it cannot be switched off",
    label = "the layers inside it may read what it provides",
    note = "use it without a condition, or provide an `Option` of the value"
)]
pub trait Switchable<L: ?Sized, In, Out, S> {}
#[diagnostic::do_not_recommend]
impl<L: ?Sized, E, D, D1, End> Switchable<L, Walk<E, D>, Walk<E, D1, End>, Here> for () {}

// For a provider, the walk goes on with what it provides, so that its readers are not reported too.
impl<C, E, D, J, K, L, E1, D1, D2, End, S, W> Stage<C, Walk<E, D>, Walk<E1, D2, Open>, (S, (J, K)), K, (D1, End, W)> for Option<L>
where
    L: Stage<C, Walk<E, D>, Walk<E1, D1, End>, J, K, W>,
    (): Switchable<L, Walk<E, D>, Walk<E1, D1, End>, S>,
    D1: Heavier<D2>,
{
}

impl<C, E, N, J, K, L> Middleware<C, E, N, (Here, (J, K))> for Option<L>
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
