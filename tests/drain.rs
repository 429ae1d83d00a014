//! How a server ends.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use koa_runtime::{Drained, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};

#[middleware]
async fn answer(gate: &Arc<Notify>, ctx: &mut Context) -> String {
    if ctx.path() == "/held" {
        gate.notified().await;
    }
    ctx.path().to_owned()
}

struct Served {
    address: SocketAddr,
    gate: Arc<Notify>,
    end: oneshot::Sender<()>,
    drained: oneshot::Receiver<Drained>,
    server: JoinHandle<Result>,
}

async fn serve(drain: Duration) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let gate = Arc::new(Notify::new());
    let (end, ended) = oneshot::channel::<()>();
    let (tell, drained) = oneshot::channel();
    let server = Application::new(pipeline![provide(gate.clone()), answer])
        .serve(listener)
        .with_graceful_shutdown(async { drop(ended.await) })
        .drain(drain)
        .on_drained(|drained| tell.send(drained).unwrap());
    Served { address, gate, end, drained, server: tokio::spawn(server) }
}

async fn ask(address: SocketAddr, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await.unwrap();
    stream
}

async fn some(stream: &mut TcpStream) -> String {
    let mut reply = vec![0; 4096];
    let read = timeout(Duration::from_secs(5), stream.read(&mut reply)).await.expect("an answer").unwrap();
    String::from_utf8_lossy(&reply[..read]).into_owned()
}

#[tokio::test]
async fn what_is_idle_is_closed_at_once_and_what_is_asked_is_answered() {
    let served = serve(Duration::from_secs(20)).await;
    let mut idle = ask(served.address, "/a").await;
    assert!(some(&mut idle).await.ends_with("/a"));
    let mut held = ask(served.address, "/held").await;
    sleep(Duration::from_millis(100)).await;

    let start = Instant::now();
    served.end.send(()).unwrap();
    assert_eq!(some(&mut idle).await, "");
    assert!(start.elapsed() < Duration::from_secs(1));
    sleep(Duration::from_millis(100)).await;
    assert!(TcpStream::connect(served.address).await.is_err(), "nothing more is accepted");

    served.gate.notify_one();
    let reply = some(&mut held).await;
    assert!(reply.ends_with("/held") && reply.contains("connection: close"), "{reply}");
    served.server.await.unwrap().unwrap();
    let drained = served.drained.await.unwrap();
    assert_eq!((drained.cut_connections, drained.cut_requests), (0, 0));
}

#[tokio::test]
async fn what_does_not_end_is_cut_at_the_deadline_and_told() {
    let served = serve(Duration::from_millis(300)).await;
    let mut held = ask(served.address, "/held").await;
    // a client that has said nothing has nothing to lose
    let mut mute = TcpStream::connect(served.address).await.unwrap();
    let mut mute2 = TcpStream::connect(served.address).await.unwrap();
    mute2.write_all(b"PRI * HTTP/2.0\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    served.end.send(()).unwrap();
    assert_eq!(some(&mut held).await, "");
    assert_eq!(some(&mut mute).await, "");
    assert!(start.elapsed() > Duration::from_millis(250) && start.elapsed() < Duration::from_secs(3));
    served.server.await.unwrap().unwrap();
    let drained = served.drained.await.unwrap();
    assert_eq!(drained.cut_requests, 1);
    assert!(drained.took >= Duration::from_millis(250), "{drained:?}");
}

/// HTTP/2: requests that have begun end, and the client is told to ask no more.
#[tokio::test]
async fn on_http2_what_has_begun_ends_too() {
    use http_body_util::BodyExt as _;
    let served = serve(Duration::from_secs(20)).await;
    let stream = TcpStream::connect(served.address).await.unwrap();
    let (mut send, connection) = hyper::client::conn::http2::handshake(
        hyper_util::rt::TokioExecutor::new(),
        hyper_util::rt::TokioIo::new(stream),
    )
    .await
    .unwrap();
    let connection = tokio::spawn(connection);
    let request =
        |path: &str| http::Request::get(format!("http://a{path}")).body(http_body_util::Empty::<bytes::Bytes>::new());
    let held = send.send_request(request("/held").unwrap());
    let held = tokio::spawn(async move { held.await.unwrap().into_body().collect().await.unwrap().to_bytes() });
    sleep(Duration::from_millis(100)).await;
    served.end.send(()).unwrap();
    sleep(Duration::from_millis(100)).await;
    served.gate.notify_one();
    assert_eq!(held.await.unwrap(), "/held");
    connection.await.unwrap().unwrap();
    served.server.await.unwrap().unwrap();
    assert_eq!(served.drained.await.unwrap().cut_requests, 0);
}

#[tokio::test]
async fn a_server_is_ready_while_it_listens_and_says_before_all_else_that_it_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let readiness = Readiness::new();
    let (end, ended) = oneshot::channel::<()>();
    let server = Application::new(pipeline![routes! { GET "/readyz" => ready(readiness.clone()) }])
        .serve(listener)
        .with_graceful_shutdown(async { drop(ended.await) })
        .readiness(readiness.clone())
        .notice(Duration::from_millis(400));
    assert!(!readiness.is_ready());
    let server = tokio::spawn(server);
    assert!(some(&mut ask(address, "/readyz").await).await.starts_with("HTTP/1.1 200 "));
    end.send(()).unwrap();
    sleep(Duration::from_millis(100)).await;
    assert!(some(&mut ask(address, "/readyz").await).await.starts_with("HTTP/1.1 503 "));
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn threads_of_their_own_answer_and_end_as_any_server_does() {
    #[middleware]
    async fn thread() -> String {
        std::thread::current().name().unwrap_or_default().to_owned()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let server = Application::new(pipeline![thread])
        .serve(listener)
        .and("127.0.0.1:0")
        .threads(2.try_into().unwrap())
        .with_graceful_shutdown(async { drop(ended.await) });
    let server = tokio::spawn(server);
    let mut idle = ask(address, "/").await;
    for _ in 0..20 {
        let reply = some(&mut ask(address, "/").await).await;
        assert!(reply.ends_with("koa-0") || reply.ends_with("koa-1"), "{reply}");
    }
    assert!(some(&mut idle).await.contains("koa-"));
    end.send(()).unwrap();
    assert_eq!(some(&mut idle).await, "");
    timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
