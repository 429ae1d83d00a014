//! Whether a `#[param]` can be read where its layer stands: what the check walk asks of a route, and what is said if it cannot.
//!
//! The facts about how one parameter is read share an index, `I` in this file and `A` where it is part of another one. It is always
//! [`Here`], and left open where the parameter cannot be read: then the run-time types are not looked at, which would say the same at
//! length (see [`Lent`](crate::onion::check::Lent)).

use std::str::FromStr;

use super::{
    entry::{Keeps, Kept, Nth},
    leaf::Cap,
    param::{CaptureAt, Kind, Maybe, Params, Parsed, Rest, Text},
};
use crate::onion::{
    check::{Here, Impossible, Provided, There},
    found::Found,
    unsaid::Unsaid,
};

/// The environment provides what a route captures by the name `N`, as `K`, at index `I`, of which `A` is a part. Each reader has a trait
/// of its own that says so with the name in it.
///
/// Where two routes capture it, the index stays open and falls back to what `!` falls back to (see
/// [`decide`](crate::onion::found::decide)), and nothing is found there.
pub trait HasParam<N, K, A, I> {}

#[diagnostic::do_not_recommend]
impl<N, K, A, Caps: Captures<N, K, I>, E, I> HasParam<N, K, A, CaptureAt<I, A, K>> for Provided<Params<Caps>, E> {}
#[diagnostic::do_not_recommend]
impl<N, K, A, U: ?Sized, E: ParamBelow<N, K, A, I>, I> HasParam<N, K, A, There<I>> for Provided<U, E> {}

/// The same, below a value: there, nothing is found that is only [not known to be missing](Unsaid).
pub trait ParamBelow<N, K, A, I> {}
impl<N, K, A, Caps: Captures<N, K, I>, E, I> ParamBelow<N, K, A, CaptureAt<I, A, K>> for Provided<Params<Caps>, E> {}
impl<N, K, A, U: ?Sized, E: ParamBelow<N, K, A, I>, I> ParamBelow<N, K, A, There<I>> for Provided<U, E> {}

// its place and kind are found when it is
impl<P, Q, W, I, A: Found<P, Q, W>, K> Found<P, Q, W> for CaptureAt<I, A, K> {}

/// In place of a kind: the layer is boxed, and nobody knows which route it goes to.
#[derive(Debug)]
pub struct InABox;
#[diagnostic::do_not_recommend]
impl<N, A> HasParam<N, InABox, A, CaptureAt<Here, A, InABox>> for Unsaid {}

/// The captures of a route, a tuple of [`Cap`], have `N` as `K`, at place `I`.
pub trait Captures<N, K, I> {}

/// Routes with one capture more than those before, up to eight.
macro_rules! captures {
    ([$($done:tt)*]) => {};
    ([$($done:tt)*] $next:tt $($more:tt)*) => {
        places! { [] $($done)* $next }
        captures! { [$($done)* $next] $($more)* }
    };
}
/// In one list of captures, one place after another. A place is a primitive type, since that has a short name.
macro_rules! places {
    ([$($before:tt)*]) => {};
    ([$(($b:ident $before:ident $number:tt))*] ($c:ident $place:ident $nth:tt) $(($a:ident $after:ident $later:tt))*) => {
        impl<N, K, $($b,)* $($a),*> Captures<N, K, $place> for ($($b,)* Cap<N, K>, $($a,)*) {}

        impl<K: Kind, $($b,)* $($a),*> Keeps<$place, K> for ($($b,)* Kept<K>, $($a,)*) {
            fn kept(&self) -> &K::Stored {
                &self.$nth.0
            }
        }

        places! { [$(($b $before $number))* ($c $place $nth)] $(($a $after $later))* }
    };
}
macro_rules! eight {
    ($(($c:ident $place:ident $nth:tt))+) => {
        $(
            impl Nth for $place {
                const NTH: usize = $nth;
            }
        )+
        captures! { [] $(($c $place $nth))+ }
    };
}
eight! { (C0 u8 0) (C1 u16 1) (C2 u32 2) (C3 u64 3) (C4 i8 4) (C5 i16 5) (C6 i32 6) (C7 i64 7) }

// Each question is answered for each kind, by another question where it depends: so there is one that no kind has an answer to, and its
// sentence is about nothing else.

