//! How deep the onion is, counted in types.
//!
//! Under rustc's default `recursion_limit` of 128 there are two walls: the layout of nested futures (about six levels an
//! awaited layer) and trait evaluation. The check walk counts the layers, across nested and let-bound pipelines, and the
//! index it leaves says where to cut: one box every sixteen layers, so up to sixteen never allocate.

use std::marker::PhantomData;

use super::{
    check::{Provided, Root, Walk},
    whole::Proven,
};

// With short names, as all indices (see `check`).

/// Index of what follows: it is called as it is.
pub(crate) type Pure<J> = *const J;

/// Index of what follows: it is boxed first.
pub(crate) type Boxed<J> = *mut J;

/// `Cut` counts up to the next box, `Total` all the layers.
#[derive(Debug)]
pub struct Depth<Cut, Total>(PhantomData<(Cut, Total)>);

/// From one layer to the next. `J` is the next layer's index, `K` the same with the cut decided.
#[diagnostic::on_unimplemented(
    message = "a pipeline that is bound to a variable is mounted once, and this one stands at two places",
    label = "it is mounted here, or before, at another depth",
    note = "a named pipeline, `pipeline! {{ fn name() => […] }}`, can be mounted wherever it is called"
)]
pub trait Step<K, J, Next> {}

/// A layer that nests more futures than others counts half a layer more.
pub trait Heavier<More> {}

/// So does one that is optional, and it takes more to prove.
pub trait Optional<More> {}

/// The depth of the outermost layer.
#[derive(Debug)]
pub struct Surface;

/// One layer deeper than `L`, which takes `STEPS` to prove.
#[derive(Debug)]
pub struct Layers<const STEPS: u8, L>(PhantomData<L>);

/// Counts in half layers: each name with the index that the layer leaves there, the next two names and the steps.
macro_rules! cuts {
    ($($at:ident $index:ident $half:ident $next:ident $steps:literal;)*) => { $(
        #[doc(hidden)]
        #[derive(Debug)]
        pub struct $at;
        #[diagnostic::do_not_recommend]
        impl<J, L> Step<$index<J>, J, Depth<$next, Layers<$steps, L>>> for Depth<$at, L> {}
        impl<L> Heavier<Depth<$half, L>> for Depth<$at, L> {}
        impl<L> Optional<Depth<$half, Layers<1, L>>> for Depth<$at, L> {}
    )* };
}
cuts! {
    D0 Pure D1 D2 3; D1 Pure D2 D3 4; D2 Pure D3 D4 4; D3 Pure D4 D5 4;
    D4 Pure D5 D6 3; D5 Pure D6 D7 4; D6 Pure D7 D8 4; D7 Pure D8 D9 4;
    D8 Pure D9 D10 3; D9 Pure D10 D11 4; D10 Pure D11 D12 4; D11 Pure D12 D13 4;
    D12 Pure D13 D14 3; D13 Pure D14 D15 4; D14 Pure D15 D16 4; D15 Pure D16 D17 4;
    D16 Pure D17 D18 3; D17 Pure D18 D19 4; D18 Pure D19 D20 4; D19 Pure D20 D21 4;
    D20 Pure D21 D22 3; D21 Pure D22 D23 4; D22 Pure D23 D24 4; D23 Pure D24 D25 4;
    D24 Pure D25 D26 3; D25 Pure D26 D27 4; D26 Pure D27 D28 4; D27 Pure D28 D29 4;
    D28 Pure D29 D30 3; D29 Pure D30 D31 4; D30 Boxed D31 D0 4; D31 Boxed D31 D0 4;
    // never cut, for who would rather raise the recursion limit than pay for a box
    Uncut Pure Uncut Uncut 4;
}

/// Where the check walk starts: nothing provided, at the surface.
pub(crate) type Start<E = Root> = Walk<E, Depth<D0, Surface>>;

/// The pipeline is not deeper than the compiler can follow under the crate's `recursion_limit`.
///
/// Proving it takes one step of recursion a provided value and seven for two layers, a little more than the onion itself.
/// Whether `P` is [`Proven`] or [`Unproven`] is only known when it is done, and the onion waits for that. So whoever goes
/// too deep reads this one name, and rustc's own line on what to add, instead of a page of overflow.
pub trait IsShallow<P> {}

/// The pipeline is too deep: never found out, since rustc stops at its limit.
#[derive(Debug)]
pub struct Unproven;

impl<E: FitsTheRecursionLimit<L, Proven>, Cut, L, End, Goes> IsShallow<Proven> for Walk<E, Depth<Cut, L>, End, Goes> {}
impl<E: FitsTheRecursionLimit<L, Unproven>, Cut, L, End, Goes> IsShallow<Unproven>
    for Walk<E, Depth<Cut, L>, End, Goes>
{
}

/// The values in `Self` and then the layers `L` are followed to the end.
#[doc(hidden)]
pub trait FitsTheRecursionLimit<L, P> {}
#[doc(hidden)]
#[derive(Debug)]
pub struct Step3;
#[doc(hidden)]
#[derive(Debug)]
pub struct Step2;
#[doc(hidden)]
#[derive(Debug)]
pub struct Step1;
#[doc(hidden)]
#[derive(Debug)]
pub struct Spare<const STEPS: u8>;

impl<V: ?Sized, E: FitsTheRecursionLimit<L, P>, L, P> FitsTheRecursionLimit<L, P> for Provided<V, E> {}
impl<L, P> FitsTheRecursionLimit<Layers<4, L>, P> for Root where Step3: FitsTheRecursionLimit<L, P> {}
impl<L, P> FitsTheRecursionLimit<Layers<3, L>, P> for Root where Step2: FitsTheRecursionLimit<L, P> {}
impl<L, P> FitsTheRecursionLimit<Layers<1, L>, P> for Root where Step1: FitsTheRecursionLimit<L, P> {}
impl<L, P> FitsTheRecursionLimit<L, P> for Step3 where Step2: FitsTheRecursionLimit<L, P> {}
impl<L, P> FitsTheRecursionLimit<L, P> for Step2 where Step1: FitsTheRecursionLimit<L, P> {}
impl<L, P> FitsTheRecursionLimit<L, P> for Step1 where Root: FitsTheRecursionLimit<L, P> {}
// some steps to spare: code generation goes a little deeper than the check
impl<P> FitsTheRecursionLimit<Surface, P> for Root where Spare<4>: FitsTheRecursionLimit<Surface, P> {}
impl<P> FitsTheRecursionLimit<Surface, P> for Spare<4> where Spare<3>: FitsTheRecursionLimit<Surface, P> {}
impl<P> FitsTheRecursionLimit<Surface, P> for Spare<3> where Spare<2>: FitsTheRecursionLimit<Surface, P> {}
impl<P> FitsTheRecursionLimit<Surface, P> for Spare<2> where Spare<1>: FitsTheRecursionLimit<Surface, P> {}
impl FitsTheRecursionLimit<Surface, Proven> for Spare<1> {}
