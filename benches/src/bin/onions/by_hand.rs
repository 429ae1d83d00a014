//! The same by hand: each fn calls the next one. `N` keeps the chains of different length apart, so that each fn has one
//! caller, as a layer has.

use super::*;

macro_rules! names {
    ($then:ident) => {
        $then! {
            h0 h1 h2 h3 h4 h5 h6 h7 h8 h9 h10 h11 h12 h13 h14 h15 h16 h17 h18 h19 h20 h21 h22 h23 h24 h25
            h26 h27 h28 h29 h30 h31 h32 h33 h34 h35 h36 h37 h38 h39 h40 h41 h42 h43 h44 h45 h46 h47 h48 h49 h50
        }
    };
}

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

pub mod work {
    use super::*;
    macro_rules! nest {
        ($this:ident $next:ident $($rest:ident)*) => {
            pub async fn $this<const N: usize>(ctx: &mut Context) -> Result {
                touch(ctx);
                $next::<N>(ctx).await?;
                touch(ctx);
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
        #[expect(dead_code, reason = "what is read is the state")]
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
        (@ $($rest:ident)*) => { <[&str]>::len(&[$(stringify!($rest)),*]) };
    }
    names!(nest);
}

/// The least that can be passed on: the state and the last value, by parameter. The other values are out of reach.
pub mod parameters {
    use super::*;
    macro_rules! nest {
        ($this:ident $next:ident $($rest:ident)*) => {
            pub async fn $this<const N: usize>(ctx: &mut Context, state: &State, _outer: &u64) -> Result {
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
