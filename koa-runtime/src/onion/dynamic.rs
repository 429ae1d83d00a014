//! Layers chosen at run time: the escape hatch, and what it costs.

use std::{fmt, marker::PhantomData, pin::Pin};

use super::{
    Downstream, Layer, Middleware,
    check::{Here, Needs, Provided, Root, Stage, Walk},
    depth::{IsShallow, Start},
    describe::{Description, Kind, short_type_name},
    environment::{At, Environment, Nil, Node},
    found::{Found, Never},
    layer::{IntoLayer, WithTheRest},
    provide::Override,
    unsaid::{Silent, Unsaid},
    whole::{Gate, IndexOf, Indexed, ProvenLayer},
};
use crate::{context::Context, error::Result};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What boxed layers may read: a tuple of up to four types.
#[diagnostic::on_unimplemented(
    message = "what a boxed layer reads is a tuple of up to four types, and `{Self}` is none",
    label = "this says that it reads `{Self}`",
    note = "a tuple of one type has a comma: `(User,)`"
)]
pub trait Reads: 'static {
    /// The same for the check walk.
    #[doc(hidden)]
    type Check;
    /// The same at run time.
    #[doc(hidden)]
    type Env<'a>: Environment + 'a;
    #[doc(hidden)]
    fn shorten<'b, 'a: 'b>(env: Self::Env<'a>) -> Self::Env<'b>;
}

/// What `By`, a boxed layer, reads is provided at the indices `I`.
#[diagnostic::on_unimplemented(
    message = "what a boxed layer reads is a tuple of up to four types, and `{Self}` is none",
    label = "this says that it reads `{Self}`",
    note = "a tuple of one type has a comma: `(User,)`"
)]
pub trait AreProvided<E, By: ?Sized, I> {}

/// A layer whose type is forgotten, so that layers can be chosen at run time. `boxed(layer)` makes one; it stands in a
/// pipeline like any layer, or in the list of [`dynamic()`].
///
/// It names what it reads (`BoxedLayer<(User, Db)>`), cannot provide to what stands behind it, and costs three allocations
/// a request.
pub struct BoxedLayer<R = (), C = Context> {
    layer: Box<dyn Erased<C, R>>,
}

/// Forgets the type of `layer`, which may read what `R` names and nothing else.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn shout(ctx: &mut Context, next: Next) -> Result {
///     next.run(ctx).await?;
///     ctx.set("X-Volume", "loud");
///     Ok(())
/// }
///
/// #[middleware]
/// async fn whisper(ctx: &mut Context, next: Next) -> Result {
///     next.run(ctx).await?;
///     ctx.set("X-Volume", "low");
///     Ok(())
/// }
///
/// let chosen: BoxedLayer = if std::env::var_os("LOUD").is_some() { boxed(shout) } else { boxed(whisper) };
/// let app = Application::new(pipeline![chosen]);
/// ```
///
/// What it may read is inferred from where it goes, or said: `boxed::<(User,), _, _>(greet)`.
pub fn boxed<R, C, P>(layer: impl IntoBoxed<R, C, P>) -> BoxedLayer<R, C> {
    layer.into_boxed()
}

/// What [`boxed`] takes: a layer that reads nothing but what `R` names. `P` is the compiler's proof.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a `#[middleware]` fn or a pipeline",
    note = "a layer with `#[config]` parameters is called with them, as in `cors(options)`"
)]
pub trait IntoBoxed<R, C, P> {
    #[doc(hidden)]
    fn into_boxed(self) -> BoxedLayer<R, C>;
}

impl<R, C, M, L, Out, J, W, P, Q, V> IntoBoxed<R, C, (M, Out, J, W, (P, Q, V))> for L
where
    R: Reads,
    C: Send + 'static,
    L: IntoLayer<M>,
    L::Layer: Stage<C, Start<R::Check>, Out, J, Here, W>,
    Out: IsShallow<P>,
    P: Gate<J>,
    IndexOf<J, P>: Found<P, Q, V>,
    Q: Gate<L::Layer>,
    ProvenLayer<L::Layer, Q>: for<'a> Middleware<C, R::Env<'a>, BoxedNext<'a, C>, J> + Layer + Send + 'static,
    J: 'static,
{
    fn into_boxed(self) -> BoxedLayer<R, C> {
        let layer = Q::open(self.into_layer());
        BoxedLayer { layer: Box::new(Indexed::new(layer)) }
    }
}

/// Runs the layers of `list`, outermost first, and then what follows.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// struct User(&'static str);
///
/// #[middleware]
/// async fn greet(user: &User, ctx: &mut Context, next: Next) -> Result {
///     ctx.set("X-Hello", user.0);
///     next.run(ctx).await
/// }
///
/// let plugins: Vec<BoxedLayer<(User,)>> = vec![boxed(greet)];
/// let app = Application::new(pipeline![provide(User("ada")), dynamic(plugins)]);
/// ```
#[must_use]
#[track_caller]
pub fn dynamic<R, C>(list: Vec<BoxedLayer<R, C>>) -> dynamic<R, C> {
    let place = std::panic::Location::caller();
    dynamic { list, file: place.file(), line: place.line() }
}

