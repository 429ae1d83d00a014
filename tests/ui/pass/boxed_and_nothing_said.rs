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

#[middleware]
async fn count(number: &u8, ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.set("X-Number", *number);
    Ok(())
}

#[tokio::main]
async fn main() {
    let variable = boxed(shout);
    let list = vec![boxed(shout), boxed(shout)];
    let counted: BoxedLayer = boxed(pipeline![provide(7_u8), count]);
    let app = Application::new(pipeline![
        provide(User),
        provide(1),
        boxed(shout),
        variable,
        counted,
        dynamic(list),
        hello
    ]);
    let response = app.get("/").await;
    assert_eq!(response.text(), "Hello World");
    assert_eq!((response.header("X-Volume"), response.header("X-Number")), ("loud", "7"));
}
