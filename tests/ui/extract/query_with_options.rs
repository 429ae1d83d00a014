use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
struct Filter {
    tag: String,
}

#[middleware]
async fn list(#[query(name = "filter")] filter: Filter) -> String {
    filter.tag
}

fn main() {
    Application::new(pipeline![list]);
}
