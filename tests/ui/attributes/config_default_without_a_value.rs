use koa_runtime::prelude::*;

#[middleware]
async fn limit(#[config(default)] bytes: usize, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Limit", bytes);
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![limit()]);
}
