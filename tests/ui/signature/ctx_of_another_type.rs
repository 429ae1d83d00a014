use koa_runtime::prelude::*;

struct Conn;

#[middleware]
async fn logger(ctx: &mut Conn, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger]);
}
