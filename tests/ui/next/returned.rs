use koa_runtime::prelude::*;

#[middleware]
async fn hand_out(ctx: &mut Context, next: Next) -> Result<Next> {
    ctx.set("X-Out", "1");
    Ok(next)
}

fn main() {
    Application::new(pipeline![hand_out]);
}
