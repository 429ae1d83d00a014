//! The check walk through many routes at once, for large tables.
//!
//! rustc keeps what it cannot prove yet, which is everything as long as a table is not mounted, and looks through all of it at each
//! call. So the work grows with the square of the calls, and here sixteen routes are one.

use std::marker::PhantomData;

use super::{
    leaf::Leaf,
    walk::{Carries, Checked},
};
use crate::onion::check::{Probe, Walk};

/// One route: its captures, the type of its stage, and what of the stage runs.
#[derive(Debug)]
pub struct Whole<Caps, S, R> {
    /// The captures.
    pub captures: PhantomData<fn() -> Caps>,
    /// The stage as it is checked.
    pub stage: PhantomData<fn() -> S>,
    /// What runs.
    pub running: R,
    /// See [`Leaf::new`].
    pub first: usize,
}

/// The type of a stage.
#[must_use]
pub const fn type_of<S>(_: &S) -> PhantomData<fn() -> S> {
    PhantomData
}

macro_rules! many {
    ([$($done:tt)+]) => { one! { $($done)+ } };
    ([$($done:tt)+] $next:tt $($rest:tt)*) => {
        one! { $($done)+ }
        many! { [$($done)+ $next] $($rest)* }
    };
}

macro_rules! one {
    ($(($caps:ident $stage:ident $running:ident $index:ident $witness:ident $out:ident $route:ident $name:ident))+) => {
        last! { [$($name)+] $(($caps $stage $running $index $witness $out $route))+ }
    };
}

/// The fn has the last of the names.
macro_rules! last {
    ([$skipped:ident $($name:ident)+] $($route:tt)+) => { last! { [$($name)+] $($route)+ } };
    ([$name:ident] $(($caps:ident $stage:ident $running:ident $index:ident $witness:ident $out:ident $route:ident))+) => {
        /// Enters so many routes and passes their stages.
        #[must_use]
        #[allow(clippy::too_many_arguments, clippy::multiple_bound_locations)]
        pub fn $name<C: ?Sized, E: ?Sized, D: ?Sized, K: ?Sized, $($caps, $stage, $running, $out: ?Sized, $index: ?Sized, $witness: ?Sized,)+>(
            _: &Probe<C, Walk<E, D>, K>,
            $($route: Whole<$caps, $stage, $running>,)+
        ) -> ($(Checked<Leaf<$running, $caps>, $index, $out>,)+)
        where
            $(C: Carries<Leaf<$stage, $caps>, Walk<E, D>, $out, $index, $witness>,)+
        {
            ($(Checked::new(Leaf::new($route.running, $route.first)),)+)
        }
    };
}

many! {
    [(Caps0 S0 R0 J0 W0 O0 r0 pass1)] (Caps1 S1 R1 J1 W1 O1 r1 pass2) (Caps2 S2 R2 J2 W2 O2 r2 pass3) (Caps3 S3 R3 J3 W3 O3 r3 pass4)
    (Caps4 S4 R4 J4 W4 O4 r4 pass5) (Caps5 S5 R5 J5 W5 O5 r5 pass6) (Caps6 S6 R6 J6 W6 O6 r6 pass7) (Caps7 S7 R7 J7 W7 O7 r7 pass8)
    (Caps8 S8 R8 J8 W8 O8 r8 pass9) (Caps9 S9 R9 J9 W9 O9 r9 pass10) (Caps10 S10 R10 J10 W10 O10 r10 pass11)
    (Caps11 S11 R11 J11 W11 O11 r11 pass12) (Caps12 S12 R12 J12 W12 O12 r12 pass13) (Caps13 S13 R13 J13 W13 O13 r13 pass14)
    (Caps14 S14 R14 J14 W14 O14 r14 pass15) (Caps15 S15 R15 J15 W15 O15 r15 pass16)
}
