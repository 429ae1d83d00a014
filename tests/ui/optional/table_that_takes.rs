use koa_runtime::prelude::*;

struct Tx(u32);

#[middleware]
async fn transaction(ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    next.run(ctx, &mut Tx(0)).await
}

#[middleware]
async fn insert(tx: &mut Tx, ctx: &mut Context, next: Next) -> Result {
    tx.0 += 1;
    next.run(ctx).await
}

fn main() {
    let posts = routes! { GET "/posts" => insert };
    Application::new(pipeline![transaction, Some(posts)]);
}
