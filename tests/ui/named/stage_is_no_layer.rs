use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

struct Db;

pipeline! {
    pub fn api() needs(Db) => [Db, hello]
}

fn main() {
    Application::new(pipeline![provide(Db), api()]);
}
