use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &Context, next: Next) -> Result {
    println!("{}", ctx.path());
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
