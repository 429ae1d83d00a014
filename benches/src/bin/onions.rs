//! The measured program: the same chains of layers as `pipeline!` makes them and as nested async fns written by hand.
//!
//! `onions KIND SIDE LAYERS REQUESTS` runs them, `onions allocations` and `onions sizes` print tables.

// the uncut pipelines of fifty layers
#![recursion_limit = "1024"]

use std::{
    alloc::System,
    env,
    future::{Future, ready},
    hint::black_box,
    pin::Pin,
    process::ExitCode,
    sync::Arc,
    task::{Context as Task, Poll, Waker},
};

use koa_runtime::{
    Pipeline,
    __private::{Downstream, Environment, Here, Middleware},
    prelude::*,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

type Request<'a> = Pin<Box<dyn Future<Output = Result> + Send + 'a>>;

/// What a layer provides: a type of its own for each `I`.
struct Value<const I: usize>(u64);

/// What is provided outermost.
struct State(u64);

/// The environment outside the pipeline.
#[derive(Clone, Copy)]
struct Outside;
impl Environment for Outside {}

/// The rest of the onion after the pipeline. Each ends in an endpoint, so this is never run.
struct End;
impl<C: Send, E: Send> Downstream<C, E, Here> for End {
    fn run(self, _ctx: &mut C, _env: E) -> impl Future<Output = Result> + Send {
        ready(Ok(()))
    }
}

/// One request through a pipeline: the onion itself, without a server around it.
fn call<'a, In, Out, J, L>(
    pipeline: &'a Pipeline<Context, In, Out, J, Here, L>,
    ctx: &'a mut Context,
) -> impl Future<Output = Result> + Send + 'a
where
    L: Middleware<Context, Outside, End, J>,
{
    pipeline.call(ctx, Outside, End)
}

/// One way to run one chain.
struct Chain {
    kind: &'static str,
    side: &'static str,
    layers: usize,
    /// Bytes of the future of a request.
    size: usize,
    start: Box<dyn for<'a> Fn(&'a mut Context) -> Request<'a>>,
}

impl Chain {
    fn run(&self, ctx: &mut Context) {
        let mut request = (self.start)(ctx);
        let Poll::Ready(result) = request.as_mut().poll(&mut Task::from_waker(Waker::noop())) else {
            panic!("a layer waits")
        };
        black_box(&result);
    }
}

