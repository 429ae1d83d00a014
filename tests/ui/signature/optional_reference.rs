use koa_runtime::prelude::*;

struct User(&'static str);

#[middleware]
async fn greet(user: Option<&User>) -> &'static str {
    user.map_or("who are you?", |user| user.0)
}

fn main() {
    Application::new(pipeline![greet]);
}
