use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

routes! {
    pub fn users() -> impl Layer {
        GET "/" => shown
    }
}

fn main() {}
