use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn impersonate(ctx: &mut Context, user: &User, next: Next<User>) -> Result {
    next.run(ctx, user).await
}

fn main() {
    Application::new(pipeline![provide(User), impersonate]);
}
