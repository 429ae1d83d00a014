use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

fn main() {
    let verbose = true;
    Application::new(pipeline![verbose.then(|| "log"), hello]);
}
