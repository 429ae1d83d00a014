use koa_runtime::prelude::*;

#[middleware]
async fn retry(ctx: &mut Context, next: Next) -> Result {
    if next.run(ctx).await.is_err() {
        return next.run(ctx).await;
    }
    Ok(())
}

fn main() {
    Application::new(pipeline![retry]);
}
