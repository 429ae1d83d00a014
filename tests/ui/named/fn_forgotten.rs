use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    pub api() => [hello]
}

fn main() {
    Application::new(pipeline![api()]);
}
