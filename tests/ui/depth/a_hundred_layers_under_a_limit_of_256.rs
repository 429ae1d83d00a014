#![recursion_limit = "256"]
use koa_runtime::prelude::*;

#[middleware]
async fn layer(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
    ]);
}