/// A list of layers chosen at run time: the type of [`dynamic()`].
#[allow(non_camel_case_types)] // a layer is a fn and a type of the same name
#[derive(Debug)]
pub struct dynamic<R = (), C = Context> {
    list: Vec<BoxedLayer<R, C>>,
    file: &'static str,
    line: u32,
}

trait Erased<C, R>: Send + Sync {
    fn call<'a>(&'a self, ctx: &'a mut C, env: R::Env<'a>, next: BoxedNext<'a, C>) -> BoxFuture<'a, Result>
    where
        R: Reads;
    fn describe(&self) -> Description;
    fn override_provided(&mut self, value: &mut Override);
}

impl<C, R, J, L> Erased<C, R> for Indexed<L, J>
where
    C: Send,
    R: Reads,
    L: for<'a> Middleware<C, R::Env<'a>, BoxedNext<'a, C>, J> + Layer + Send,
{
    fn call<'a>(&'a self, ctx: &'a mut C, env: R::Env<'a>, next: BoxedNext<'a, C>) -> BoxFuture<'a, Result> {
        Box::pin(self.layer.call(ctx, env, next))
    }

    fn describe(&self) -> Description {
        self.layer.describe()
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.layer.override_provided(value);
    }
}

/// What follows a boxed layer, in the frame of whoever runs that.
pub struct BoxedNext<'a, C>(&'a (dyn ErasedNext<C> + 'a));

impl<C> Copy for BoxedNext<'_, C> {}
impl<C> Clone for BoxedNext<'_, C> {
    fn clone(&self) -> Self {
        *self
    }
}

trait ErasedNext<C>: Send + Sync {
    fn run<'b>(&'b self, ctx: &'b mut C) -> BoxFuture<'b, Result>;
}

// Whatever a boxed layer provides ends with it: what follows has kept its own environment.
impl<C: Send, X: Environment> Downstream<C, X, Here> for BoxedNext<'_, C> {
    async fn run(self, ctx: &mut C, _env: X) -> Result {
        self.0.run(ctx).await
    }
}

/// The layers still to run, what they may read, and what follows the list.
struct Remaining<'a, 'n, R: Reads, C> {
    list: &'a [BoxedLayer<R, C>],
    env: R::Env<'a>,
    after: BoxedNext<'n, C>,
}

impl<R: Reads, C: Send> ErasedNext<C> for Remaining<'_, '_, R, C> {
    fn run<'b>(&'b self, ctx: &'b mut C) -> BoxFuture<'b, Result> {
        match self.list.split_first() {
            None => self.after.0.run(ctx),
            Some((first, list)) => Box::pin(async move {
                let next = Remaining { list, env: self.env, after: self.after };
                first.layer.call(ctx, R::shorten(self.env), BoxedNext(&next)).await
            }),
        }
    }
}

struct After<N, E, K> {
    next: N,
    env: E,
    index: PhantomData<fn() -> K>,
}

impl<C: Send, E: Environment, N: Downstream<C, E, K> + Sync, K> ErasedNext<C> for After<N, E, K> {
    fn run<'b>(&'b self, ctx: &'b mut C) -> BoxFuture<'b, Result> {
        Box::pin(self.next.run(ctx, self.env))
    }
}

async fn run_list<'a, R, C, E, N, K>(
    list: &'a [BoxedLayer<R, C>],
    reads: R::Env<'a>,
    ctx: &mut C,
    env: E,
    next: N,
) -> Result
where
    R: Reads,
    C: Send,
    E: Environment,
    N: Downstream<C, E, K>,
{
    let after = After { next, env, index: PhantomData };
    let all = Remaining { list, env: reads, after: BoxedNext(&after) };
    all.run(ctx).await
}

// one impl whatever they read, so that what stands behind them is walked on before that is known
impl<C, E, D, K, R: AreProvided<E, Self, I>, I> Stage<C, Walk<E, D>, Walk<E, D>, ((Here, I), K), K, ()>
    for BoxedLayer<R, C>
{
}
impl<C, E, D, K, R: AreProvided<E, Self, I>, I> Stage<C, Walk<E, D>, Walk<E, D>, ((Here, I), K), K, ()>
    for dynamic<R, C>
{
}

