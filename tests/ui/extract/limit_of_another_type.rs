use koa_runtime::prelude::*;

#[middleware]
async fn shout(#[body(limit = "64 KiB")] text: String) -> String {
    text.to_uppercase()
}

fn main() {
    Application::new(pipeline![shout]);
}
