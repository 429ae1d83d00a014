//! Ours, as a user writes it.

use koa_runtime::prelude::*;

/// Hands on, as the layers by hand do.
#[middleware]
async fn layer(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    "Hello, World!"
}

pub async fn serve(port: u16) -> Result {
    let app = Application::new(pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
        routes! { GET "/" => hello },
    ]);
    app.listen(("127.0.0.1", port)).await
}
