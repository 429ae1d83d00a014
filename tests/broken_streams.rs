//! A body that goes wrong on its way is told to the error event, once, and the client sees that something is missing.

use std::{io, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::{TokioExecutor, TokioIo};
use koa_runtime::prelude::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
};

type Chunk = io::Result<&'static str>;

/// Chunks that come one by one, so that each is sent before the next.
fn slowly(chunks: impl IntoIterator<Item = Chunk, IntoIter: Send> + 'static) -> impl Stream<Item = Chunk> + Send {
    stream::iter(chunks).then(|chunk| async move {
        tokio::time::sleep(Duration::from_millis(5)).await;
        chunk
    })
}

#[middleware]
async fn streams(ctx: &mut Context) {
    let torn = || io::Error::other("the tape is torn");
    let (length, body) = match ctx.path() {
        "/at-once" => (None, Body::from_stream(slowly([Err(torn())]))),
        "/half-way" => (None, Body::from_stream(slowly([Ok("some"), Err(torn())]))),
        "/half-way-with-a-length" => (Some(9), Body::from_stream(slowly([Ok("some"), Err(torn())]))),
        "/panic" => (None, Body::from_stream(slowly([Ok("some")]).map(|_| -> Chunk { panic!("on purpose") }))),
        "/short" => (Some(9), Body::from_stream(slowly([Ok("some")]))),
        "/long" => (Some(2), Body::from_stream(slowly([Ok("some")]))),
        "/endless" => (None, Body::from_stream(slowly(std::iter::repeat_with(|| Ok("some"))))),
        "/silent" => (None, Body::from_stream(slowly([Ok("some")]).chain(stream::pending()))),
        _ => (None, Body::from_stream(slowly([Ok("some"), Ok("more")]))),
    };
    if let Some(length) = length {
        ctx.set_length(length);
    }
    ctx.set("X-Request-Id", 7);
    ctx.set_body(body);
}

/// A client of a server, and what its error event tells.
async fn serve() -> (TcpStream, UnboundedReceiver<String>) {
    let (told, heard) = unbounded_channel();
    let app = Application::new(pipeline![streams]).on_error(move |error, ctx| {
        assert!(ctx.header_sent(), "{error}");
        let (method, path) = (ctx.method(), ctx.path());
        let id = ctx.response.get("x-request-id").unwrap_or_default();
        let _ = told.send(format!("{method} {path} {id} {}: {}: {error}", ctx.status(), error.status().as_u16()));
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener));
    (TcpStream::connect(address).await.unwrap(), heard)
}

/// The next event, after which there is none.
async fn only(heard: &mut UnboundedReceiver<String>) -> String {
    let event = tokio::time::timeout(Duration::from_secs(10), heard.recv()).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(heard.try_recv().is_err(), "it is told once");
    event.expect("the error event was not told").unwrap()
}

async fn ask(client: &mut TcpStream, path: &str) {
    client.write_all(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()).await.unwrap();
}

/// Reads until the body's first bytes are there.
async fn first_bytes(client: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.windows(8).any(|bytes| bytes == b"some\r\n\r\n" || bytes.ends_with(b"\nsome\r\n")) {
        assert_ne!(client.read_buf(&mut answer).await.unwrap(), 0, "it closed");
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn what_breaks_off_is_cut_and_told_once() {
    for (path, body, event) in [
        ("/at-once", "", "500: the tape is torn"),                    // K-096
        ("/half-way", "4\r\nsome\r\n", "500: the tape is torn"),      // K-097
        ("/half-way-with-a-length", "some", "500: the tape is torn"), // K-097
        ("/panic", "", "500: the response's body panicked: on purpose"),
        ("/short", "some", "500: the response's body ended 5 bytes before its Content-Length"),
    ] {
        let (mut client, mut heard) = serve().await;
        ask(&mut client, path).await;
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer.split_once("\r\n\r\n").map_or("", |(_, body)| body), body, "{path}");
        assert_eq!(only(&mut heard).await, format!("GET {path} 7 200 OK: {event}"));
    }
}

/// K-098
#[tokio::test]
async fn what_breaks_off_breaks_nothing_else_if_nobody_listens() {
    let mut app = Application::new(pipeline![streams]);
    app.settings_mut().silent = true;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(app.serve(listener));
    for path in ["/half-way", "/panic", "/at-once"] {
        let mut client = TcpStream::connect(address).await.unwrap();
        ask(&mut client, path).await;
        let mut cut = Vec::new();
        client.read_to_end(&mut cut).await.unwrap();
        assert!(!cut.ends_with(b"0\r\n\r\n"), "{path}");
    }
    let mut client = TcpStream::connect(address).await.unwrap();
    ask(&mut client, "/").await;
    assert!(first_bytes(&mut client).await.starts_with("HTTP/1.1 200 OK"));
    assert!(!server.is_finished());
}

#[tokio::test]
async fn what_is_too_long_is_cut_at_its_length_and_the_connection_lives_on() {
    let (mut client, mut heard) = serve().await;
    ask(&mut client, "/long").await;
    let event = only(&mut heard).await;
    assert_eq!(event, "GET /long 7 200 OK: 500: the response's body goes on after its Content-Length");
    ask(&mut client, "/whole").await;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n0\r\n\r\n") {
        assert_ne!(client.read_buf(&mut answer).await.unwrap(), 0, "it closed");
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.contains("\r\n\r\nsoHTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n4\r\nsome\r\n4\r\nmore\r\n0\r\n\r\n"), "{answer}");
    drop(client);
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(heard.try_recv().is_err(), "what was sent whole is no event");
}

#[tokio::test]
async fn a_client_that_goes_away_while_it_flows_is_told_once() {
    // K-024
    for path in ["/endless", "/silent"] {
        let (mut client, mut heard) = serve().await;
        ask(&mut client, path).await;
        first_bytes(&mut client).await;
        drop(client);
        let event = format!("GET {path} 7 200 OK: 499: the client went away before the whole body was sent");
        assert_eq!(only(&mut heard).await, event);
    }
}

#[tokio::test]
async fn on_http2_a_broken_stream_is_reset_and_the_others_go_on() {
    let (client, mut heard) = serve().await;
    let (mut client, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(client)).await.unwrap();
    tokio::spawn(connection);
    let mut get = |path: &str| {
        let request = http::Request::get(format!("http://a{path}")).body(Empty::<bytes::Bytes>::new()).unwrap();
        let reply = client.send_request(request);
        async move { reply.await.unwrap().into_body().collect().await.map(http_body_util::Collected::to_bytes) }
    };
    for (path, body, event) in [
        ("/half-way", None, "the tape is torn"),
        ("/panic", None, "the response's body panicked: on purpose"),
        ("/short", None, "the response's body ended 5 bytes before its Content-Length"),
        ("/long", Some("so"), "the response's body goes on after its Content-Length"),
    ] {
        let (broken, whole) = tokio::join!(get(path), get("/whole"));
        assert_eq!(broken.ok().as_deref(), body.map(str::as_bytes), "{path}");
        assert_eq!(whole.unwrap(), "somemore");
        assert_eq!(only(&mut heard).await, format!("GET {path} 7 200 OK: 500: {event}"));
    }
}
