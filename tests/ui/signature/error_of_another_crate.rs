use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result<(), Box<dyn std::error::Error>> {
    next.run(ctx).await?;
    Ok(())
}

fn main() {
    Application::new(pipeline![logger]);
}
