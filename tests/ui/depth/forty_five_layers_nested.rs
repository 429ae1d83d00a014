use koa_runtime::prelude::*;

#[middleware]
async fn layer(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    let outer = pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
    ];
    let middle = pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
    ];
    let inner = pipeline![
        layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, layer,
    ];
    Application::new(pipeline![outer, pipeline![middle, inner]]);
}
