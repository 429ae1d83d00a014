use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "show"
}

#[middleware]
async fn me() -> &'static str {
    "me"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/users/{id}" => show,
        GET | POST "/users/me" => me,
    }]);
}
