use koa_runtime::prelude::*;

#[middleware]
async fn text(#[body] text: String, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Text", text);
    next.run(ctx).await
}

#[middleware]
async fn bytes(#[body] bytes: Bytes) -> Bytes {
    bytes
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let response = Application::new(pipeline![text, bytes]).post("/").body("hello").await;
    assert_eq!((response.text(), response.header("X-Text")), ("hello", "hello"));
}
