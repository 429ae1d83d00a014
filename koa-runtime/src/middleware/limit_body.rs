//! `limit_body(bytes)`: how much of a body a part of the pipeline reads.

use crate::{Context, Next, Result, middleware};

/// Sets how many bytes of a body the layers inside read: those whose `#[body]` has no limit of its own, for which it is
/// 65 536 bytes otherwise. The innermost `limit_body` counts, be it larger or smaller than one further out.
///
/// `#[body(limit = 1024)]`, and the limit that the methods of [`Request`](crate::Request) are given, hold as they are
/// written.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn upload(#[body] image: koa_runtime::Bytes) -> String {
///     format!("{} bytes", image.len())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![limit_body(1 << 20), upload]);
/// assert_eq!(app.post("/").body(vec![0; 1 << 20]).await.text(), "1048576 bytes");
/// let response = app.post("/").body(vec![0; (1 << 20) + 1]).await;
/// assert_eq!((response.status().as_u16(), response.text()), (413, "the request body is larger than 1048576 bytes"));
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn limit_body(#[config] bytes: usize, ctx: &mut Context, next: Next) -> Result {
    let inside = Inside { outside: ctx.request.body_limit(), ctx };
    inside.ctx.request.set_body_limit(bytes);
    next.run(&mut *inside.ctx).await
}

/// Sets the limit back, also when the layers inside are dropped half-way, as a timeout outside does.
struct Inside<'a> {
    ctx: &'a mut Context,
    outside: usize,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.ctx.request.set_body_limit(self.outside);
    }
}
