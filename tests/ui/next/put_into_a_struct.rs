use koa_runtime::prelude::*;

struct Held {
    next: Next,
}

#[middleware]
async fn hold(ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Held", "1");
    drop(Held { next });
    Ok(())
}

fn main() {
    Application::new(pipeline![hold]);
}
