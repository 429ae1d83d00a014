use koa_runtime::prelude::*;

struct Tx;

#[middleware]
async fn transaction(ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    next.run(ctx, &mut Tx).await
}

#[middleware]
async fn insert(_tx: &mut Tx) -> &'static str {
    "created"
}

fn main() {
    Application::new(pipeline![transaction, boxed(insert)]);
}
