use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    let _future = next.run(ctx);
    ctx.set("X-Log", "1");
    Ok(())
}

fn main() {
    Application::new(pipeline![logger]);
}
