use koa_runtime::prelude::*;

use std::rc::Rc;

#[middleware]
async fn name() -> String {
    let name = Rc::new("ada");
    tokio::task::yield_now().await;
    name.to_string()
}

fn main() {
    Application::new(pipeline![name]);
}
