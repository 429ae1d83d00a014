use koa_runtime::prelude::*;

#[derive(Clone)]
struct User {
    name: String,
}

#[middleware]
async fn profile(user: User) -> String {
    user.name
}

fn main() {
    let user = User { name: String::new() };
    Application::new(pipeline![provide(user), profile]);
}
