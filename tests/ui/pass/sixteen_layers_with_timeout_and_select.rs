use std::time::Duration;

use koa_runtime::prelude::*;
use tokio::time::{sleep, timeout};

#[middleware]
async fn layer(ctx: &mut Context, next: Next) -> Result {
    let stopped = sleep(Duration::from_secs(60));
    let outcome = tokio::select! {
        outcome = timeout(Duration::from_secs(60), next.run(ctx)) => outcome,
        () = stopped => throw!(503),
    };
    outcome.map_err(|_| Error::new(504))??;
    let inside: u32 = ctx.response.get("X-Layers").map_or(0, |inside| inside.parse().unwrap());
    ctx.set("X-Layers", inside + 1);
    Ok(())
}

#[tokio::main]
async fn main() {
    let app = Application::new(pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
    ]);
    assert_eq!(app.get("/").await.header("X-Layers"), "16");
}
