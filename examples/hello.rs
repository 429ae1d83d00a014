//! The demo that every Koa article opens with: a logger, a response time, and "Hello World".
//!
//! ```sh
//! cargo run --release -p examples --example hello
//! curl -i http://127.0.0.1:3000
//! ```

use std::time::Instant;

use koa_runtime::prelude::*;
use tokio::net::TcpListener;

/// Logs each request when its answer is known.
#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    let outcome = next.run(ctx).await;
    let time = ctx.response.get("X-Response-Time").unwrap_or("-");
    println!("{} {} - {time}", ctx.method(), ctx.url());
    outcome
}

/// Says how long the layers inside took.
#[middleware]
async fn response_time(ctx: &mut Context, next: Next) -> Result {
    let start = Instant::now();
    next.run(ctx).await?;
    ctx.set("X-Response-Time", format!("{}ms", start.elapsed().as_millis()));
    Ok(())
}

/// An endpoint has no `next`: what it returns becomes the response.
#[middleware]
async fn hello() -> &'static str {
    "Hello World"
}

fn app() -> Application {
    Application::new(pipeline![logger, response_time, routes! { GET "/" => hello }])
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
