use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next().await?;
    ctx.set("X-Logged", "yes");
    Ok(())
}

fn main() {
    Application::new(pipeline![logger]);
}
