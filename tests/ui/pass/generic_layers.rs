use std::fmt::Display;

use koa_runtime::prelude::*;

trait Store: Send + Sync + 'static {
    fn name(&self) -> String;
}

struct Memory;

impl Store for Memory {
    fn name(&self) -> String {
        "memory".to_owned()
    }
}

/// Runs under every protocol.
#[middleware]
async fn pass<C: Protocol>(ctx: &mut C, next: Next) -> Result {
    next.run(ctx).await
}

/// Provides what it is told to.
#[middleware]
async fn lend<T>(#[config] value: &T, ctx: &mut Context, next: Next<T>) -> Result
where
    T: Send + Sync + 'static,
{
    next.run(ctx, value).await
}

/// Reads a value of any store.
#[middleware]
async fn show<S: Store, const TIMES: usize>(store: &S) -> String {
    store.name().repeat(TIMES)
}

#[middleware]
async fn greet<D: Display + Send + Sync + 'static>(#[config] name: &D, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Name", name.to_string());
    next.run(ctx).await
}

pipeline! {
    fn api<S: Store>(store: S) needs() => [pass, lend::<S>(store), greet::<u8>(1), show::<S, 2>]
}

#[tokio::main]
async fn main() {
    let app = Application::new(pipeline![pass, greet("ada"), lend(Memory), show::<Memory, 1>]);
    let reply = app.get("/").await;
    assert_eq!((reply.header("X-Name"), reply.text()), ("ada", "memory"));
    assert_eq!(Application::new(pipeline![api(Memory)]).get("/").await.text(), "memorymemory");
}
