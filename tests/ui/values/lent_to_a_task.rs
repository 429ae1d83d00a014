use koa_runtime::prelude::*;

struct User(String);

async fn mail(_to: &str) {}

#[middleware]
async fn sign_up(user: &User) -> &'static str {
    tokio::spawn(async move { mail(&user.0).await });
    "welcome"
}

fn main() {
    Application::new(pipeline![provide(User("ada".to_owned())), sign_up]);
}
