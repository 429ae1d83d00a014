use koa_runtime::prelude::*;

#[middleware]
async fn answer() -> u64 {
    42
}

fn main() {
    Application::new(pipeline![answer]);
}
