use koa_runtime::prelude::*;

struct User;
struct Session;

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<(User, Session)>) -> Result {
    next.run(ctx, &User).await
}

fn main() {
    Application::new(pipeline![authenticate]);
}
