//! A client that goes away cancels its request: the layers that have started are dropped, innermost first.

use std::{sync::Arc, time::Duration};

use koa_runtime::prelude::*;
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};

struct Guard(UnboundedSender<&'static str>, &'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.send(self.1);
    }
}

type Told = UnboundedSender<&'static str>;

#[middleware]
async fn guarded(#[config] name: &'static str, told: &Told, ctx: &mut Context, next: Next) -> Result {
    let _guard = Guard(told.clone(), name);
    next.run(ctx).await
}

#[middleware]
async fn lend(told: &Told, ctx: &mut Context, next: Next<Arc<Guard>>) -> Result {
    let guard = Arc::new(Guard(told.clone(), "lent"));
    next.run(ctx, &guard).await
}

#[middleware]
async fn wait(told: &Told, ctx: &mut Context) {
    let _guard = Guard(told.clone(), "endpoint");
    let _ = told.send("started");
    if ctx.path() == "/forever" {
        std::future::pending::<()>().await;
    }
}

fn app() -> (Application, UnboundedReceiver<&'static str>) {
    let (told, heard) = unbounded_channel();
    (Application::new(pipeline![provide(told), guarded("outer"), lend, guarded("inner"), wait]), heard)
}

async fn hear(heard: &mut UnboundedReceiver<&'static str>, expected: &[&str]) {
    for expected in expected {
        let next = tokio::time::timeout(Duration::from_secs(10), heard.recv()).await;
        assert_eq!(next.expect("nothing is dropped").unwrap(), *expected);
    }
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn when_the_client_goes_away_every_layer_is_dropped_innermost_first() {
    let (app, mut heard) = app();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /forever HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    hear(&mut heard, &["started"]).await;
    drop(stream);
    hear(&mut heard, &["endpoint", "inner", "lent", "outer"]).await;
}

#[tokio::test]
async fn when_the_request_is_dropped_every_layer_is_dropped_innermost_first() {
    let (app, mut heard) = app();
    let asked = tokio::time::timeout(Duration::from_millis(50), app.get("/forever"));
    assert!(asked.await.is_err());
    hear(&mut heard, &["started", "endpoint", "inner", "lent", "outer"]).await;
}

#[tokio::test]
async fn a_finished_request_drops_in_the_same_order() {
    let (app, mut heard) = app();
    app.get("/").await;
    hear(&mut heard, &["started", "endpoint", "inner", "lent", "outer"]).await;
}
