//! The layers, as a user writes them. `I`, `LAYERS` and `UNCUT` keep them apart, so that each has one caller, as by hand.

use super::*;

#[middleware]
pub async fn plain<const I: usize, const UNCUT: bool>(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
pub async fn result<const I: usize, const UNCUT: bool>(ctx: &mut Context, next: Next) -> Result {
    black_box(&mut *ctx);
    next.run(ctx).await?;
    black_box(&mut *ctx);
    Ok(())
}

#[middleware]
pub async fn work<const I: usize, const UNCUT: bool>(ctx: &mut Context, next: Next) -> Result {
    touch(ctx);
    next.run(ctx).await?;
    touch(ctx);
    Ok(())
}

#[middleware]
pub async fn provider<const I: usize, const UNCUT: bool>(ctx: &mut Context, next: Next<Value<I>>) -> Result {
    let value = Value(7);
    black_box(&value.0);
    next.run(ctx, &value).await
}

#[middleware]
pub async fn reader<const I: usize, const UNCUT: bool>(state: &State, ctx: &mut Context, next: Next) -> Result {
    black_box(state.0);
    next.run(ctx).await
}

#[middleware]
pub async fn end<const LAYERS: usize, const UNCUT: bool>(ctx: &mut Context) -> Result {
    black_box(ctx);
    Ok(())
}

#[middleware]
pub async fn end_with_state<const LAYERS: usize, const UNCUT: bool>(state: &State, ctx: &mut Context) -> Result {
    black_box(state.0);
    black_box(ctx);
    Ok(())
}
