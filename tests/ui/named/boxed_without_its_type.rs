use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    fn api() => [boxed(hello)]
}

fn main() {
    Application::new(pipeline![api()]);
}
