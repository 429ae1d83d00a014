//! poem, with each layer in a box of its own: in one type, ten of them do not compile in 8 GiB.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, Request, Response, Result, Route, Server,
    endpoint::BoxEndpoint,
    get, handler,
    listener::TcpListener,
    post,
    web::{Json, Path},
};
use shared::{HELLO, MESSAGE, Message};

async fn layer<E: Endpoint>(next: Arc<E>, request: Request) -> Result<E::Output> {
    next.call(request).await
}

#[handler]
async fn hello() -> &'static str {
    HELLO
}

#[handler]
async fn json() -> Json<Message> {
    Json(MESSAGE)
}

#[handler]
async fn user(Path(id): Path<u64>) -> String {
    id.to_string()
}

#[handler]
async fn up(body: Vec<u8>) -> String {
    body.len().to_string()
}

#[handler]
async fn down() -> bytes::Bytes {
    shared::large()
}

fn layered() -> BoxEndpoint<'static, Response> {
    (0..10).fold(get(hello).boxed(), |inner, _| inner.around(layer).boxed())
}

fn app() -> Route {
    Route::new()
        .at("/", get(hello))
        .at("/layers", layered())
        .at("/json", get(json))
        .at("/users/:id", get(user))
        .at("/down", get(down))
        .at("/up", post(up))
}

fn main() -> std::io::Result<()> {
    shared::runtime()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", shared::port()));
        Server::new(listener).run(app()).await
    })
}
