use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

struct Db;

pipeline! {
    pub fn api() need(Db) => [hello]
}

fn main() {
    Application::new(pipeline![provide(Db), api()]);
}
