use koa_runtime::prelude::*;

#[middleware]
async fn search(#[body] #[query] words: String) -> String {
    words
}

fn main() {
    Application::new(pipeline![search]);
}
