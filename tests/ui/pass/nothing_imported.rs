#[koa_runtime::middleware]
async fn logger(ctx: &mut koa_runtime::Context, next: koa_runtime::Next) -> koa_runtime::Result {
    next.run(ctx).await
}

#[koa_runtime::middleware]
async fn authenticate(ctx: &mut koa_runtime::Context, next: koa_runtime::Next<u8>) -> koa_runtime::Result<()> {
    next.run(ctx, &1).await
}

#[koa_runtime::middleware]
async fn hello(user: &u8) -> String {
    user.to_string()
}

#[tokio::main]
async fn main() {
    let app =
        koa_runtime::Application::new(koa_runtime::pipeline![logger, koa_runtime::pipeline![authenticate], hello]);
    assert_eq!(app.get("/").await.text(), "1");
}
