use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<(User, User)>) -> Result {
    next.run(ctx, (&User, &User)).await
}

fn main() {
    Application::new(pipeline![authenticate]);
}
