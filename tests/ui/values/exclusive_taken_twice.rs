use koa_runtime::prelude::*;

struct Tx(u32);

#[middleware]
async fn transaction(ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    let mut tx = Tx(0);
    next.run(ctx, &mut tx).await
}

#[middleware]
async fn insert(tx: &mut Tx, ctx: &mut Context, next: Next) -> Result {
    tx.0 += 1;
    next.run(ctx).await
}

#[middleware]
async fn create_post(tx: &mut Tx) -> String {
    tx.0.to_string()
}

fn main() {
    Application::new(pipeline![transaction, insert, create_post]);
}
