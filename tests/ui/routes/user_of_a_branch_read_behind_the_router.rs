use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    next.run(ctx, &User).await
}

#[middleware]
async fn me(_user: &User) -> &'static str {
    "me"
}

fn main() {
    Application::new(pipeline![
        routes! { GET "/login" => authenticate },
        me,
    ]);
}
