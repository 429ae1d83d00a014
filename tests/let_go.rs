//! What a thread keeps from one request to the next is its own application's, and is gone with it.

use std::{net::SocketAddr, sync::Arc, thread};

use koa_runtime::prelude::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::oneshot,
    task::JoinHandle,
};

mod eventually;

use eventually::eventually;

#[middleware]
async fn answer(name: &Arc<str>, ctx: &mut Context) -> String {
    format!("{name} {}", ctx.settings().subdomain_offset)
}

/// An application that says its name and one of its settings, and holds the name in its layers and in its settings.
fn app(name: &Arc<str>, offset: usize) -> Application {
    let mut app = Application::new(pipeline![provide(Arc::clone(name)), answer]);
    app.settings_mut().subdomain_offset = offset;
    let held = Arc::clone(name);
    app.on_error(move |_, _| drop(Arc::clone(&held)))
}

struct Served {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    server: JoinHandle<Result>,
}

async fn serve(app: Application) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let server = app.serve(listener).with_graceful_shutdown(async { drop(ended.await) });
    Served { address, end, server: tokio::spawn(server) }
}

/// Asks for `/` so many times at once.
async fn ask(stream: &mut TcpStream, times: usize, reply: &str) {
    stream.write_all(&b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(times)).await.unwrap();
    let mut said = String::new();
    while said.matches(reply).count() < times {
        let mut some = [0; 4096];
        let read = stream.read(&mut some).await.unwrap();
        assert!(read > 0, "it was closed after {said:?}");
        said.push_str(&String::from_utf8_lossy(&some[..read]));
    }
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn two_threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// After requests one by one and several at once, and after some of a further connection that is still open.
async fn is_let_go_when_the_server_has_ended() {
    let name: Arc<str> = "a".into();
    let served = serve(app(&name, 2)).await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        ask(&mut stream, 1, "a 2").await;
        ask(&mut stream, 16, "a 2").await;
        streams.push(stream);
    }
    drop(streams.split_off(4));
    served.end.send(()).unwrap();
    served.server.await.unwrap().unwrap();
    // a task that is over may be dropped a moment later
    eventually(async || Arc::strong_count(&name) == 1).await;
}

#[test]
fn one_thread_lets_go_of_an_application_that_is_over() {
    current_thread().block_on(is_let_go_when_the_server_has_ended());
}

#[test]
fn threads_that_share_work_let_go_of_an_application_that_is_over() {
    two_threads().block_on(async {
        is_let_go_when_the_server_has_ended().await;
        // again and again one connection alone, until its last poll is not by the thread that has answered
        for _ in 0..50 {
            let name: Arc<str> = "a".into();
            let served = serve(app(&name, 2)).await;
            let mut stream = TcpStream::connect(served.address).await.unwrap();
            ask(&mut stream, 2, "a 2").await;
            drop(stream);
            served.end.send(()).unwrap();
            served.server.await.unwrap().unwrap();
            eventually(async || Arc::strong_count(&name) == 1).await;
        }
    });
}

#[test]
fn a_server_that_is_dropped_leaves_nothing() {
    let name: Arc<str> = "a".into();
    let runtime = current_thread();
    runtime.block_on(async {
        let served = serve(app(&name, 2)).await;
        ask(&mut TcpStream::connect(served.address).await.unwrap(), 3, "a 2").await;
    });
    drop(runtime);
    assert_eq!(Arc::strong_count(&name), 1);
}

#[test]
fn an_application_that_is_asked_without_a_server_leaves_nothing() {
    let name: Arc<str> = "a".into();
    current_thread().block_on(async {
        let app = app(&name, 2);
        assert_eq!(app.get("/").await.text(), "a 2");
    });
    assert_eq!(Arc::strong_count(&name), 1);
}

/// Nothing of the one is taken for the other's, though they have one type.
#[test]
fn two_applications_on_one_thread_keep_apart() {
    let names: [Arc<str>; 2] = ["a".into(), "b".into()];
    let asked = names.clone();
    let thread = thread::spawn(move || {
        current_thread().block_on(async move {
            let (a, b) = (serve(app(&asked[0], 2)).await, serve(app(&asked[1], 3)).await);
            let mut first = TcpStream::connect(a.address).await.unwrap();
            let mut second = TcpStream::connect(b.address).await.unwrap();
            for times in [1, 1, 3, 2] {
                ask(&mut first, times, "a 2").await;
                ask(&mut second, times, "b 3").await;
            }
        });
    });
    thread.join().unwrap();
    assert!(names.iter().all(|name| Arc::strong_count(name) == 1));
}
