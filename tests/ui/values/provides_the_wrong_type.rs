use koa_runtime::prelude::*;

struct User;
struct Guest;

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    next.run(ctx, &Guest).await
}

fn main() {
    Application::new(pipeline![authenticate]);
}
