//! `Next`: what a layer has in hand to go on.

use std::{fmt, marker::PhantomData};

use super::{
    Downstream,
    environment::{Environment, Held, Node, Place},
};
use crate::error::Result;

/// The rest of the onion, as a layer holds it. [`run`](Self::run) consumes it, so it runs at most once; its future does
/// nothing until it is awaited, and forgetting that does not compile.
///
/// A layer names in its signature what it hands inward: `Next` nothing, `Next<User>` a `&User`, `Next<(User, Db)>` both,
/// `Next<&mut Tx>` a `&mut Tx` for the one layer that takes it, `Next<Replace<User>>` another `&User` than the one that an
/// outer layer provides. `run` then wants the value beside the context:
///
/// ```
/// use koa_runtime::prelude::*;
///
/// struct User(String);
///
/// #[middleware]
/// async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
///     let user = User(ctx.get("Authorization").to_owned());
///     next.run(ctx, &user).await
/// }
/// ```
///
/// | written | run |
/// |---|---|
/// | `Next` | `next.run(ctx)` |
/// | `Next<A>`, `Next<Replace<A>>` | `next.run(ctx, &a)` |
/// | `Next<&mut A>` | `next.run(ctx, &mut a)` |
/// | `Next<(A, B)>`, up to six | `next.run(ctx, (&a, &b))` |
///
/// Dropping it unrun ends the request here: nothing further in runs. Dropping the future of `run` half-way cancels
/// everything further in.
pub struct Next<T: ?Sized = (), Rest = Unbound> {
    rest: Rest,
    provides: PhantomData<fn() -> PhantomData<T>>,
}

/// Marks, in a layer's `Next<Replace<T>>`, that the `T` handed inward replaces the one an outer layer provides.
///
/// Without the mark, a type is provided once on a path.
#[derive(Debug)]
pub struct Replace<T: ?Sized>(PhantomData<T>);

/// Stands for the rest of the onion where `Next` is written without one, as in a layer's signature.
#[derive(Debug)]
pub struct Unbound;

/// The rest of the onion for one layer, with the slots (in the layer's own frame) for what it provides.
#[derive(Debug)]
pub struct Bound<Slots, N, E, J> {
    next: N,
    env: E,
    slots: Slots,
    index: PhantomData<fn() -> J>,
}

/// Where a provided value is put for the layers inside.
pub type Slot<'s, V, E> = &'s mut Place<V, E>;

impl<T: ?Sized, S, N, E, J> Next<T, Bound<S, N, E, J>> {
    #[doc(hidden)]
    pub fn new(next: N, env: E, slots: S) -> Self {
        Self { rest: Bound { next, env, slots, index: PhantomData }, provides: PhantomData }
    }
}

impl<N, E, J> Next<(), Bound<(), N, E, J>> {
    /// Runs the rest of the onion, with the values of the layers written in the signature.
    ///
    /// # Errors
    ///
    /// Whatever the layers inside return.
    pub fn run<C>(self, ctx: &mut C) -> impl Future<Output = Result> + Send
    where
        N: Downstream<C, E, J>,
    {
        self.rest.next.run(ctx, self.rest.env)
    }
}

impl<'s, T: ?Sized, V, N, E, J> Next<T, Bound<(Slot<'s, V, E>,), N, E, J>>
where
    V: Held,
    E: Environment,
{
    #[doc(hidden)]
    pub fn run<C>(self, ctx: &mut C, value: V::Given) -> impl Future<Output = Result> + Send
    where
        N: Downstream<C, &'s Node<V, E>, J>,
    {
        let node: &'s _ = self.rest.slots.0.put(value, self.rest.env);
        self.rest.next.run(ctx, node)
    }
}

// Beside the first value: every further value's node points to the node before it.
macro_rules! several {
    ($first:ident $($value:ident $env:ty, $slot:tt;)+ => $last:ty) => {
        impl<'s, T: ?Sized, $first, $($value,)+ N, E, J>
            Next<T, Bound<(Slot<'s, $first, E>, $(Slot<'s, $value, $env>,)+), N, E, J>>
        where
            $first: Held,
            $($value: Held,)+
            E: Environment,
        {
            #[doc(hidden)]
            #[allow(non_snake_case)] // the values are named after their types
            pub fn run<C>(
                self,
                ctx: &mut C,
                values: ($first::Given, $($value::Given,)+),
            ) -> impl Future<Output = Result> + Send
            where
                N: Downstream<C, &'s $last, J>,
            {
                let ($first, $($value,)+) = values;
                let node: &'s _ = self.rest.slots.0.put($first, self.rest.env);
                $(let node: &'s _ = self.rest.slots.$slot.put($value, node);)+
                self.rest.next.run(ctx, node)
            }
        }
    };
}
several!(V0 V1 &'s Node<V0, E>, 1; => Node<V1, &'s Node<V0, E>>);
several!(V0
    V1 &'s Node<V0, E>, 1;
    V2 &'s Node<V1, &'s Node<V0, E>>, 2;
    => Node<V2, &'s Node<V1, &'s Node<V0, E>>>);
several!(V0
    V1 &'s Node<V0, E>, 1;
    V2 &'s Node<V1, &'s Node<V0, E>>, 2;
    V3 &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>, 3;
    => Node<V3, &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>>);
several!(V0
    V1 &'s Node<V0, E>, 1;
    V2 &'s Node<V1, &'s Node<V0, E>>, 2;
    V3 &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>, 3;
    V4 &'s Node<V3, &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>>, 4;
    => Node<V4, &'s Node<V3, &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>>>);
several!(V0
    V1 &'s Node<V0, E>, 1;
    V2 &'s Node<V1, &'s Node<V0, E>>, 2;
    V3 &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>, 3;
    V4 &'s Node<V3, &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>>, 4;
    V5 &'s Node<V4, &'s Node<V3, &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>>>, 5;
    => Node<V5, &'s Node<V4, &'s Node<V3, &'s Node<V2, &'s Node<V1, &'s Node<V0, E>>>>>>);

impl<T: ?Sized, R> fmt::Debug for Next<T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}
