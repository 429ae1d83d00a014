use koa_runtime::prelude::*;

#[middleware]
async fn shout(#[body(limit)] text: String) -> String {
    text.to_uppercase()
}

fn main() {
    Application::new(pipeline![shout]);
}
