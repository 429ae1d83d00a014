use koa_runtime::prelude::*;

#[middleware]
async fn timeout(ctx: &mut Context, next: Next) -> Result {
    let timeout = 3;
    ctx.set("X-Timeout", timeout);
    next.run(ctx).await
}

#[middleware]
async fn user() -> &'static str {
    let user = "ada";
    user
}

#[tokio::main]
async fn main() {
    let app = Application::new(pipeline![timeout, user]);
    let timeout = 3;
    let user @ "ada" = "ada" else { unreachable!() };
    let reply = app.get("/").await;
    assert_eq!((reply.header("X-Timeout"), reply.text()), (timeout.to_string().as_str(), user));
}
