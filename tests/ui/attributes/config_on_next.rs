use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, #[config] next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
