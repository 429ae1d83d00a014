use koa_runtime::prelude::*;

struct User(&'static str);

#[middleware]
async fn greet(user: &User, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Hello", user.0);
    next.run(ctx).await
}

#[middleware]
async fn shout(ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Volume", "loud");
    next.run(ctx).await
}

fn main() {
    let plugins = vec![boxed(shout), boxed(greet)];
    Application::new(pipeline![provide(User("ada")), dynamic(plugins)]);
}
