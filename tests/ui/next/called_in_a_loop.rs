use koa_runtime::prelude::*;

#[middleware]
async fn retry(ctx: &mut Context, next: Next) -> Result {
    for _ in 0..3 {
        next.run(ctx).await?;
    }
    Ok(())
}

fn main() {
    Application::new(pipeline![retry]);
}
