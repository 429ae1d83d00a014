use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

routes! {
    pub users() {
        GET "/" => shown
    }
}

fn main() {}
