use koa_runtime::prelude::*;

#[middleware]
async fn create_post(#[body] title: String, #[body] text: String) -> String {
    title + &text
}

fn main() {
    Application::new(pipeline![create_post]);
}
