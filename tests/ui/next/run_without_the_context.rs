use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    println!("{}", ctx.path());
    next.run().await
}

fn main() {
    Application::new(pipeline![logger]);
}
