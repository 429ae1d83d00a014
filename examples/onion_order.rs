//! The order in which layers run: each request prints 1 3 5 6 4 2.
//!
//! A layer is one fn. What stands before `next` runs on the way in, what stands after it on the way out. Each layer here
//! prints its odd number on the way in and its even number on the way out: `a` is 1 and 2, `b` is 3 and 4, `c` is 5 and 6.
//! The way in goes through `a`, `b`, `c`: 1 3 5. The way out comes back through `c`, `b`, `a`: 6 4 2.
//!
//! ```text
//!      ┌─ a ──────────────────────────┐
//!      │  1  ┌─ b ─────────────────┐  │
//!      │     │  3  ┌─ c ────────┐  │  │
//!   ───┼──┄──┼──┄──┼─ 5 ┄ hello │  │  │
//!   ◄──┼──┄──┼──┄──┼─ 6 ◄───┘   │  │  │
//!      │     │  4  └────────────┘  │  │
//!      │  2  └─────────────────────┘  │
//!      └──────────────────────────────┘
//! ```
//!
//! ```sh
//! cargo run --release -p examples --example onion_order
//! curl http://127.0.0.1:3000
//! ```
//!
//! A browser asks for `/favicon.ico` too, so there it prints twice.

use koa_runtime::prelude::*;
use tokio::net::TcpListener;

#[middleware]
async fn a(ctx: &mut Context, next: Next) -> Result {
    println!("1");
    next.run(ctx).await?;
    println!("2");
    Ok(())
}

#[middleware]
async fn b(ctx: &mut Context, next: Next) -> Result {
    println!("3");
    next.run(ctx).await?;
    println!("4");
    Ok(())
}

#[middleware]
async fn c(ctx: &mut Context, next: Next) -> Result {
    println!("5");
    next.run(ctx).await?;
    println!("6");
    Ok(())
}

/// Answers `GET /`. Where no route is, the 404 is a response like any other: the way out is the same.
#[middleware]
async fn hello() -> &'static str {
    "look at what the server prints: 1 3 5 6 4 2\n"
}

fn app() -> Application {
    Application::new(pipeline![a, b, c, routes! { GET "/" => hello }])
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
