use koa_runtime::prelude::*;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    println!("{}", ctx.path());
    Ok(())
}

fn main() {
    Application::new(pipeline![logger]);
}
