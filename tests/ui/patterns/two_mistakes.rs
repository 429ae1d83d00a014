//@ mistakes: 2
use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "show"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/a/{b-c}/:d" => show,
    }]);
}
