//! volo-http.

use std::{convert::Infallible, net::SocketAddr};

use shared::{HELLO, MESSAGE, Message};
use volo_http::{
    Address,
    context::ServerContext,
    json::Json,
    request::Request,
    response::Response,
    server::{
        Server,
        middleware::{Next, from_fn},
        param::PathParams,
        route::{Router, get, post},
    },
};

async fn layer(cx: &mut ServerContext, request: Request, next: Next) -> Result<Response, Infallible> {
    next.run(cx, request).await
}

async fn hello() -> &'static str {
    HELLO
}

async fn json() -> Json<Message> {
    Json(MESSAGE)
}

async fn user(PathParams(id): PathParams<u64>) -> String {
    id.to_string()
}

async fn up(body: bytes::Bytes) -> String {
    body.len().to_string()
}

async fn down() -> bytes::Bytes {
    shared::large()
}

fn app() -> Router {
    let layered = get(hello)
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer))
        .layer(from_fn(layer));
    Router::new()
        .route("/", get(hello))
        .route("/layers", layered)
        .route("/json", get(json))
        .route("/users/{id}", get(user))
        .route("/down", get(down))
        .route("/up", post(up))
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    shared::runtime()?.block_on(async {
        let address = Address::from(SocketAddr::from(([127, 0, 0, 1], shared::port())));
        Server::new(app()).run(address).await
    })
}
