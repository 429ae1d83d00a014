use koa_runtime::prelude::*;

struct Tx;

#[middleware]
async fn transaction(ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    next.run(ctx, &mut Tx).await
}

#[middleware]
async fn insert(_tx: &mut Tx, ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn delete(_tx: &mut Tx) -> &'static str {
    "gone"
}

fn main() {
    let writes = true;
    Application::new(pipeline![transaction, writes.then(insert), delete]);
}