macro_rules! reads {
    ($([$($t:ident $i:ident),*] $reads:ty, $check:ty, $env:ty, $index:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($t: Send + Sync + 'static),*> Reads for $reads {
            type Check = $check;
            type Env<'a> = $env;
            fn shorten<'b, 'a: 'b>(env: Self::Env<'a>) -> Self::Env<'b> {
                env
            }
        }
        impl<E, By: ?Sized, $($t, $i,)*> AreProvided<E, By, $index> for $reads where $(E: Needs<$t, By, $i>,)* {}
        reads!(@middleware [$($t $i),*] $index, BoxedLayer<$reads, C>);
        reads!(@middleware [$($t $i),*] $index, dynamic<$reads, C>);
    )* };
    (@middleware [$($t:ident $i:ident),*] $index:ty, $layer:ty) => {
        impl<C, E, N, K, $($t: Send + Sync + 'static, $i,)*> Middleware<C, E, N, ((Here, $index), K)> for $layer
        where
            C: Send + 'static,
            E: Environment $(+ At<$i, Value = $t>)*,
            N: Downstream<C, E, K>,
        {
            async fn call(&self, ctx: &mut C, env: E, next: N) -> Result {
                reads!(@nodes env [$($t $i),*] reads);
                run_list(self.list(), reads, ctx, env, next).await
            }
        }
    };
    (@nodes $env:ident [] $reads:ident) => { let $reads = Nil; };
    (@nodes $env:ident [$a:ident $i:ident] $reads:ident) => {
        let node = Node::new(At::<$i>::at($env), Nil);
        let $reads = &node;
    };
    (@nodes $env:ident [$a:ident $i:ident, $b:ident $j:ident] $reads:ident) => {
        let outer = Node::new(At::<$i>::at($env), Nil);
        let node = Node::new(At::<$j>::at($env), &outer);
        let $reads = &node;
    };
    (@nodes $env:ident [$a:ident $i:ident, $b:ident $j:ident, $c:ident $k:ident] $reads:ident) => {
        let first = Node::new(At::<$i>::at($env), Nil);
        let second = Node::new(At::<$j>::at($env), &first);
        let node = Node::new(At::<$k>::at($env), &second);
        let $reads = &node;
    };
    (@nodes $env:ident [$a:ident $i:ident, $b:ident $j:ident, $c:ident $k:ident, $d:ident $l:ident] $reads:ident) => {
        let first = Node::new(At::<$i>::at($env), Nil);
        let second = Node::new(At::<$j>::at($env), &first);
        let third = Node::new(At::<$k>::at($env), &second);
        let node = Node::new(At::<$l>::at($env), &third);
        let $reads = &node;
    };
}

reads! {
    [] (), Unsaid, Nil, Silent<()>;
    [] Never, Unsaid, Nil, Silent<Never>;
    [A I] (A,), Provided<A, Root>, &'a Node<&'a A, Nil>, (I, Here);
    [A I, B J] (A, B), Provided<B, Provided<A, Root>>, &'a Node<&'a B, &'a Node<&'a A, Nil>>, (I, (J, Here));
    [A I, B J, F G]
        (A, B, F),
        Provided<F, Provided<B, Provided<A, Root>>>,
        &'a Node<&'a F, &'a Node<&'a B, &'a Node<&'a A, Nil>>>,
        (I, (J, (G, Here)));
    [A I, B J, F G, H L]
        (A, B, F, H),
        Provided<H, Provided<F, Provided<B, Provided<A, Root>>>>,
        &'a Node<&'a H, &'a Node<&'a F, &'a Node<&'a B, &'a Node<&'a A, Nil>>>>,
        (I, (J, (G, (L, Here))));
}

impl<R, C> BoxedLayer<R, C> {
    /// See [`decide`](super::found::decide): with nothing said, the layer reads nothing.
    #[doc(hidden)]
    pub fn __reads(&self, _: R) {}

    fn list(&self) -> &[Self] {
        std::slice::from_ref(self)
    }
}

impl<R, C> dynamic<R, C> {
    #[doc(hidden)]
    pub fn __reads(&self, _: R) {}

    fn list(&self) -> &[BoxedLayer<R, C>] {
        &self.list
    }
}

impl<R, C> Layer for BoxedLayer<R, C> {
    type Switch = WithTheRest;

    fn describe(&self) -> Description {
        self.layer.describe()
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.layer.override_provided(value);
    }
}

impl<R, C> Layer for dynamic<R, C> {
    type Switch = WithTheRest;

    fn describe(&self) -> Description {
        let mut described = Description::new(Kind::Dynamic, "dynamic", self.file, self.line);
        for layer in &self.list {
            described.add(layer);
        }
        described
    }

    fn override_provided(&mut self, value: &mut Override) {
        for layer in &mut self.list {
            layer.override_provided(value);
        }
    }
}

impl<R, C> fmt::Debug for BoxedLayer<R, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoxedLayer<{}>({})", short_type_name::<R>(), self.layer.describe().name)
    }
}

impl<C> fmt::Debug for BoxedNext<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoxedNext")
    }
}
