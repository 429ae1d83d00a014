use koa_runtime::prelude::*;

struct User {
    name: String,
}

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    let user = User { name: ctx.get("Authorization").to_owned() };
    next.run(ctx, &user).await
}

struct Db;

#[middleware]
async fn profile(user: &User, _db: &Db) -> String {
    user.name.clone()
}

pipeline! {
    pub fn api() needs() => [authenticate, profile]
}

fn main() {
    Application::new(pipeline![provide(Db), api()]);
}
