//! How a server ends.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use koa_runtime::{Drained, SocketOptions, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Notify, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};

mod eventually;

use eventually::eventually;

/// Where `/held` waits.
#[derive(Default)]
struct Gate {
    begun: Notify,
    open: Notify,
}

#[middleware]
async fn answer(gate: &Arc<Gate>, ctx: &mut Context) -> String {
    if ctx.path() == "/held" {
        gate.begun.notify_one();
        gate.open.notified().await;
    }
    ctx.path().to_owned()
}

struct Served {
    address: SocketAddr,
    gate: Arc<Gate>,
    end: oneshot::Sender<()>,
    drained: oneshot::Receiver<Drained>,
    server: JoinHandle<Result>,
}

async fn serve(drain: Duration) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let gate = Arc::new(Gate::default());
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
    let read = timeout(Duration::from_secs(20), stream.read(&mut reply)).await.expect("an answer").unwrap();
    String::from_utf8_lossy(&reply[..read]).into_owned()
}

#[tokio::test]
async fn what_is_idle_is_closed_soon_and_what_is_asked_is_answered() {
    let served = serve(Duration::from_secs(20)).await;
    let mut idle = ask(served.address, "/a").await;
    assert!(some(&mut idle).await.ends_with("/a"));
    let mut held = ask(served.address, "/held").await;
    served.gate.begun.notified().await;

    let start = Instant::now();
    served.end.send(()).unwrap();
    assert_eq!(some(&mut idle).await, "");
    // and not when all has ended
    assert!(start.elapsed() < Duration::from_secs(10));
    // nothing more is accepted
    eventually(async || TcpStream::connect(served.address).await.is_err()).await;

    served.gate.open.notify_one();
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
    served.gate.begun.notified().await;
    let start = Instant::now();
    served.end.send(()).unwrap();
    assert_eq!(some(&mut held).await, "");
    assert_eq!(some(&mut mute).await, "");
    let took = start.elapsed();
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(10), "{took:?}");
    served.server.await.unwrap().unwrap();
    let drained = served.drained.await.unwrap();
    assert_eq!(drained.cut_requests, 1);
    assert!(drained.took >= Duration::from_millis(300), "{drained:?}");
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
    served.gate.begun.notified().await;
    served.end.send(()).unwrap();
    // the connection has been told of the end when the layer goes on
    sleep(Duration::from_millis(100)).await;
    served.gate.open.notify_one();
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
        .notice(Duration::from_secs(2));
    assert!(!readiness.is_ready());
    let server = tokio::spawn(server);
    assert!(some(&mut ask(address, "/readyz").await).await.starts_with("HTTP/1.1 200 "));
    end.send(()).unwrap();
    eventually(async || !readiness.is_ready()).await;
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

