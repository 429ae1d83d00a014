use koa_runtime::prelude::*;

#[middleware]
async fn search(#[config] #[body] words: String) -> String {
    words
}

fn main() {
    Application::new(pipeline![search]);
}
