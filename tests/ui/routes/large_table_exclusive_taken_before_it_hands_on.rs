use koa_runtime::prelude::*;

#[middleware]
async fn show() -> &'static str {
    "show"
}

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
async fn create(_tx: &mut Tx) -> &'static str {
    "created"
}

fn main() {
    Application::new(pipeline![transaction, routes! {
        GET "/a" => show,
        GET "/b" => show,
        GET "/c" => show,
        GET "/d" => show,
        GET "/e" => show,
        GET "/f" => show,
        GET "/g" => show,
        GET "/h" => show,
        GET "/i" => show,
        GET "/j" => show,
        GET "/k" => show,
        GET "/l" => show,
        GET "/m" => show,
        GET "/n" => show,
        GET "/o" => show,
        GET "/p" => show,
        GET "/q" => show,
        GET "/r" => show,
        GET "/s" => show,
        GET "/t" => show,
        GET "/posts" => insert,
        GET "/u" => show,
        GET "/v" => show,
        GET "/w" => show,
        GET "/x" => show,
        GET "/y" => show,
        GET "/z" => show,
    }, create]);
}
