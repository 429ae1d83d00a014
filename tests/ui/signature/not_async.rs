use koa_runtime::prelude::*;

#[middleware]
fn logger(ctx: &mut Context, next: Next) -> Result {
    println!("{}", ctx.path());
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
