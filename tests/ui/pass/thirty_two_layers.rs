use koa_runtime::prelude::*;

#[middleware]
async fn layer(ctx: &mut Context, next: Next) -> Result {
    tokio::task::yield_now().await;
    next.run(ctx).await?;
    let inside: u32 = ctx.response.get("X-Layers").map_or(0, |inside| inside.parse().unwrap());
    ctx.set("X-Layers", inside + 1);
    Ok(())
}

#[tokio::main]
async fn main() {
    let app = Application::new(pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
    ]);
    assert_eq!(app.get("/").await.header("X-Layers"), "32");
}
