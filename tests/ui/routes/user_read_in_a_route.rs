use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn me(_user: &User) -> &'static str {
    "me"
}

#[middleware]
async fn show() -> &'static str {
    "show"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/" => show,
        GET "/me" => me,
    }]);
}
