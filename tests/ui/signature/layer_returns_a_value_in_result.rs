use koa_runtime::prelude::*;

#[middleware]
async fn shout(ctx: &mut Context, next: Next) -> Result<String> {
    next.run(ctx).await?;
    Ok("HELLO".to_owned())
}

fn main() {
    Application::new(pipeline![shout]);
}
