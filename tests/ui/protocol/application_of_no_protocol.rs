//@ mistakes: 2
use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

fn main() {
    Application::of(pipeline![hello]);
}
