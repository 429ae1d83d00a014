//! Handlers about bodies, and about clients that go away.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use koa_runtime::prelude::*;

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("echo", |_| boxed(echo)),
    ("returns", |_| boxed(returns)),
    ("waits", |_| boxed(waits)),
    ("stream-without-end", |_| boxed(stream_without_end)),
];

#[middleware]
async fn echo(ctx: &mut Context) -> Result<Body> {
    Ok(ctx.request.bytes(1 << 20).await?.into())
}

#[middleware]
async fn returns() -> &'static str {
    "a value that nobody looks at"
}

#[middleware]
async fn waits() -> &'static str {
    tokio::time::sleep(Duration::from_millis(150)).await;
    "nobody there"
}

#[middleware]
async fn stream_without_end() -> Body {
    Body::from_stream(stream::repeat(()).then(|()| async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Ok::<_, std::convert::Infallible>("more")
    }))
}
