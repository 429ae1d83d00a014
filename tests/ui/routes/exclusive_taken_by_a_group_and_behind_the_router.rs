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

#[middleware]
async fn create_post(tx: &mut Tx) -> String {
    tx.0.to_string()
}

#[middleware]
async fn pass(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![
        transaction,
        routes! {
            "/posts" => [insert] {
                GET "/new" => pass,
            },
        },
        routes! { "/" => routes! { GET "/posts/new" => create_post } },
    ]);
}
