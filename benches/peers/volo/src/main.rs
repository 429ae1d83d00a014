//! volo-http, which says of no text what it is, so that its handlers do.

use std::{convert::Infallible, net::SocketAddr};

use shared::{HELLO, MESSAGE, Message};
use volo_http::{
    Address,
    context::ServerContext,
    request::Request,
    response::Response,
    server::{
        Server,
        extract::Json,
        middleware::{Next, from_fn},
        param::PathParams,
        route::{Router, get, post},
    },
};

async fn layer(cx: &mut ServerContext, request: Request, next: Next) -> Result<Response, Infallible> {
    next.run(cx, request).await
}

type Text<T> = ([(&'static str, &'static str); 1], T);

fn text<T>(text: T) -> Text<T> {
    ([("Content-Type", "text/plain; charset=utf-8")], text)
}

async fn hello() -> Text<&'static str> {
    text(HELLO)
}

async fn json() -> Json<Message> {
    Json(MESSAGE)
}

async fn user(PathParams(id): PathParams<u64>) -> Text<String> {
    text(id.to_string())
}

async fn up(body: bytes::Bytes) -> Text<String> {
    text(body.len().to_string())
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
