use koa_runtime::prelude::*;

#[middleware]
async fn later(ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Later", "1");
    tokio::spawn(async move { drop(next) });
    Ok(())
}

fn main() {
    Application::new(pipeline![later]);
}
