//! Ours, as a user writes it: an endpoint that becomes a WebSocket, or each message through a pipeline.

use koa_runtime::{
    prelude::*,
    websocket::{self, Message, Options, WebSocket},
};

#[middleware]
async fn echo(ctx: &mut Context) -> Result {
    ctx.websocket(Options::default(), async |mut socket: WebSocket| {
        while let Some(message) = socket.recv().await? {
            socket.send(message).await?;
        }
        Ok(())
    })
}

type Talk = websocket::Context<()>;

/// Hands on.
#[middleware]
async fn layer(ctx: &mut Talk, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn repeat(ctx: &mut Talk) -> Message {
    ctx.message().clone()
}

#[middleware]
async fn messages(#[config] app: &Application<Talk>, ctx: &mut Context) -> Result {
    ctx.websocket_messages(Options::default(), app, |_sender| ())
}

fn app() -> Application {
    match shared::shape().as_str() {
        "pipeline" => Application::new(pipeline![messages(Application::of(pipeline![repeat]))]),
        "layers" => Application::new(pipeline![messages(Application::of(pipeline![
            layer, layer, layer, layer, layer, layer, layer, layer, layer, layer, repeat
        ]))]),
        _ => Application::new(pipeline![echo]),
    }
}

fn main() -> Result {
    ours::run(app())
}
