use koa_runtime::prelude::*;

#[middleware]
async fn logger<N>(ctx: &mut Context, next: N) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
