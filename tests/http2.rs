//! Several requests at once on one HTTP/2 connection: each has its own run through the onion.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use http_body_util::BodyExt as _;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use koa_runtime::{Limits, prelude::*};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{
        Notify,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
};

struct Guard(UnboundedSender<String>, String);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.send(format!("{} ends", self.1));
    }
}

#[middleware]
async fn guarded(told: &UnboundedSender<String>, ctx: &mut Context, next: Next) -> Result {
    let _guard = Guard(told.clone(), ctx.path().to_owned());
    next.run(ctx).await
}

/// Answers at once, but for `/held…`, which waits.
#[middleware]
async fn answer(told: &UnboundedSender<String>, gate: &Arc<Notify>, ctx: &mut Context) -> String {
    let path = ctx.path().to_owned();
    assert_ne!(path, "/boom");
    if path.starts_with("/held") {
        let _ = told.send(format!("{path} waits"));
        gate.notified().await;
    }
    path
}

/// A connection, what the layers tell, and the gate that `/held…` waits at.
async fn connect() -> (SendRequest<Body>, UnboundedReceiver<String>, Arc<Notify>) {
    connect_within(Limits::default()).await
}

async fn connect_within(limits: Limits) -> (SendRequest<Body>, UnboundedReceiver<String>, Arc<Notify>) {
    let (told, heard) = unbounded_channel();
    let gate = Arc::new(Notify::new());
    let mut app = Application::new(pipeline![provide(told), provide(gate.clone()), guarded, answer]);
    app.settings_mut().silent = true;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener).limits(limits));
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    (client, heard, gate)
}

async fn get(client: &SendRequest<Body>, path: &'static str) -> (u16, String) {
    let request = http::Request::get(format!("http://a{path}")).body(Body::empty()).unwrap();
    let reply = client.clone().send_request(request).await.unwrap();
    let status = reply.status().as_u16();
    let bytes = reply.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.into()).unwrap())
}

async fn next(heard: &mut UnboundedReceiver<String>) -> String {
    let told = tokio::time::timeout(Duration::from_secs(10), heard.recv()).await;
    told.expect("nothing is told").unwrap()
}

async fn hear(heard: &mut UnboundedReceiver<String>, expected: &str) {
    assert_eq!(next(heard).await, expected);
}

fn ok(text: &str) -> (u16, String) {
    (200, text.to_owned())
}

#[tokio::test]
async fn a_request_that_waits_does_not_hold_up_the_next() {
    let (client, mut heard, gate) = connect().await;
    let held = tokio::spawn({
        let client = client.clone();
        async move { get(&client, "/held").await }
    });
    hear(&mut heard, "/held waits").await;
    for path in ["/a", "/b"] {
        assert_eq!(get(&client, path).await, ok(path));
        hear(&mut heard, &format!("{path} ends")).await;
    }
    gate.notify_one();
    assert_eq!(held.await.unwrap(), ok("/held"));
    hear(&mut heard, "/held ends").await;
    assert_eq!(get(&client, "/c").await, ok("/c"));
}

#[tokio::test]
async fn many_requests_at_once_each_get_their_own_reply() {
    let (client, mut heard, gate) = connect().await;
    let paths = ["/held/1", "/held/2", "/held/3", "/held/4"];
    for _ in 0..3 {
        let all: Vec<_> = paths
            .into_iter()
            .map(|path| {
                let client = client.clone();
                tokio::spawn(async move { get(&client, path).await })
            })
            .collect();
        for _ in paths {
            assert!(next(&mut heard).await.ends_with("waits"));
        }
        gate.notify_waiters();
        for (path, reply) in paths.into_iter().zip(all) {
            assert_eq!(reply.await.unwrap(), ok(path));
        }
        for _ in paths {
            assert!(next(&mut heard).await.ends_with("ends"));
        }
    }
}

#[tokio::test]
async fn a_request_that_the_client_resets_is_cancelled_and_no_other_one() {
    let (client, mut heard, gate) = connect().await;
    let spawn = |path| {
        let client = client.clone();
        tokio::spawn(async move { get(&client, path).await })
    };
    let kept = spawn("/held/kept");
    hear(&mut heard, "/held/kept waits").await;
    let dropped = spawn("/held/dropped");
    hear(&mut heard, "/held/dropped waits").await;
    dropped.abort();
    hear(&mut heard, "/held/dropped ends").await;
    assert_eq!(get(&client, "/a").await, ok("/a"));
    hear(&mut heard, "/a ends").await;
    gate.notify_waiters();
    assert_eq!(kept.await.unwrap(), ok("/held/kept"));
}

#[tokio::test]
async fn a_panic_is_the_500_of_its_own_request() {
    let (client, mut heard, gate) = connect().await;
    let held = tokio::spawn({
        let client = client.clone();
        async move { get(&client, "/held").await }
    });
    hear(&mut heard, "/held waits").await;
    assert_eq!(get(&client, "/boom").await, (500, "Internal Server Error".to_owned()));
    gate.notify_waiters();
    assert_eq!(held.await.unwrap(), ok("/held"));
    assert_eq!(get(&client, "/a").await, ok("/a"));
}

/// Each has a time of its own: the others of its connection go on.
#[tokio::test]
async fn layers_that_do_not_answer_are_dropped_and_the_client_hears_of_it() {
    let limit = Duration::from_millis(300);
    let (client, mut heard, _) = connect_within(Limits { request: Some(limit), ..Limits::default() }).await;
    let begin = Instant::now();
    let late = tokio::time::timeout(Duration::from_secs(20), get(&client, "/held")).await;
    assert_eq!(late.expect("an answer"), (503, "the server took too long".to_owned()));
    assert!(begin.elapsed() >= limit, "{:?}", begin.elapsed());
    hear(&mut heard, "/held waits").await;
    hear(&mut heard, "/held ends").await;
    assert_eq!(get(&client, "/a").await, ok("/a"));
}

#[tokio::test]
async fn more_requests_than_there_may_be_are_told_at_once() {
    let (client, mut heard, gate) = connect_within(Limits { requests: 1, ..Limits::default() }).await;
    let held = tokio::spawn({
        let client = client.clone();
        async move { get(&client, "/held").await }
    });
    hear(&mut heard, "/held waits").await;
    assert_eq!(get(&client, "/a").await, (503, "the server is overloaded".to_owned()));
    gate.notify_waiters();
    assert_eq!(held.await.unwrap(), ok("/held"));
    assert_eq!(get(&client, "/a").await, ok("/a"));
}
