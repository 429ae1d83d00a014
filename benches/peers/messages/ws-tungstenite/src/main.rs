//! tokio-tungstenite as it is, its echo as its own example has it: what came together goes out together.

use futures_util::{StreamExt as _, TryStreamExt as _, future};
use shared::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{accept_async, tungstenite::Error};

async fn echo(stream: TcpStream) -> std::result::Result<(), Error> {
    stream.set_nodelay(true)?;
    let (write, read) = accept_async(stream).await?.split();
    read.try_filter(|message| future::ready(message.is_text() || message.is_binary())).forward(write).await
}

async fn serve() -> Result {
    let listener = TcpListener::bind(("127.0.0.1", shared::port())).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move { drop(echo(stream).await) });
    }
}

fn main() -> Result {
    shared::runtime()?.block_on(async { tokio::spawn(serve()).await? })
}