macro_rules! chain {
    ($kind:literal, $side:literal, $layers:expr, |$ctx:ident| $start:expr) => {{
        fn size<'a, F: Future + 'a>(_: impl Fn(&'a mut Context) -> F) -> usize {
            size_of::<F>()
        }
        Chain {
            kind: $kind,
            side: $side,
            layers: $layers,
            size: size(|$ctx| $start),
            start: Box::new(|$ctx| Box::pin($start)),
        }
    }};
}

/// The layers, as a user writes them.
mod ours {
    use super::*;

    #[middleware]
    pub async fn plain<const I: usize>(ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await
    }

    #[middleware]
    pub async fn result<const I: usize>(ctx: &mut Context, next: Next) -> Result {
        black_box(&mut *ctx);
        next.run(ctx).await?;
        black_box(&mut *ctx);
        Ok(())
    }

    #[middleware]
    pub async fn provider<const I: usize>(ctx: &mut Context, next: Next<Value<I>>) -> Result {
        let value = Value(7);
        black_box(&value.0);
        next.run(ctx, &value).await
    }

    #[middleware]
    pub async fn reader<const I: usize>(state: &State, ctx: &mut Context, next: Next) -> Result {
        black_box(state.0);
        next.run(ctx).await
    }

    #[middleware]
    pub async fn end(ctx: &mut Context) -> Result {
        black_box(ctx);
        Ok(())
    }

    #[middleware]
    pub async fn end_with_state(state: &State, ctx: &mut Context) -> Result {
        black_box(state.0);
        black_box(ctx);
        Ok(())
    }
}

/// The same by hand: each fn calls the next one. `N` keeps the chains of different length apart, so that each fn has one
/// caller, as a layer has.
mod by_hand {
    use super::*;

    async fn end(ctx: &mut Context) -> Result {
        black_box(ctx);
        Ok(())
    }

    async fn end_with_state(ctx: &mut Context, state: &State) -> Result {
        black_box(state.0);
        black_box(ctx);
        Ok(())
    }

    pub mod plain {
        use super::*;
        macro_rules! nest {
            ($this:ident $next:ident $($rest:ident)*) => {
                pub async fn $this<const N: usize>(ctx: &mut Context) -> Result {
                    $next::<N>(ctx).await
                }
                nest!($next $($rest)*);
            };
            ($last:ident) => {
                pub async fn $last<const N: usize>(ctx: &mut Context) -> Result {
                    end(ctx).await
                }
            };
        }
        names!(nest);
    }

    pub mod result {
        use super::*;
        macro_rules! nest {
            ($this:ident $next:ident $($rest:ident)*) => {
                pub async fn $this<const N: usize>(ctx: &mut Context) -> Result {
                    black_box(&mut *ctx);
                    $next::<N>(ctx).await?;
                    black_box(&mut *ctx);
                    Ok(())
                }
                nest!($next $($rest)*);
            };
            ($last:ident) => {
                pub async fn $last<const N: usize>(ctx: &mut Context) -> Result {
                    end(ctx).await
                }
            };
        }
        names!(nest);
    }

    pub mod reader {
        use super::*;
        macro_rules! nest {
            ($this:ident $next:ident $($rest:ident)*) => {
                pub async fn $this<const N: usize>(ctx: &mut Context, state: &State) -> Result {
                    black_box(state.0);
                    $next::<N>(ctx, state).await
                }
                nest!($next $($rest)*);
            };
            ($last:ident) => {
                pub async fn $last<const N: usize>(ctx: &mut Context, state: &State) -> Result {
                    end_with_state(ctx, state).await
                }
            };
        }
        names!(nest);
    }

    /// Every value stays in reach of the layers further in, in a struct that points to the one outside.
    pub mod provider {
        use super::*;

        pub struct Provided<'a, T, O> {
            pub value: &'a T,
            pub outer: O,
        }

        /// The way to what is provided outermost.
        pub trait HasState: Copy + Send + Sync {
            fn state<'a>(self) -> &'a State
            where
                Self: 'a;
        }
        impl HasState for &State {
            fn state<'a>(self) -> &'a State
            where
                Self: 'a,
            {
                self
            }
        }
        impl<T: Sync, O: HasState> HasState for &Provided<'_, T, O> {
            fn state<'a>(self) -> &'a State
            where
                Self: 'a,
            {
                self.outer.state()
            }
        }

        macro_rules! nest {
            ($this:ident $next:ident $($rest:ident)*) => {
                pub async fn $this<const N: usize>(ctx: &mut Context, outer: impl HasState) -> Result {
                    let value = Value::<{ nest!(@ $($rest)*) }>(7);
                    black_box(&value.0);
                    $next::<N>(ctx, &Provided { value: &value, outer }).await
                }
                nest!($next $($rest)*);
            };
            ($last:ident) => {
                pub async fn $last<const N: usize>(ctx: &mut Context, outer: impl HasState) -> Result {
                    end_with_state(ctx, outer.state()).await
                }
            };
            (@ $($rest:ident)*) => { [$(stringify!($rest)),*].len() };
        }
        names!(nest);
    }

    /// The least that can be passed on: the state and the last value, by parameter. The other values are out of reach.
    pub mod parameters {
        use super::*;
        macro_rules! nest {
            ($this:ident $next:ident $($rest:ident)*) => {
                pub async fn $this<const N: usize>(ctx: &mut Context, state: &State, outer: &u64) -> Result {
                    let value = Value::<0>(7);
                    black_box(&value.0);
                    $next::<N>(ctx, state, &value.0).await
                }
                nest!($next $($rest)*);
            };
            ($last:ident) => {
                pub async fn $last<const N: usize>(ctx: &mut Context, state: &State, outer: &u64) -> Result {
                    black_box(outer);
                    end_with_state(ctx, state).await
                }
            };
        }
        names!(nest);
    }
}
