use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Request, next: Next) -> Result {
    println!("{}", ctx.path());
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
