//! The branches of a router: a tree of tuples with up to sixteen branches each.
//!
//! So there is one bound a branch, none of them names the others, and the compiler's work grows with their number alone.

use std::{
    marker::PhantomData,
    pin::Pin,
    slice::Iter,
    task::{Context as Task, Poll},
};

use pin_project_lite::pin_project;

use super::{
    entry::Entry,
    spares::Spares,
    table::{Listed, Route},
};
use crate::{
    Context, Result,
    onion::{describe::Description, environment::Environment, found::Found, provide::Override},
};

/// What a request can be sent into. `J` is the index that the check walk has found for it.
pub trait Branches<E, J>: Sync {
    /// Sends it. `turns` say where to, as the table numbers its routes.
    fn dispatch<'x>(&self, ctx: &mut Context, env: &'x Entry<'x, E>, turns: u32)
    -> impl Future<Output = Result> + Send;
}

/// Branches can stand where the walk knows `In`, and end in `Out`, each in its own; `J` is their index, and `W` witnesses what
/// inference chose on the way.
pub trait Walks<C: ?Sized, In, Out: ?Sized, J: ?Sized, W: ?Sized> {}

/// The indices of several branches.
#[derive(Debug)]
pub struct Turns<T>(PhantomData<T>);

/// Branches of which the check walk has found the indices.
pub trait Gather {
    /// The branches.
    type Branches;
    /// Their index.
    type Index;
    /// What they end in.
    type Out;
    /// Leaves out what the walk has found.
    fn gather(self) -> Self::Branches;
}

macro_rules! forks {
    ([$($done:tt)+]) => { fork! { $($done)+ } };
    ([$($done:tt)+] $next:tt $($rest:tt)*) => {
        fork! { $($done)+ }
        forks! { [$($done)+ $next] $($rest)* }
    };
}

macro_rules! fork {
    ($(($at:tt $number:literal $branch:ident $index:ident $future:ident $witness:ident $proof:ident $out:ident))+) => {
        const _: () = {
            pin_project! {
                #[project = Projected]
                enum Taken<$($future),+> { $($future { #[pin] future: $future }),+ }
            }

            impl<$($future: Future<Output = Result>),+> Future for Taken<$($future),+> {
                type Output = Result;

                fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Result> {
                    match self.project() {
                        $(Projected::$future { future } => future.poll(task)),+
                    }
                }
            }

            impl<Env: Environment, $($branch, $index),+> Branches<Env, Turns<($($index,)+)>> for ($($branch,)+)
            where
                $($branch: Branches<Env, $index>,)+
            {
                fn dispatch<'x>(
                    &self,
                    ctx: &mut Context,
                    env: &'x Entry<'x, Env>,
                    turns: u32,
                ) -> impl Future<Output = Result> + Send {
                    match turns & 15 {
                        $($number => Taken::$future { future: self.$at.dispatch(ctx, env, turns >> 4) },)+
                        _ => unreachable!("a table numbers the branches that there are"),
                    }
                }
            }
        };

        impl<Ctx, In, $($branch, $out, $index, $witness),+>
            Walks<Ctx, In, ($($out,)+), Turns<($($index,)+)>, ($($witness,)+)> for ($($branch,)+)
        where
            $($branch: Walks<Ctx, In, $out, $index, $witness>,)+
        {
        }

        impl<$($branch: Gather),+> Gather for ($($branch,)+) {
            type Branches = ($($branch::Branches,)+);
            type Index = Turns<($($branch::Index,)+)>;
            type Out = ($($branch::Out,)+);

            fn gather(self) -> Self::Branches {
                ($(self.$at.gather(),)+)
            }
        }

        impl<$($branch: Listed),+> Listed for ($($branch,)+) {
            fn list(&self, left: &mut Iter<'static, Route>, described: &mut Vec<Description>) {
                $(self.$at.list(left, described);)+
            }

            fn override_provided(&mut self, value: &mut Override) {
                $(self.$at.override_provided(value);)+
            }
        }

        found! { [$($index)+] [$($witness)+] [] [] Proof; $(($index $proof $witness))+ }
        spares! { [$($out)+] [$($witness)+] [] [] Before; $(($out $proof $witness))+ }
    };
}

/// All are found, one after another.
macro_rules! found {
    ([$($all:ident)+] [$($witness:ident)+] [$($bound:tt)*] [$($between:ident)*] $last:ident;) => {
        impl<Proof, $($all,)+ $($between,)+ $($witness),+> Found<Proof, $last, ($(($between, $witness),)+)> for Turns<($($all,)+)>
        where
            $($bound)*
        {
        }
    };
    ([$($all:ident)+] [$($witness:ident)+] [$($bound:tt)*] [$($between:ident)*] $before:ident; ($next:ident $proof:ident $w:ident) $($rest:tt)*) => {
        found! {
            [$($all)+] [$($witness)+] [$($bound)* $next: Found<$before, $proof, $w>,] [$($between)* $proof] $proof; $($rest)*
        }
    };
}

/// Each spares what it can of what those before it have.
macro_rules! spares {
    ([$($all:ident)+] [$($witness:ident)+] [$($bound:tt)*] [$($between:ident)*] $last:ident;) => {
        impl<Before, $($all,)+ $($between,)+ $($witness),+> Spares<Before, $last, ($(($between, $witness),)+)> for ($($all,)+)
        where
            $($bound)*
        {
        }
    };
    ([$($all:ident)+] [$($witness:ident)+] [$($bound:tt)*] [$($between:ident)*] $before:ident; ($next:ident $spared:ident $w:ident) $($rest:tt)*) => {
        spares! {
            [$($all)+] [$($witness)+] [$($bound)* $next: Spares<$before, $spared, $w>,] [$($between)* $spared] $spared; $($rest)*
        }
    };
}

/// A table without routes: no request is sent here.
impl<E: Environment> Branches<E, Turns<()>> for () {
    async fn dispatch<'x>(&self, _: &mut Context, _: &'x Entry<'x, E>, _: u32) -> Result {
        unreachable!("a table numbers the branches that there are")
    }
}

impl<Ctx, In> Walks<Ctx, In, (), Turns<()>, ()> for () {}
impl<Before> Spares<Before, Before, ()> for () {}

impl Gather for () {
    type Branches = ();
    type Index = Turns<()>;
    type Out = ();

    fn gather(self) {}
}

impl Listed for () {
    fn list(&self, _: &mut Iter<'static, Route>, _: &mut Vec<Description>) {}
    fn override_provided(&mut self, _: &mut Override) {}
}

impl<Proof> Found<Proof, Proof, ()> for Turns<()> {}

forks! {
    [(0 0 B0 J0 F0 W0 P0 O0)] (1 1 B1 J1 F1 W1 P1 O1) (2 2 B2 J2 F2 W2 P2 O2) (3 3 B3 J3 F3 W3 P3 O3) (4 4 B4 J4 F4 W4 P4 O4) (5 5 B5 J5 F5 W5 P5 O5)
    (6 6 B6 J6 F6 W6 P6 O6) (7 7 B7 J7 F7 W7 P7 O7) (8 8 B8 J8 F8 W8 P8 O8) (9 9 B9 J9 F9 W9 P9 O9) (10 10 B10 J10 F10 W10 P10 O10) (11 11 B11 J11 F11 W11 P11 O11)
    (12 12 B12 J12 F12 W12 P12 O12) (13 13 B13 J13 F13 W13 P13 O13) (14 14 B14 J14 F14 W14 P14 O14) (15 15 B15 J15 F15 W15 P15 O15)
}
