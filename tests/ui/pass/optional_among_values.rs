use koa_runtime::prelude::*;

struct User;
struct Tx;

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn transaction(ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    next.run(ctx, &mut Tx).await
}

#[middleware]
async fn insert(_tx: &mut Tx, ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn impersonate(ctx: &mut Context, next: Next<Replace<User>>) -> Result {
    next.run(ctx, &User).await
}

#[middleware]
async fn hello(_user: &User) -> &'static str {
    "Hello World"
}

pipeline! {
    fn whole() => [logger, hello];
}

pipeline! {
    fn quiet(log: bool) => [log.then_some(logger), logger]
}

#[tokio::main]
async fn main() {
    let inner = pipeline![logger, Some(pipeline![logger, logger])];
    let app = Application::new(pipeline![
        provide(User),
        true.then(logger),
        transaction,
        Some(inner),
        false.then(|| quiet(true)),
        false.then(whole),
        impersonate,
        insert,
        None::<fn() -> logger>,
        true.then_some(hello)
    ]);
    assert_eq!(app.get("/").await.text(), "Hello World");
}
