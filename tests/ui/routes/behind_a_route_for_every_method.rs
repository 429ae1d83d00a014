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
        * "/a" => show,
        GET "/a" => other,
    }]);
}
