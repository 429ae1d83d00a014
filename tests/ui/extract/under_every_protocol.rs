use koa_runtime::prelude::*;

#[middleware]
async fn checked<C: Protocol>(#[body] _text: String, ctx: &mut C, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

fn main() {
    Application::new(pipeline![checked, hello]);
}
