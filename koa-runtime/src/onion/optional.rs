//! `Option<layer>`: a layer that can be switched off, as `verbose.then(logger)` makes it.

use super::{
    Downstream, Layer, Middleware,
    check::{Here, Open, Provided, Stage, Walk},
    depth,
    describe::{Description, Kind, short_type_name},
    environment::Environment,
    layer::{Alone, Several, Taking, WithTheRest},
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

/// `L`, which says that it is switched off as `Self`, may be: what stands behind it finds the same values with it and without
/// it. `S` is how, and left open where it may not: then the run-time types are not looked at.
#[diagnostic::on_unimplemented(
    message = "`{L}` hands values to the layers inside it, so it cannot be switched off",
    label = "the layers inside it may read what it provides",
    note = "use it without a condition, or provide an `Option` of the value"
)]
pub trait Switchable<L: ?Sized, In, Out, S> {}
#[diagnostic::do_not_recommend]
impl<L, E, D, D1, End, Goes> Switchable<L, Walk<E, D>, Walk<E, D1, End, Goes>, Self> for Alone {}
#[diagnostic::do_not_recommend]
impl<L, E, D, D1, End, Goes> Switchable<L, Walk<E, D>, Walk<E, D1, End, Goes>, Self> for WithTheRest {}
#[diagnostic::do_not_recommend]
impl<L, E, D, E1: StillOpen, D1, End, Goes> Switchable<L, Walk<E, D>, Walk<E1, D1, End, Goes>, Alone> for WithTheRest {}
#[diagnostic::do_not_recommend]
impl<L, E, D, E1: StillOpen, D1, End, Goes> Switchable<L, Walk<E, D>, Walk<E1, D1, End, Goes>, Taking> for WithTheRest {}
impl<L, E, D, E1, D1, End, Goes, S> Switchable<L, Walk<E, D>, Walk<E1, D1, End, Goes>, S> for Several where
    E1: LeftAlone<E, S>
{
}
impl<L, In, Out, S> Switchable<L, In, Out, S> for Taking where (): TakesNothing<L> {}

/// The values inside a pipeline are those outside it.
#[diagnostic::on_unimplemented(
    message = "this pipeline hands values to what stands behind it, or takes some away, so it cannot be switched off",
    label = "what stands behind it would find other values without it",
    note = "use it without a condition, or put the condition around those of its layers that neither provide nor take"
)]
pub trait LeftAlone<E, S> {}
#[diagnostic::do_not_recommend]
impl<E> LeftAlone<E, WithTheRest> for E {}
#[diagnostic::do_not_recommend]
impl<E, E1: StillOpen> LeftAlone<E, Alone> for E1 {}
#[diagnostic::do_not_recommend]
impl<E, E1: StillOpen> LeftAlone<E, Taking> for E1 {}

/// No environment that is known is one. Of one that inference has yet to find, it is not known.
///
/// As long as what asks for this may hold too, inference does not take what is inside a layer for what is outside it, before
/// the layer itself has said. There are two who ask, so that neither is taken for granted when both fail.
pub trait StillOpen {}
impl<T: ?Sized, E: StillOpen> StillOpen for Provided<T, E> {}

/// Never holds.
#[diagnostic::on_unimplemented(
    message = "`{L}` takes an exclusive value, so it cannot be switched off",
    label = "the layers inside it could not tell whether the value is still there",
    note = "use it without a condition, and let it decide for itself what it does with the value"
)]
pub trait TakesNothing<L: ?Sized> {}

/// The index of an optional layer, of how it is switched, its own index `J` and the index `K` of what follows.
pub trait Switched<J, K, Index> {}
// `J` ends in `K`: to name it once more would double the index at every optional layer
impl<J, K> Switched<J, K, ((Alone, Here), J)> for Alone {}
impl<J, K> Switched<J, K, ((WithTheRest, Here), (J, K))> for WithTheRest {}

/// Behind an optional layer that finds `E` and leaves `E1`, the walk goes on with `E2`. For one that is refused those are the
/// values that are provided or not yet taken: who reads or takes them is not refused too.
pub trait Leaves<E, E1, E2> {}
impl<E, E1> Leaves<E, E1, E1> for Alone {}
impl<E, E1> Leaves<E, E1, E1> for WithTheRest {}
impl<E, E1> Leaves<E, E1, E1> for Several {}
impl<E, E1> Leaves<E, E1, E> for Taking {}

impl<C, E, D, J, K, L, E1, E2, D1, D2, End, Goes, S, Index, W>
    Stage<C, Walk<E, D>, Walk<E2, D2, Open>, Index, K, (J, E1, D1, End, Goes, S, W)> for Option<L>
where
    L: Layer<Switch: Leaves<E, E1, E2>> + Stage<C, Walk<E, D>, Walk<E1, D1, End, Goes>, J, K, W>,
    L::Switch: Switchable<L, Walk<E, D>, Walk<E1, D1, End, Goes>, S>,
    S: Switched<J, K, Index>,
    D1: depth::Optional<D2>,
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
