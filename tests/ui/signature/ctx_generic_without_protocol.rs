use koa_runtime::prelude::*;

#[middleware]
async fn count<C>(ctx: &mut C, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![count]);
}