/// A proxy asks on a connection for as long as it has not seen it closed, and sends a POST that is lost not once more.
#[tokio::test]
async fn what_was_on_its_way_on_an_idle_connection_is_answered_and_told_to_be_the_last() {
    let served = serve(Duration::from_secs(20)).await;
    let mut idle = ask(served.address, "/a").await;
    assert!(!some(&mut idle).await.contains("connection: close"));
    // half a head, and the rest of it once the moment is over that there is for one that has not begun
    let mut half = ask(served.address, "/a").await;
    some(&mut half).await;
    half.write_all(b"GET /c HTTP/1.1\r\n").await.unwrap();
    served.end.send(()).unwrap();
    // it accepts what waits for a hundredth of a second, and only then tells its connections; half a second later it would close this
    sleep(Duration::from_millis(50)).await;
    idle.write_all(b"POST /b HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let said = some(&mut idle).await;
    assert!(said.ends_with("/b") && said.contains("connection: close"), "{said}");
    assert_eq!(some(&mut idle).await, "");
    sleep(Duration::from_secs(1)).await;
    half.write_all(b"host: a\r\n\r\n").await.unwrap();
    let said = some(&mut half).await;
    assert!(said.ends_with("/c") && said.contains("connection: close"), "{said}");
    served.server.await.unwrap().unwrap();
}

/// On HTTP/2 a client may have said no more than that it speaks it.
#[tokio::test]
async fn what_was_on_its_way_on_a_new_connection_of_http2_is_answered() {
    let served = serve(Duration::from_secs(20)).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    served.end.send(()).unwrap();
    // as above, and here it would be a second
    sleep(Duration::from_millis(50)).await;
    // HEADERS: GET http://a/ in HPACK
    stream.write_all(b"\0\0\x06\x01\x05\0\0\0\x01\x82\x86\x84\x01\x01a").await.unwrap();
    let mut said = Vec::new();
    // DATA of one byte, the path
    let data = b"\0\0\x01\0\x01\0\0\0\x01/";
    while !said.windows(data.len()).any(|bytes| bytes == data) {
        let read = timeout(Duration::from_secs(20), stream.read_buf(&mut said)).await;
        assert!(matches!(read, Ok(Ok(1..))), "{read:?} {said:?}");
    }
    drop(stream);
    served.server.await.unwrap().unwrap();
}

/// The system would reset it.
#[tokio::test]
async fn what_waits_to_be_accepted_when_the_end_comes_is_answered() {
    let served = serve(Duration::from_secs(20)).await;
    sleep(Duration::from_millis(50)).await;
    // the server runs on this thread too, and has seen none of them yet
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = std::net::TcpStream::connect(served.address).unwrap();
            std::io::Write::write_all(&mut stream, b"GET /a HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
            stream.set_nonblocking(true).unwrap();
            stream
        })
        .collect();
    served.end.send(()).unwrap();
    for stream in waiting {
        let mut stream = TcpStream::from_std(stream).unwrap();
        assert!(some(&mut stream).await.ends_with("/a"));
    }
    served.server.await.unwrap().unwrap();
}

/// One generation of servers after another on one port, while clients come and go.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_over_a_port_loses_no_connection() {
    let generation = |address: SocketAddr| async move {
        let (end, ended) = oneshot::channel::<()>();
        let (tell, told) = oneshot::channel();
        let mut tell = Some(tell);
        let server = Application::new(pipeline![provide(Arc::new(Gate::default())), answer])
            .listen(address)
            .sockets(SocketOptions { reuse_port: true, ..SocketOptions::default() })
            .with_graceful_shutdown(async { drop(ended.await) })
            .on_listening(move |address| tell.take().into_iter().for_each(|tell| tell.send(address).unwrap()));
        let server = tokio::spawn(server);
        (told.await.unwrap(), end, server)
    };
    let (address, mut end, mut server) = generation(([127, 0, 0, 1], 0).into()).await;
    let over = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let clients: Vec<_> = (0..32)
        .map(|_| {
            let over = Arc::clone(&over);
            tokio::spawn(async move {
                let mut asked = 0;
                while !over.load(std::sync::atomic::Ordering::Relaxed) {
                    let mut stream = TcpStream::connect(address).await?;
                    stream.write_all(b"POST /a HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await?;
                    let mut said = Vec::new();
                    stream.read_to_end(&mut said).await?;
                    assert!(said.ends_with(b"/a"), "{}", String::from_utf8_lossy(&said));
                    asked += 1;
                }
                std::io::Result::Ok(asked)
            })
        })
        .collect();
    for _ in 0..30 {
        let (_, next_end, next) = generation(address).await;
        sleep(Duration::from_millis(20)).await;
        end.send(()).unwrap();
        server.await.unwrap().unwrap();
        (end, server) = (next_end, next);
    }
    over.store(true, std::sync::atomic::Ordering::Relaxed);
    let mut asked = 0;
    for client in clients {
        asked += client.await.unwrap().expect("nobody is turned away");
    }
    assert!(asked > 100, "{asked}");
    end.send(()).unwrap();
    server.await.unwrap().unwrap();
}
