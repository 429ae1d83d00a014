use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, #[body] next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
