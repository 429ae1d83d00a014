use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    fn api => [hello]
}

fn main() {}
