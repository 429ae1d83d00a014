use koa_runtime::prelude::*;

#[middleware]
async fn limit(#[config] bytes: usize, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Limit", bytes);
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

fn main() {
    Application::new(pipeline![limit(), hello]);
}
