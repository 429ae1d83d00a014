use koa_runtime::prelude::*;

#[middleware]
async fn shout(#[body] text: &str) -> String {
    text.to_uppercase()
}

fn main() {
    Application::new(pipeline![shout]);
}
