//! The macros of `koa-runtime`, which re-exports them: use that crate.
//!
//! Each macro works in the same steps: `parse` takes tokens apart, `model` says what they mean, `check` finds what is
//! wrong with that, `expand` writes the code. What is wrong is collected by `diagnostics` and reported all at once.

mod diagnostics;
mod middleware;
mod pipeline;
mod routes;
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
/// | `#[param] id: u64` | what the route captures as `{id}`, parsed, or as `{id: u64}`, which the route has parsed |
/// | `#[param] name: &str` | what the route captures as `{name}` or `{name..}`, decoded |
/// | `#[param] id: &Id` | what the route has parsed as `{id: Id}`, borrowed from it |
/// | `#[param] page: Option<u32>` | what the route captures as `{page?}` or `{page?: u32}` and may leave out; `Option<&str>` and `Option<&Id>` borrow |
/// | `#[param] path: Segments<'_>` | what the route captures as `{path..}`, segment by segment; `Vec<String>` and `String` are copies |
/// | `#[param(id)] Id(number): Id` | what the route captures as `{id}`, where the parameter has another name or none |
/// | `#[query] filter: Filter` | made of the query, by serde |
/// | `#[body] post: NewPost` | made of the body, by serde: JSON or a form, as its `Content-Type` says |
/// | `#[body] text: String`, `#[body] bytes: Bytes` | the body as text, or as it came, of any type |
/// | `#[body(limit = 1 << 20)] post: NewPost` | the same of a body of up to 1 MiB, where it is 64 KiB otherwise |
/// | `#[config] limit: usize` | an argument of the layer's fn: `body(1024)`; cloned for each request |
/// | `#[config] options: &Options` | the same, borrowed for each request |
/// | `#[config(default = 1024)] limit: usize` | the same with a value to start from: `body().limit(2048)` |
///
/// # What is made of the request
///
/// `#[param]`, `#[query]` and `#[body]` are read before the body of the fn runs, in the order written. What does not fit is an error on
/// its way outward, like any other, with a message for who wrote the client:
///
/// | status | when |
/// |---|---|
/// | 404 | a `#[param]` does not parse, or is no UTF-8 once it is decoded; without a message |
/// | 400 | the same where the route says `#[bad_param(400)]`; the query does not fit; there is no body, or it breaks off; it is no JSON, or not in its charset |
/// | 413 | the body is larger than the limit |
/// | 415 | the body is of another type, in a charset that is not read, or compressed |
/// | 422 | the body is well-formed, but does not fit: the message names the field |
///
/// A `#[param]` is checked against each route that the layer goes to: it compiles only where the route captures the name, and captures it
/// as something that can be read like this. What the route itself parses, `{id: u64}`, is part of matching, so the reader cannot fail;
/// by value it is cloned. Percent-encoding is decoded (RFC 3986 §2.1) within each value, so that `%2F` is a slash in it and separates
/// nothing. Layers of a pipeline behind a route, and those of a group with the capture in its prefix, read it too; a
/// boxed layer cannot.
///
/// The limit is that of `#[body(limit = …)]`, or of the innermost `limit_body` around the layer, or 65 536 bytes. A layer that
/// reads the body does not take it from the layers inside it.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[derive(serde::Deserialize)]
/// struct Draft {
///     #[serde(default)]
///     draft: bool,
/// }
///
/// #[derive(serde::Deserialize)]
/// struct NewPost {
///     title: String,
/// }
///
/// #[middleware]
/// async fn create_post(#[query] Draft { draft }: Draft, #[body] post: NewPost) -> String {
///     format!("{} {draft}", post.title)
/// }
///
/// #[middleware]
/// async fn show_post(#[param] blog: &str, #[param] id: u64) -> String {
///     format!("post {id} of {blog}")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![routes! {
///     POST "/posts" => pipeline![limit_body(1 << 20), create_post],
///     GET "/{blog}/posts/{id}" => show_post,
/// }]);
/// assert_eq!(app.get("/ada%20l/posts/7").await.text(), "post 7 of ada l");
/// assert_eq!(app.get("/ada/posts/seven").await.status(), 404);
/// # });
/// ```
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

/// What `koa_runtime::routes!` calls, with the path of its crate before what the user wrote.
#[doc(hidden)]
#[proc_macro]
pub fn routes(input: TokenStream) -> TokenStream {
    routes::routes(input.into()).into()
}
