//! As one writes in Koa: a port is enough.

use std::time::Duration;

use koa_runtime::prelude::*;

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() {
    let app = || Application::new(pipeline![hello]);
    let _ = tokio::time::timeout(Duration::from_millis(10), app().listen(0)).await;
    let _ = tokio::time::timeout(Duration::from_millis(10), app().listen("127.0.0.1:0")).await;
    let _ = tokio::time::timeout(Duration::from_millis(10), app().listen(&String::from("localhost:0"))).await;
}
