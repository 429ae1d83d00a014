use koa_runtime::prelude::*;

struct User {
    name: String,
}

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    let user = User { name: ctx.get("Authorization").to_owned() };
    next.run(ctx, &user).await
}

#[middleware]
async fn greet(user: &User, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Hello", &user.name);
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![greet, authenticate]);
}
