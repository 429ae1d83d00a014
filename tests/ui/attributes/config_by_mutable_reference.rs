use koa_runtime::prelude::*;

#[middleware]
async fn count(#[config] served: &mut u64, ctx: &mut Context, next: Next) -> Result {
    *served += 1;
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![count(0)]);
}
