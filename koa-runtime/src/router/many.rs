//! The check walk through many routes at once, for large tables.
//!
//! rustc keeps what it cannot prove yet, which is everything as long as a table is not mounted, and looks through all of it at each
//! step. So the work grows with the square of the steps, and here sixteen routes are one.

#![allow(
    clippy::type_complexity,
    reason = "what inference finds is carried in type parameters, in tuples and `PhantomData`"
)]

use std::marker::PhantomData;

use super::{param::Params, walk::Checked};
use crate::onion::{
    chain::Empty,
    check::{Here, Impossible, Probe, Provided, Stage, Walk},
    depth::{Depth, Step},
};

/// One route: its captures, the type of its stage, and what of the stage runs.
#[derive(Debug)]
pub struct Whole<Caps, S, R> {
    /// The captures.
    pub captures: PhantomData<fn() -> Caps>,
    /// The stage as it is checked.
    pub stage: PhantomData<fn() -> S>,
    /// What runs: a [`Leaf`](super::leaf::Leaf).
    pub running: R,
}

/// The type of a stage.
#[must_use]
pub const fn type_of<S>(_: &S) -> PhantomData<fn() -> S> {
    PhantomData
}

/// Fills a place that is left.
#[must_use]
pub const fn filler() -> Whole<(), Empty, ()> {
    Whole { captures: PhantomData, stage: PhantomData, running: () }
}

/// A stage can stand behind the captures of its route, where the walk knows `In`.
pub trait Leads<C: ?Sized, Caps, In, Out: ?Sized, J: ?Sized, W: ?Sized> {}

impl<S, C, Caps, E, Cut, Total, Out, JB, J, D1, W> Leads<C, Caps, Walk<E, Depth<Cut, Total>>, Out, JB, (J, D1, W)> for S
where
    Depth<Cut, Total>: Step<JB, J, D1>,
    S: Stage<C, Walk<Provided<Params<Caps>, E>, D1>, Out, J, Here, W>,
{
}

// a second way, for a depth that never is: until the depth is known, rustc has one obligation to keep, and nothing to take apart
impl<S: Impossible, C, Caps, E, Out, J> Leads<C, Caps, Walk<E, ()>, Out, J, ()> for S {}

/// Enters sixteen routes and passes their stages. (Written out: of a fn that a macro has made, errors say so.)
#[allow(clippy::too_many_arguments)]
#[rustfmt::skip]
#[must_use]
pub fn sixteen<
    C: ?Sized, E: ?Sized, D: ?Sized, K: ?Sized,
    Caps0, S0, R0, Out0: ?Sized, J0: ?Sized, W0: ?Sized,
    Caps1, S1, R1, Out1: ?Sized, J1: ?Sized, W1: ?Sized,
    Caps2, S2, R2, Out2: ?Sized, J2: ?Sized, W2: ?Sized,
    Caps3, S3, R3, Out3: ?Sized, J3: ?Sized, W3: ?Sized,
    Caps4, S4, R4, Out4: ?Sized, J4: ?Sized, W4: ?Sized,
    Caps5, S5, R5, Out5: ?Sized, J5: ?Sized, W5: ?Sized,
    Caps6, S6, R6, Out6: ?Sized, J6: ?Sized, W6: ?Sized,
    Caps7, S7, R7, Out7: ?Sized, J7: ?Sized, W7: ?Sized,
    Caps8, S8, R8, Out8: ?Sized, J8: ?Sized, W8: ?Sized,
    Caps9, S9, R9, Out9: ?Sized, J9: ?Sized, W9: ?Sized,
    Caps10, S10, R10, Out10: ?Sized, J10: ?Sized, W10: ?Sized,
    Caps11, S11, R11, Out11: ?Sized, J11: ?Sized, W11: ?Sized,
    Caps12, S12, R12, Out12: ?Sized, J12: ?Sized, W12: ?Sized,
    Caps13, S13, R13, Out13: ?Sized, J13: ?Sized, W13: ?Sized,
    Caps14, S14, R14, Out14: ?Sized, J14: ?Sized, W14: ?Sized,
    Caps15, S15, R15, Out15: ?Sized, J15: ?Sized, W15: ?Sized,
>(
    _: &Probe<C, Walk<E, D>, K>,
    r0: Whole<Caps0, S0, R0>,
    r1: Whole<Caps1, S1, R1>,
    r2: Whole<Caps2, S2, R2>,
    r3: Whole<Caps3, S3, R3>,
    r4: Whole<Caps4, S4, R4>,
    r5: Whole<Caps5, S5, R5>,
    r6: Whole<Caps6, S6, R6>,
    r7: Whole<Caps7, S7, R7>,
    r8: Whole<Caps8, S8, R8>,
    r9: Whole<Caps9, S9, R9>,
    r10: Whole<Caps10, S10, R10>,
    r11: Whole<Caps11, S11, R11>,
    r12: Whole<Caps12, S12, R12>,
    r13: Whole<Caps13, S13, R13>,
    r14: Whole<Caps14, S14, R14>,
    r15: Whole<Caps15, S15, R15>,
) -> (
    Checked<R0, J0, Out0>,
    Checked<R1, J1, Out1>,
    Checked<R2, J2, Out2>,
    Checked<R3, J3, Out3>,
    Checked<R4, J4, Out4>,
    Checked<R5, J5, Out5>,
    Checked<R6, J6, Out6>,
    Checked<R7, J7, Out7>,
    Checked<R8, J8, Out8>,
    Checked<R9, J9, Out9>,
    Checked<R10, J10, Out10>,
    Checked<R11, J11, Out11>,
    Checked<R12, J12, Out12>,
    Checked<R13, J13, Out13>,
    Checked<R14, J14, Out14>,
    Checked<R15, J15, Out15>,
)
where
    S0: Leads<C, Caps0, Walk<E, D>, Out0, J0, W0>,
    S1: Leads<C, Caps1, Walk<E, D>, Out1, J1, W1>,
    S2: Leads<C, Caps2, Walk<E, D>, Out2, J2, W2>,
    S3: Leads<C, Caps3, Walk<E, D>, Out3, J3, W3>,
    S4: Leads<C, Caps4, Walk<E, D>, Out4, J4, W4>,
    S5: Leads<C, Caps5, Walk<E, D>, Out5, J5, W5>,
    S6: Leads<C, Caps6, Walk<E, D>, Out6, J6, W6>,
    S7: Leads<C, Caps7, Walk<E, D>, Out7, J7, W7>,
    S8: Leads<C, Caps8, Walk<E, D>, Out8, J8, W8>,
    S9: Leads<C, Caps9, Walk<E, D>, Out9, J9, W9>,
    S10: Leads<C, Caps10, Walk<E, D>, Out10, J10, W10>,
    S11: Leads<C, Caps11, Walk<E, D>, Out11, J11, W11>,
    S12: Leads<C, Caps12, Walk<E, D>, Out12, J12, W12>,
    S13: Leads<C, Caps13, Walk<E, D>, Out13, J13, W13>,
    S14: Leads<C, Caps14, Walk<E, D>, Out14, J14, W14>,
    S15: Leads<C, Caps15, Walk<E, D>, Out15, J15, W15>,
{
    // written in place: a fn would be compiled for each route
    macro_rules! checked {
        ($($route:ident)*) => {
            ($(Checked { branch: $route.running, index: PhantomData, out: PhantomData },)*)
        };
    }
    checked!(r0 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10 r11 r12 r13 r14 r15)
}
