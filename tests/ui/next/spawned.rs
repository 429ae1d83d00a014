use koa_runtime::prelude::*;

#[middleware]
async fn later(ctx: &mut Context, next: Next) -> Result {
    tokio::spawn(async move { next.run(ctx).await });
    Ok(())
}

fn main() {
    Application::new(pipeline![later]);
}
