use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

async fn hello(ctx: &mut Context) -> Result {
    ctx.set_body("Hello World");
    Ok(())
}

fn main() {
    Application::new(pipeline![logger, hello]);
}
