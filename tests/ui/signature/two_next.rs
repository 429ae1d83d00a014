use koa_runtime::prelude::*;

#[middleware]
async fn either(ctx: &mut Context, next: Next, other: Next) -> Result {
    if ctx.path() == "/" { next.run(ctx).await } else { other.run(ctx).await }
}

fn main() {
    Application::new(pipeline![either]);
}
