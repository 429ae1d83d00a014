use koa_runtime::prelude::*;

#[middleware]
async fn shout(#[body(max = 1024)] text: String) -> String {
    text.to_uppercase()
}

fn main() {
    Application::new(pipeline![shout]);
}
