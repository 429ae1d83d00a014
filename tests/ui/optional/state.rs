use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

struct Db;

fn main() {
    let db = Some(Db);
    Application::new(pipeline![db.map(provide), hello]);
}
