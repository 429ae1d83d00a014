use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

pipeline! {
    pub fn api() => [logger, "Hello World"]
}

fn main() {
    Application::new(pipeline![api()]);
}
