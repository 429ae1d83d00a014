use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "show"
}

#[middleware]
async fn other() -> &'static str {
    "other"
}

fn main() {
    Application::new(pipeline![routes! {
        "/admin" => { GET "/users" => show },
        GET "/admin/users" => other,
    }]);
}
