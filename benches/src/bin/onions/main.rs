//! The measured program: the same chains of layers as `pipeline!` makes them and as nested async fns written by hand.
//!
//! `onions list` says which there are, with the bytes of a request's future and the allocations of a request;
//! `onions KIND SIDE LAYERS REQUESTS` runs one.

// the uncut pipelines of fifty layers
#![recursion_limit = "1024"]

#[cfg_attr(not(feature = "long"), allow(dead_code, reason = "the long chains start with them"))]
mod by_hand;
mod ours;

use std::{
    alloc::System,
    env,
    future::{Future, ready},
    hint::black_box,
    pin::{Pin, pin},
    process::ExitCode,
    sync::Arc,
    task::{Context as Task, Poll, Waker},
};

use koa_runtime::{
    __private::{Downstream, Environment, Here, Middleware},
    Pipeline,
    prelude::*,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What a layer provides: a type of its own for each `I`.
struct Value<const I: usize>(u64);

/// What is provided outermost.
struct State(u64);

/// A call that the compiler knows nothing about, as most layers make: it may panic.
fn touch(ctx: &mut Context) {
    fn nothing(_: &mut Context) {}
    black_box(nothing as fn(&mut Context))(ctx);
}

/// The environment outside the pipeline.
#[derive(Clone, Copy)]
struct Outside;
impl Environment for Outside {}

/// The rest of the onion after the pipeline. Each ends in an endpoint, so this is never run.
#[derive(Clone, Copy)]
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
    /// Runs one request.
    run: Box<dyn Fn(&mut Context)>,
}

/// Behind a pointer whose type is forgotten, as the connection is in an application: what is polled is opaque to the
/// compiler. It is no box, because the cost of one grows with its size, in steps.
#[inline(never)]
fn poll(request: Pin<&mut (dyn Future<Output = Result> + Send)>) {
    let Poll::Ready(result) = black_box(request).poll(&mut Task::from_waker(Waker::noop())) else {
        panic!("a layer waits")
    };
    black_box(&result);
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
            run: Box::new(move |$ctx| poll(pin!($start))),
        }
    }};
}

macro_rules! hand {
    ($chains:ident, $kind:literal, $side:literal, $module:ident($($argument:tt)*), $layers:literal $name:ident) => {
        $chains.push(chain!($kind, $side, $layers, |ctx| by_hand::$module::$name::<$layers>(ctx $($argument)*)));
    };
}

/// The fns that the chains of 0, 1, 10, 20 and 50 layers start with.
macro_rules! hands {
    ($chains:ident, $kind:literal, $side:literal, $module:ident $argument:tt) => {
        hand!($chains, $kind, $side, $module $argument, 0 h50);
        hand!($chains, $kind, $side, $module $argument, 1 h49);
        hand!($chains, $kind, $side, $module $argument, 10 h40);
        #[cfg(feature = "long")]
        hand!($chains, $kind, $side, $module $argument, 20 h30);
        #[cfg(feature = "long")]
        hand!($chains, $kind, $side, $module $argument, 50 h0);
    };
}

macro_rules! pipelines {
    ($chains:ident, $kind:literal, $layer:ident, [$($first:tt)*], $end:ident; $layers:literal: $($i:literal)*) => {{
        // fns of their own: what is inferred in one fn is inferred together
        fn cut() -> Chain {
            let pipeline = pipeline![$($first)* $(ours::$layer::<$i, false>(),)* ours::$end::<$layers, false>()];
            if false {
                // this is what decides that it is cut
                let _app = Application::new(pipeline);
                unreachable!()
            }
            let pipeline: &_ = Box::leak(Box::new(pipeline));
            chain!($kind, "ours", $layers, |ctx| call(pipeline, ctx))
        }
        fn uncut() -> Chain {
            let pipeline = pipeline![$($first)* $(ours::$layer::<$i, true>(),)* ours::$end::<$layers, true>()];
            if false {
                // this is what decides that it is not
                let _app = Application::uncut(pipeline);
                unreachable!()
            }
            let pipeline: &_ = Box::leak(Box::new(pipeline));
            chain!($kind, "ours, uncut", $layers, |ctx| call(pipeline, ctx))
        }
        $chains.extend([cut(), uncut()]);
    }};
}

macro_rules! ours {
    ($($arguments:tt)*) => {
        pipelines!($($arguments)*; 0: );
        pipelines!($($arguments)*; 1: 0);
        pipelines!($($arguments)*; 10: 0 1 2 3 4 5 6 7 8 9);
        #[cfg(feature = "long")]
        pipelines!($($arguments)*; 20: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
        #[cfg(feature = "long")]
        pipelines!($($arguments)*; 50: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28
            29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49);
    };
}

fn chains() -> Vec<Chain> {
    let mut chains = Vec::new();
    let state: &State = Box::leak(Box::new(State(7)));
    hands!(chains, "plain", "hand", plain());
    ours!(chains, "plain", plain, [], end);
    hands!(chains, "result", "hand", result());
    ours!(chains, "result", result, [], end);
    hands!(chains, "work", "hand", work());
    ours!(chains, "work", work, [], end);
    hands!(chains, "provider", "hand", provider(, state));
    hands!(chains, "provider", "hand, 2 parameters", parameters(, state, &state.0));
    ours!(chains, "provider", provider, [provide(State(7)),], end_with_state);
    hands!(chains, "reader", "hand", reader(, state));
    ours!(chains, "reader", reader, [provide(State(7)),], end_with_state);
    chains
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut chains = chains();
    let request = koa_runtime::Request::new(http::Request::new(Body::empty()));
    let mut ctx = Context::new(request, Arc::new(Settings::default()));
    match *arguments {
        ["list"] => {
            for chain in &chains {
                (chain.run)(&mut ctx);
                let region = Region::new(ALLOCATOR);
                (chain.run)(&mut ctx);
                let made = region.change().allocations;
                println!("{}\t{}\t{}\t{}\t{made}", chain.kind, chain.side, chain.layers, chain.size);
            }
        }
        [kind, side, layers, requests] => {
            let is_asked =
                |chain: &&mut Chain| chain.kind == kind && chain.side == side && chain.layers.to_string() == layers;
            let (Some(chain), Ok(requests)) = (chains.iter_mut().find(is_asked), requests.parse()) else {
                return ExitCode::FAILURE;
            };
            for _ in 0..requests {
                (chain.run)(&mut ctx);
            }
        }
        _ => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}
