//! The one way past `next.run(ctx)` without `.await`: a name for the future, which is then forgotten, and `ctx` not used
//! again. Rust has no type that must be used up.
use koa_runtime::prelude::*;

#[middleware]
async fn forgetful(ctx: &mut Context, next: Next) -> Result {
    let _future = next.run(ctx);
    Ok(())
}

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

#[tokio::main]
async fn main() {
    assert_eq!(Application::new(pipeline![forgetful, hello]).get("/").await.status(), 404);
}
