use koa_runtime::prelude::*;

#[middleware]
async fn logger(next: Next) -> Result {
    next.run().await
}

fn main() {
    Application::new(pipeline![logger]);
}
