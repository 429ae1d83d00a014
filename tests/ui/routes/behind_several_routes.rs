//@ mistakes: 2
use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/p" => shown,
        GET "/p/{n: u32}" => shown,
        GET "/p/{n?: u32}" => shown,
        GET "/q" => shown,
        * "/q/{rest..}" => shown,
        GET | POST "/q/{rest?..}" => shown,
    }]);
}
