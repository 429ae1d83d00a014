use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    next.run(ctx, User).await
}

fn main() {
    Application::new(pipeline![authenticate]);
}
