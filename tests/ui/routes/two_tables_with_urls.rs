use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

routes! {
    fn users() {
        GET "/" as user => shown,
    }
}

routes! {
    fn posts() {
        GET "/" as post => shown,
    }
}

fn main() {}
