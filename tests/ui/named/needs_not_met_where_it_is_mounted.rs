use koa_runtime::prelude::*;

struct Db;

#[middleware]
async fn posts(_db: &Db) -> &'static str {
    "posts"
}

pipeline! {
    pub fn api() needs(Db) => [posts]
}

fn main() {
    Application::new(pipeline![api()]);
}
