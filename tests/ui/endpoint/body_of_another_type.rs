use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    42
}

fn main() {
    Application::new(pipeline![hello]);
}
