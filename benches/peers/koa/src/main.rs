//! Ours, as a user writes it.

use koa_runtime::prelude::*;
use shared::{HELLO, LIMIT, MESSAGE, Message};

/// Hands on.
#[middleware]
async fn layer(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn hello() -> &'static str {
    HELLO
}

#[middleware]
async fn json() -> Json<Message> {
    Json(MESSAGE)
}

#[middleware]
async fn user(#[param] id: u64) -> String {
    id.to_string()
}

#[middleware]
async fn up(ctx: &mut Context) -> Result<String> {
    Ok(ctx.bytes(LIMIT).await?.len().to_string())
}

#[middleware]
async fn down() -> bytes::Bytes {
    shared::large()
}

fn app() -> Application {
    Application::new(pipeline![routes! {
        GET "/" => hello,
        GET "/layers" => pipeline![layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, hello],
        GET "/json" => json,
        GET "/users/{id: u64}" => user,
        GET "/down" => down,
        POST "/up" => up,
    }])
}

fn main() -> Result {
    ours::run(app())
}
