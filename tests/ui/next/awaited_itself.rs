use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    next.await?;
    ctx.set("X-User", "ada");
    Ok(())
}

fn main() {
    Application::new(pipeline![authenticate]);
}
