//! A WebSocket that says again what it hears, compressed where the client likes.
//!
//! ```sh
//! cargo run --release -p examples --example ws_echo
//! curl -i http://127.0.0.1:3000/          # 426: this is a WebSocket
//! ```
//!
//! `.ci/websocket` asks it all that the Autobahn test suite has.

use koa_runtime::{
    prelude::*,
    websocket::{Deflate, Options, WebSocket},
};
use tokio::net::TcpListener;

#[middleware]
async fn echo(ctx: &mut Context) -> Result {
    let options =
        Options { message: 16 << 20, frame: 16 << 20, deflate: Some(Deflate::default()), ..Options::default() };
    ctx.websocket(options, async |mut socket: WebSocket| {
        while let Some(message) = socket.recv().await? {
            socket.send(message).await?;
        }
        Ok(())
    })
}

fn app() -> Application {
    Application::new(pipeline![routes! {
        GET "/" => echo,
    }])
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
