use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Filter {
    tag: String,
}

#[middleware]
async fn list(#[query] filter: Filter) -> String {
    filter.tag
}

fn main() {
    Application::new(pipeline![list]);
}
