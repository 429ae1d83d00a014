use koa_runtime::prelude::*;

struct User {
    name: String,
}

#[middleware]
async fn profile(user: &User) -> String {
    format!("Hello {}", user.name)
}

fn main() {
    Application::new(pipeline![profile]);
}
