use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: u64) -> String {
    id.to_string()
}

fn main() {
    Application::new(pipeline![show]);
}
