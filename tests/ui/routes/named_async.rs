use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

routes! {
    pub async fn users() {
        GET "/" => shown
    }
}

fn main() {}
