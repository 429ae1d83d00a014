//! axum, with its layers in one `ServiceBuilder`, as its documentation says of several.

use std::io;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Request},
    middleware::{Next, from_fn},
    response::Response,
    routing::{get, post},
};
use shared::{HELLO, MESSAGE, Message};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

async fn layer(request: Request, next: Next) -> Response {
    next.run(request).await
}

async fn hello() -> &'static str {
    HELLO
}

async fn json() -> Json<Message> {
    Json(MESSAGE)
}

async fn user(Path(id): Path<u64>) -> String {
    id.to_string()
}

async fn up(body: Bytes) -> String {
    body.len().to_string()
}

async fn down() -> Bytes {
    shared::large()
}

fn app() -> Router {
    let layers = ServiceBuilder::new()
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
        .route("/layers", get(hello).layer(layers))
        .route("/json", get(json))
        .route("/users/{id}", get(user))
        .route("/down", get(down))
        .route("/up", post(up))
}

fn main() -> io::Result<()> {
    shared::runtime()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", shared::port())).await?;
        axum::serve(listener, app()).await
    })
}
