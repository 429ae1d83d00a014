use koa_runtime::prelude::*;

struct Db;

#[middleware]
async fn posts(_db: &Db) -> &'static str {
    "posts"
}

pipeline! {
    fn api() needs Db => [posts]
}

fn main() {}
