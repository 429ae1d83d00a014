use koa_runtime::prelude::*;

struct User(&'static str);

#[middleware]
async fn greet(user: &User, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Hello", user.0);
    next.run(ctx).await
}

fn main() {
    let polite = true;
    Application::new(pipeline![polite.then(greet)]);
}
