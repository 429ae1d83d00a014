use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    async fn api() => [hello]
}

fn main() {}