/// Layer `By` reads as a `T` what is captured like this: a value of its own.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `{T}`, but on its route it may be missing",
    label = "this route may leave it out",
    note = "what is optional, as `{{name?}}` is, is read as an `Option<{T}>`"
)]
pub trait ReadAs<T, By: ?Sized, I> {}
impl<T: OfText<By, I>, By: ?Sized, I> ReadAs<T, By, I> for Text {}
impl<T, U: OfRoute<T, By, I>, P, By: ?Sized, I> ReadAs<T, By, I> for Parsed<U, P> {}
impl<T: OfSegments<By, I>, By: ?Sized, I> ReadAs<T, By, I> for Rest {}
impl<T, K: ReadAs<T, By, I>, By: ?Sized, I> ReadAs<Option<T>, By, I> for Maybe<K> {}
impl<T, By: ?Sized, I> ReadAs<T, By, I> for InABox where (): IntoABox<By, I> {}

/// Layer `By` borrows as a `str` what is captured like this.
pub trait ReadText<By: ?Sized, I> {}
impl<By: ?Sized> ReadText<By, Here> for Text {}
impl<By: ?Sized> ReadText<By, Here> for Rest {}
impl<U: IsText<By, I>, P, By: ?Sized, I> ReadText<By, I> for Parsed<U, P> {}
impl<K, By: ?Sized, I> ReadText<By, I> for Maybe<K> where str: IsThere<By, I> {}
impl<By: ?Sized, I> ReadText<By, I> for InABox where (): IntoABox<By, I> {}

/// Layer `By` borrows as a `T` what is captured like this.
pub trait Lends<T, By: ?Sized, I> {}
impl<T: IsParsed<By, I>, By: ?Sized, I> Lends<T, By, I> for Text {}
impl<T, U: IsLent<T, By, I>, P, By: ?Sized, I> Lends<T, By, I> for Parsed<U, P> {}
impl<T: IsParsed<By, I>, By: ?Sized, I> Lends<T, By, I> for Rest {}
impl<T: IsThere<By, I>, K, By: ?Sized, I> Lends<T, By, I> for Maybe<K> {}
impl<T, By: ?Sized, I> Lends<T, By, I> for InABox where (): IntoABox<By, I> {}

/// Layer `By` borrows as a `str` what is captured like this, if it is there.
pub trait ReadOptionalText<By: ?Sized, I> {}
impl<By: ?Sized, I> ReadOptionalText<By, I> for Text where (): IsOptional<By, I> {}
impl<U, P, By: ?Sized, I> ReadOptionalText<By, I> for Parsed<U, P> where (): IsOptional<By, I> {}
impl<By: ?Sized, I> ReadOptionalText<By, I> for Rest where (): IsOptional<By, I> {}
impl<K: ReadText<By, I>, By: ?Sized, I> ReadOptionalText<By, I> for Maybe<K> {}
impl<By: ?Sized, I> ReadOptionalText<By, I> for InABox where (): IntoABox<By, I> {}

/// Layer `By` borrows as a `T` what is captured like this, if it is there.
pub trait LendsOptional<T, By: ?Sized, I> {}
impl<T, By: ?Sized, I> LendsOptional<T, By, I> for Text where (): IsOptional<By, I> {}
impl<T, U, P, By: ?Sized, I> LendsOptional<T, By, I> for Parsed<U, P> where (): IsOptional<By, I> {}
impl<T, By: ?Sized, I> LendsOptional<T, By, I> for Rest where (): IsOptional<By, I> {}
impl<T, K: Lends<T, By, I>, By: ?Sized, I> LendsOptional<T, By, I> for Maybe<K> {}
impl<T, By: ?Sized, I> LendsOptional<T, By, I> for InABox where (): IntoABox<By, I> {}

/// Layer `By` goes through the segments of what is captured like this.
pub trait ReadSegments<By: ?Sized, I> {}
impl<By: ?Sized, I> ReadSegments<By, I> for Text where (): AreSeveral<By, I> {}
impl<U, P, By: ?Sized, I> ReadSegments<By, I> for Parsed<U, P> where (): AreSeveral<By, I> {}
impl<By: ?Sized> ReadSegments<By, Here> for Rest {}
impl<K: ReadSegments<By, I>, By: ?Sized, I> ReadSegments<By, I> for Maybe<K> {}
impl<By: ?Sized, I> ReadSegments<By, I> for InABox where (): IntoABox<By, I> {}

