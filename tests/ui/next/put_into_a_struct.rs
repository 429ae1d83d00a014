use koa_runtime::prelude::*;

struct Held {
    next: Next,
}

#[middleware]
async fn hold(ctx: &mut Context, next: Next) -> Result {
    let held = Held { next };
    held.next.run(ctx).await
}

fn main() {
    Application::new(pipeline![hold]);
}
