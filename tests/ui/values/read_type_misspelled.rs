use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn profile(_user: &Usr) -> &'static str {
    "you"
}

fn main() {
    Application::new(pipeline![provide(User), profile]);
}
