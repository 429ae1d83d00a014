use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    let hello = || "Hello World";
    Application::new(pipeline![logger, hello]);
}
