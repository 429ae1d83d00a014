//@ mistakes: 2
use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

routes! {
    pub fn users() {
        GET "/" as user => shown,
        GET "/{id}" as user => shown,
        "/x" => { GET "/{id}" as r#user => shown },
    }
}

fn main() {}
