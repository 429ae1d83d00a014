use koa_runtime::prelude::*;

#[middleware]
async fn list(#[query] page: u32) -> String {
    page.to_string()
}

fn main() {
    Application::new(pipeline![list]);
}
