use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

fn main() {
    Application::new(pipeline![logger,, hello]);
}
