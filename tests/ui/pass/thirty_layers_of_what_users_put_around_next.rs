//! `cargo check` passes these, so `cargo build` has to: it lays out what stands around `next`, which the check does not.

use std::time::Duration;

use koa_runtime::prelude::*;
use tokio::time::{sleep, timeout};

const LONG: Duration = Duration::from_secs(60);

async fn helper(inner: impl Future<Output = Result> + Send) -> Result {
    inner.await
}

#[middleware]
async fn tower(ctx: &mut Context, next: Next) -> Result {
    timeout(LONG, async {
        tokio::select! {
            outcome = async { tokio::join!(next.run(ctx), async {}).0 } => outcome,
            () = sleep(LONG) => throw!(503),
        }
    })
    .await
    .map_err(|_| Error::new(504))?
}

#[middleware]
async fn helped(ctx: &mut Context, next: Next) -> Result {
    let inner = helper(next.run(ctx));
    let limited = timeout(LONG, inner);
    tokio::pin!(limited);
    limited.await.map_err(|_| Error::new(504))?
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() {
    let towers = pipeline![tower, tower, tower, tower, tower, tower, tower, tower, tower, tower, tower, tower, tower];
    let app = Application::new(pipeline![
        towers, helped, helped, helped, helped, helped, helped, helped, helped, helped, helped, helped, helped, helped,
        helped, helped, helped, hello,
    ]);
    assert_eq!(app.get("/").await.text(), "hello");
}
