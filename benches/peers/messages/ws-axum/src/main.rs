//! axum, its echo as its documentation has it.

use axum::{
    Router,
    extract::ws::{WebSocket, WebSocketUpgrade},
    response::Response,
    routing::any,
    serve::ListenerExt as _,
};
use shared::Result;
use tokio::net::TcpListener;

async fn upgrade(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(echo)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

fn main() -> Result {
    shared::runtime()?.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", shared::port())).await?;
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        Ok(axum::serve(listener, Router::new().route("/", any(upgrade))).await?)
    })
}
