use koa_runtime::prelude::*;

#[middleware]
async fn mark(#[config] name: &str, ctx: &mut Context, next: Next) -> Result {
    ctx.append("X-Mark", name);
    next.run(ctx).await
}

#[cfg(any())]
#[middleware]
async fn absent(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

pipeline! {
    fn api() => [
        #[cfg(any())]
        absent,
        #[cfg(all())]
        mark("named"),
        hello,
    ]
}

#[tokio::main]
async fn main() {
    let app = Application::new(pipeline![
        #[cfg(any())]
        absent,
        #[cfg(all())]
        mark("inline"),
        api,
    ]);
    let reply = app.get("/").await;
    assert_eq!((reply.header("X-Mark"), reply.text()), ("inline", "Hello World"));
}
