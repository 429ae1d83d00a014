use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn impersonate(ctx: &mut Context, next: Next<Replace<User>>) -> Result {
    next.run(ctx, &User).await
}

fn main() {
    let debug = true;
    Application::new(pipeline![provide(User), debug.then(impersonate)]);
}
