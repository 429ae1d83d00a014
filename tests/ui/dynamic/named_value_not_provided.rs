use koa_runtime::prelude::*;

struct User {
    name: String,
}

#[middleware]
async fn greet(user: &User, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Hello", &user.name);
    next.run(ctx).await
}

fn main() {
    let plugins: Vec<BoxedLayer<(User,)>> = vec![boxed(greet)];
    Application::new(pipeline![dynamic(plugins)]);
}
