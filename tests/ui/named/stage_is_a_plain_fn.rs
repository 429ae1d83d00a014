use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    pub fn api() => [logger, hello]
}

fn main() {
    Application::new(pipeline![api()]);
}
