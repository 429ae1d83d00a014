//! A panic in a layer is a 500, reported once, and nothing else dies.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use koa_runtime::prelude::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[middleware]
async fn guarded(dropped: &Arc<AtomicUsize>, ctx: &mut Context, next: Next) -> Result {
    let _guard = Guard(dropped.clone());
    next.run(ctx).await
}

#[middleware]
async fn boom(ctx: &mut Context) -> &'static str {
    assert!(ctx.path() != "/now", "no {}", "way");
    tokio::task::yield_now().await;
    assert_ne!(ctx.path(), "/later", "it had to come");
    "alive"
}

fn app() -> (Application, Arc<AtomicUsize>, Arc<std::sync::Mutex<Vec<String>>>) {
    let dropped = Arc::new(AtomicUsize::new(0));
    let events = Arc::<std::sync::Mutex<Vec<String>>>::default();
    let seen = events.clone();
    let app = Application::new(pipeline![provide(dropped.clone()), guarded, boom])
        .on_error(move |error, _| seen.lock().unwrap().push(error.to_string()));
    (app, dropped, events)
}

#[tokio::test]
async fn a_panic_is_a_500_reported_once_and_the_layers_are_dropped() {
    let (app, dropped, events) = app();
    for (n, path) in ["/now", "/later"].into_iter().enumerate() {
        let response = app.get(path).await;
        assert_eq!((response.status().as_u16(), response.text()), (500, "Internal Server Error"));
        assert_eq!(events.lock().unwrap().len(), n + 1);
        assert_eq!(dropped.load(Ordering::SeqCst), n + 1);
    }
    let events = events.lock().unwrap().clone();
    assert_eq!(events[0], "a layer panicked: no way");
    assert!(events[1].contains("it had to come"), "{}", events[1]);
    assert_eq!(app.get("/").await.text(), "alive");
}

#[tokio::test]
async fn the_connection_lives_on_after_a_panic() {
    let (app, _, events) = app();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener));
    let mut stream = TcpStream::connect(address).await.unwrap();
    for path in ["/later", "/now", "/"] {
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).await.unwrap();
        let mut reply = vec![0; 4096];
        let length = stream.read(&mut reply).await.unwrap();
        let reply = String::from_utf8_lossy(&reply[..length]);
        let expected = if path == "/" { "HTTP/1.1 200" } else { "HTTP/1.1 500" };
        assert!(reply.starts_with(expected), "{path}: {reply}");
    }
    assert_eq!(events.lock().unwrap().len(), 2);
}