/// Layer `By` makes a `Self` of text.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `{Self}`, but text does not parse as one",
    label = "this route has it as text",
    note = "implement `std::str::FromStr` for it; only what is optional, as `{{name?}}` is, is read as an `Option`"
)]
pub trait OfText<By: ?Sized, I> {}
#[diagnostic::do_not_recommend]
impl<T: FromStr, By: ?Sized> OfText<By, Here> for T {}
#[diagnostic::do_not_recommend]
impl<T: FromStr + Impossible, By: ?Sized> OfText<By, There<Here>> for T {}

/// Layer `By` makes a `Self` of several segments.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `{Self}`, but its route captures several segments",
    label = "this route has several segments of it",
    note = "what `{{name..}}` captures is read as `Segments<'_>`, `Vec<String>`, `String` or `&str`"
)]
pub trait OfSegments<By: ?Sized, I> {}
#[diagnostic::do_not_recommend]
impl<By: ?Sized> OfSegments<By, Here> for Vec<String> {}
#[diagnostic::do_not_recommend]
impl<By: ?Sized> OfSegments<By, Here> for String {}

/// The route parses a `Self`, and layer `By` reads it as a `T`.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `{T}`, but its route says `{Self}`",
    label = "this route parses it as `{Self}`",
    note = "what a route parses has one type: read it as `{Self}`, or leave the type out of the pattern"
)]
pub trait OfRoute<T, By: ?Sized, I> {}
impl<T: IsCloned<By, I>, By: ?Sized, I> OfRoute<T, By, I> for T {}

/// Layer `By` has a copy of its own.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `{Self}`, which cannot be cloned",
    label = "`{Self}` is not `Clone`",
    note = "the router keeps what it has parsed: borrow it as `&{Self}`, or derive `Clone`"
)]
pub trait IsCloned<By: ?Sized, I> {}
#[diagnostic::do_not_recommend]
impl<T: Clone, By: ?Sized> IsCloned<By, Here> for T {}
#[diagnostic::do_not_recommend]
impl<T: Clone + Impossible, By: ?Sized> IsCloned<By, There<Here>> for T {}

/// The route parses a `Self`, and layer `By` borrows it as a `T`.
#[diagnostic::on_unimplemented(
    message = "`{By}` borrows a path parameter as `&{T}`, but its route says `{Self}`",
    label = "this route parses it as `{Self}`",
    note = "what a route parses has one type: borrow it as `&{Self}`"
)]
pub trait IsLent<T, By: ?Sized, I> {}
#[diagnostic::do_not_recommend]
impl<T, By: ?Sized> IsLent<T, By, Here> for T {}

/// The route parses a `Self`, and layer `By` reads it as text. Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `&str`, but its route says `{Self}`",
    label = "this route parses it as `{Self}`",
    note = "what a route parses has one type: read it as `{Self}`, or leave the type out of the pattern"
)]
pub trait IsText<By: ?Sized, I> {}

/// The route parses nothing, and layer `By` borrows a `Self`. Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` borrows a path parameter as `&{Self}`, but its route holds no `{Self}`",
    label = "this route has it as text",
    note = "what a route parses can be borrowed: write `{{name: {Self}}}` in its pattern, or read it by value"
)]
pub trait IsParsed<By: ?Sized, I> {}

/// The route may leave it out, and layer `By` borrows a `Self`. Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` borrows a path parameter as `&{Self}`, but on its route it may be missing",
    label = "this route may leave it out",
    note = "what is optional, as `{{name?}}` is, is read as an `Option<&{Self}>`"
)]
pub trait IsThere<By: ?Sized, I> {}

/// The route always captures it, and layer `By` borrows it if it is there. Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as an `Option`, but on its route it is always there",
    label = "this route never leaves it out",
    note = "leave `Option` out, or let the route leave the parameter out: `{{name?}}`"
)]
pub trait IsOptional<By: ?Sized, I> {}

/// The route captures one segment, and layer `By` reads several. Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter as `Segments`, but its route captures one segment",
    label = "this route has one segment of it",
    note = "several segments are captured by `{{name..}}`"
)]
pub trait AreSeveral<By: ?Sized, I> {}

/// Layer `By` is boxed. Never holds.
#[diagnostic::on_unimplemented(
    message = "`{By}` reads a path parameter, which does not reach into a boxed layer",
    label = "nothing says which route this goes to",
    note = "put it into the route without `boxed`, or ask for the parameter at run time: `ctx.param(\"name\")`"
)]
pub trait IntoABox<By: ?Sized, I> {}
