use koa_runtime::prelude::*;

#[middleware]
const fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
