use koa_runtime::prelude::*;

struct User {
    name: String,
}

#[middleware]
async fn profile<'a>(user: &'a User) -> String {
    user.name.clone()
}

fn main() {
    let user = User { name: String::new() };
    Application::new(pipeline![provide(user), profile]);
}
