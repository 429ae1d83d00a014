use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() -> Result {
    Application::new(pipeline![hello]).listen(('a', 3000)).await
}
