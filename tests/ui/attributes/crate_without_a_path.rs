use koa_runtime::prelude::*;

#[middleware(crate = "koa_runtime")]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
