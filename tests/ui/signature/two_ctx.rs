use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, other: &mut Context, next: Next) -> Result {
    println!("{} {}", ctx.path(), other.path());
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
