use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Filter {
    tag: String,
}

#[middleware]
async fn list(#[query] filter: Fliter) -> String {
    filter.tag
}

fn main() {
    Application::new(pipeline![list]);
}
