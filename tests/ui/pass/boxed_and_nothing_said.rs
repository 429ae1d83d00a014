use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn shout(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.set("X-Volume", "loud");
    Ok(())
}

#[middleware]
async fn hello(_user: &User) -> &'static str {
    "Hello World"
}

#[tokio::main]
async fn main() {
    let variable = boxed(shout);
    let list = vec![boxed(shout), boxed(shout)];
    let app =
        Application::new(pipeline![provide(User), provide(1), boxed(shout), variable, dynamic(list), hello]);
    let response = app.get("/").await;
    assert_eq!((response.text(), response.header("X-Volume")), ("Hello World", "loud"));
}
