use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

fn main() {
    Application::new(pipeline![routes! {
        "/admin" => [shown] {},
    }]);
}
