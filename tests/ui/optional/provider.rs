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
async fn profile(user: &User) -> String {
    user.name.clone()
}

fn main() {
    let secure = true;
    Application::new(pipeline![secure.then(authenticate), profile]);
}
