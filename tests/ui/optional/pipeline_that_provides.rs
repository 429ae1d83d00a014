use koa_runtime::prelude::*;

struct User(&'static str);

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn profile(user: &User) -> &'static str {
    user.0
}

pipeline! {
    fn session() => [logger, provide::<User>(User("ada"))]
}

fn main() {
    let secure = true;
    Application::new(pipeline![secure.then(session), profile]);
}
