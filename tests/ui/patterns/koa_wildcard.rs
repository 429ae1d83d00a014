use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "show"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/files/*path" => show,
    }]);
}
