//! The macros of `koa-runtime`, which re-exports them: use that crate.
//!
//! Each macro works in the same steps: `parse` takes tokens apart, `model` says what they mean, `check` finds what is
//! wrong with that, `expand` writes the code. What is wrong is collected by `diagnostics` and reported all at once.

mod diagnostics;
mod middleware;
mod pipeline;
mod tokens;

use proc_macro::TokenStream;

/// Makes a layer of an `async fn`.
///
/// ```
/// use std::time::Instant;
///
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn response_time(ctx: &mut Context, next: Next) -> Result {
///     let start = Instant::now();
///     next.run(ctx).await?;
///     ctx.set("X-Response-Time", format!("{}ms", start.elapsed().as_millis()));
///     Ok(())
/// }
/// ```
///
/// The layer is a fn and a type of the same name: `response_time` and `response_time()` both stand for it in a pipeline.
///
/// # Parameters
///
/// They may come in any order, and each is optional.
///
/// | written | is |
/// |---|---|
/// | `ctx: &mut Context` | the context; `ctx: &mut C`, with `C: Protocol`, makes a layer for every protocol |
/// | `next: Next` | the rest of the onion; a layer without it is an endpoint, and what it returns becomes the response |
/// | `next: Next<User>` | the same, and the layer goes on only by handing a `&User` inward; `Next<(A, B)>` up to six values |
/// | `next: Next<Replace<User>>` | hands inward another `&User` than the one an outer layer provides |
/// | `next: Next<&mut Tx>` | hands inward a `&mut Tx`, for one layer |
/// | `user: &User` | reads what an outer layer provides |
/// | `tx: &mut Tx` | takes what an outer layer gives away |
/// | `#[config] limit: usize` | an argument of the layer's fn: `body(1024)`; cloned for each request |
/// | `#[config] options: &Options` | the same, borrowed for each request |
/// | `#[config(default = 1024)] limit: usize` | the same with a value to start from: `body().limit(2048)` |
///
/// # Options
///
/// `#[middleware(crate = path)]` names the crate `koa_runtime` where it goes by another name.
#[proc_macro_attribute]
pub fn middleware(arguments: TokenStream, item: TokenStream) -> TokenStream {
    middleware::expand(arguments.into(), item.into()).into()
}

/// What `koa_runtime::pipeline!` calls, with the path of its crate before what the user wrote.
#[doc(hidden)]
#[proc_macro]
pub fn pipeline(input: TokenStream) -> TokenStream {
    pipeline::pipeline(input.into()).into()
}
