//! What a server listens on, and what speaks there.

use std::{net::SocketAddr, time::Duration};

use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use koa_runtime::{Limits, SocketOptions, prelude::*};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

#[middleware]
async fn answer(ctx: &mut Context) -> String {
    format!("{:?}", ctx.request.version())
}

fn app() -> Application {
    Application::new(pipeline![answer])
}

async fn ask(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut said = String::new();
    timeout(Duration::from_secs(20), stream.read_to_string(&mut said)).await.expect("it is closed").unwrap();
    said
}

async fn connect(address: SocketAddr) -> TcpStream {
    timeout(Duration::from_secs(20), TcpStream::connect(address)).await.expect("it listens").unwrap()
}

/// Without TLS, by what the client begins with.
#[tokio::test]
async fn http_1_and_2_are_spoken_on_one_port() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app().serve(listener));
    for _ in 0..2 {
        assert!(ask(connect(address).await).await.ends_with("\r\n\r\nHTTP/1.1"));
        let stream = TokioIo::new(connect(address).await);
        let (mut client, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
        tokio::spawn(connection);
        let request = http::Request::get("http://a/").body(Empty::<bytes::Bytes>::new()).unwrap();
        let reply = client.send_request(request).await.unwrap();
        assert_eq!(reply.into_body().collect().await.unwrap().to_bytes(), "HTTP/2.0");
    }
}

/// As systemd hands them over: bound, and in whatever mode.
#[cfg(unix)]
#[tokio::test]
async fn what_was_bound_by_another_is_listened_on() {
    use std::os::fd::OwnedFd;
    let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = tcp.local_addr().unwrap();
    let path = std::env::temp_dir().join(format!("koa-sockets-inherited-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let unix = std::os::unix::net::UnixListener::bind(&path).unwrap();
    // clients may have come before there was anybody to accept them
    let early = connect(address).await;
    let (tcp, unix) = (OwnedFd::from(tcp), OwnedFd::from(unix));
    let inherited = (std::net::TcpListener::from(tcp), std::os::unix::net::UnixListener::from(unix));
    tokio::spawn(app().serve(inherited.0).and(inherited.1));
    assert!(ask(early).await.ends_with("HTTP/1.1"));
    assert!(ask(connect(address).await).await.ends_with("HTTP/1.1"));
    assert!(ask(tokio::net::UnixStream::connect(&path).await.unwrap()).await.ends_with("HTTP/1.1"));
    std::fs::remove_file(&path).unwrap();
}

/// How many clients can connect to a server that accepts one of them.
#[cfg(target_os = "linux")]
async fn in_the_queue(options: SocketOptions, most: usize) -> usize {
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let server = app()
        .listen("127.0.0.1:0")
        .sockets(options)
        .limits(Limits { connections: 1, ..Limits::default() })
        .on_listening(move |address| tell.take().into_iter().for_each(|tell| tell.send(address).unwrap()));
    tokio::spawn(async move { server.await.unwrap() });
    let address: SocketAddr = told.await.unwrap();
    let mut first = connect(address).await;
    first.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert_ne!(first.read(&mut [0; 512]).await.unwrap(), 0);
    let mut waiting = Vec::new();
    while waiting.len() < most {
        // what the system does not take it says nothing to
        let Ok(stream) = timeout(Duration::from_millis(500), TcpStream::connect(address)).await else { break };
        waiting.push(stream.unwrap());
    }
    waiting.len()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn as_many_wait_to_be_accepted_as_the_backlog_has_room_for() {
    // Linux takes one more than it was told
    assert_eq!(in_the_queue(SocketOptions { backlog: 3, ..SocketOptions::default() }, 100).await, 4);
    assert_eq!(in_the_queue(SocketOptions::default(), 100).await, 100);
    assert_eq!(SocketOptions::default().backlog, 1024);
}
