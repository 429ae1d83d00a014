//@ mistakes: 8
use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/files/{name}.{ext}" => shown,
        GET "/files/index.html" => shown,
        GET "/files/{name}.{more}.gz" => shown,
        GET "/v{n}" => shown,
        GET "/v1" => shown,
        GET "/names/{name: String}" => shown,
        GET "/names/new" => shown,
        GET "/names/{id: u64}" => shown,
        GET "/p/{n: u64}" => shown,
        GET "/p/7" => shown,
        GET "/p/{n: u32}" => shown,
        GET "/w{n: u8}-{on: bool}" => shown,
        GET "/w1-true" => shown,
    }]);
}
