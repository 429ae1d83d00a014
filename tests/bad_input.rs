//! Bad input gets a clear answer; nothing is lost, nothing hangs.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use koa_runtime::prelude::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

#[middleware]
async fn read(ctx: &mut Context, next: Next) -> Result {
    if ctx.path() != "/read" {
        return next.run(ctx).await;
    }
    let body = ctx.request.bytes(16).await?;
    ctx.set_body(format!("{} bytes", body.len()));
    Ok(())
}

#[middleware]
async fn set(ctx: &mut Context) -> Body {
    match ctx.path() {
        "/set" => ctx.set("X-Bad", "a\nb"),
        "/length" => {
            ctx.response.set_length(2);
            return Body::wrap(http_body_util::Full::new(bytes::Bytes::from("hello")));
        }
        "/nonsense" => {
            ctx.set("Content-Length", "many");
            return Body::from_stream(futures_util::stream::iter([std::io::Result::Ok("hello")]));
        }
        "/switch" => ctx.set_status(101),
        _ => {}
    }
    "fine".into()
}

type Events = Arc<Mutex<Vec<String>>>;

async fn server() -> (SocketAddr, Events) {
    serve(Application::new(pipeline![read, set])).await
}

async fn serve(app: Application) -> (SocketAddr, Events) {
    let events = Events::default();
    let seen = events.clone();
    let app = app.on_error(move |error, _| seen.lock().unwrap().push(format!("{} {error}", error.status().as_u16())));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener));
    (address, events)
}

/// Sends `request`, closes the sending side if asked to, and reads until the server closes or `enough` has come.
async fn send(address: SocketAddr, request: &[u8], finish: bool, enough: &str) -> String {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // the server may answer and close before it has read everything
        let _ = stream.write_all(request).await;
        if finish {
            let _ = stream.shutdown().await;
        }
        let mut reply = Vec::new();
        let mut chunk = [0; 4096];
        loop {
            match stream.read(&mut chunk).await {
                Ok(0) | Err(_) => break,
                Ok(length) => reply.extend_from_slice(&chunk[..length]),
            }
            if !enough.is_empty() && String::from_utf8_lossy(&reply).contains(enough) {
                break;
            }
        }
        String::from_utf8_lossy(&reply).into_owned()
    };
    tokio::time::timeout(Duration::from_secs(10), exchange).await.expect("it hangs")
}

#[tokio::test]
async fn a_broken_request_line_is_a_400_and_the_connection_is_closed() {
    let (address, _) = server().await;
    for request in ["GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "G\x01T / HTTP/1.1\r\n\r\n", "\x16\x03\x01 tls\r\n\r\n"] {
        let reply = send(address, request.as_bytes(), false, "").await;
        assert!(reply.starts_with("HTTP/1.1 400 "), "{request:?}: {reply}");
    }
}

#[tokio::test]
async fn an_oversized_head_is_a_431() {
    let (address, _) = server().await;
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-Long: {}\r\n\r\n", "a".repeat(1 << 20));
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-Many: 1\r\n".repeat(200));
    for request in [long, many] {
        let reply = send(address, request.as_bytes(), false, "").await;
        assert!(reply.starts_with("HTTP/1.1 431 "), "{}", &reply[..reply.len().min(100)]);
    }
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_waited_for_without_end() {
    let (address, _) = server().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut reply = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut reply)).await.expect("it hangs").unwrap();
}

#[tokio::test]
async fn an_invalid_header_value_set_by_a_layer_is_a_500_that_is_reported() {
    let (address, events) = server().await;
    let reply = send(address, b"GET /set HTTP/1.1\r\nHost: a\r\n\r\n", false, "\r\n\r\nInternal Server Error").await;
    assert!(reply.starts_with("HTTP/1.1 500 "), "{reply}");
    assert!(events.lock().unwrap()[0].to_lowercase().contains("x-bad"), "{events:?}");
}

#[tokio::test]
async fn a_body_shorter_than_its_length_is_a_400_and_reported_to_the_layer() {
    let (address, events) = server().await;
    let reply = send(address, b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", true, "").await;
    let events = events.lock().unwrap();
    assert!(events.len() == 1 && events[0].starts_with("400 "), "{events:?}");
    assert!(events[0].contains("ended before its Content-Length"), "{events:?}");
    assert!(reply.starts_with("HTTP/1.1 400 ") && reply.contains("ended before its Content-Length"), "{reply}");
}

#[tokio::test]
async fn a_body_over_its_limit_is_a_413() {
    let (address, _) = server().await;
    let announced = format!("POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n{}", "a".repeat(17));
    let chunked =
        "POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11\r\naaaaaaaaaaaaaaaaa\r\n0\r\n\r\n";
    for request in [announced.as_str(), chunked] {
        let reply = send(address, request.as_bytes(), true, "").await;
        assert!(reply.starts_with("HTTP/1.1 413 "), "{reply}");
    }
}

#[tokio::test]
async fn a_malformed_chunk_is_a_400() {
    let (address, _) = server().await;
    let request = b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n";
    let reply = send(address, request, true, "").await;
    assert!(reply.starts_with("HTTP/1.1 400 "), "{reply}");
}

/// Reads a body as a parameter.
#[middleware]
async fn typed(#[body(limit = 16)] post: HashMap<String, u8>) -> String {
    format!("{} pairs", post.len())
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    format!("POST / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_400_before_the_endpoint_runs() {
    for (length, message) in [
        ("Content-Length: 10", "the request body ended before its Content-Length"),
        ("Transfer-Encoding: chunked", "the request body ended before its last chunk"),
    ] {
        let (address, events) = serve(Application::new(pipeline![typed])).await;
        let body = if length.starts_with('C') { "{\"a\":1}" } else { "7\r\n{\"a\":1}\r\n" };
        let request = post(&format!("Content-Type: application/json\r\n{length}"), body);
        let reply = send(address, &request, true, "").await;
        assert!(reply.starts_with("HTTP/1.1 400 ") && reply.ends_with(message), "{reply}");
        assert_eq!(*events.lock().unwrap(), [format!("400 {message}")]);
    }
}

#[tokio::test]
async fn what_would_be_refused_is_not_waited_for() {
    let (address, _) = serve(Application::new(pipeline![typed])).await;
    for (headers, status, part) in [
        ("Content-Type: text/csv\r\nContent-Length: 10", 415, "\r\naccept: application/json"),
        ("Content-Type: application/json\r\nContent-Length: 17", 413, "larger than 16 bytes"),
        (
            "Content-Type: application/json\r\nContent-Encoding: br\r\nContent-Length: 10",
            415,
            "\r\naccept-encoding: identity",
        ),
        ("Content-Type: application/json; charset=x\r\nContent-Length: 10", 415, "in the charset `x`"),
    ] {
        // none of the body has come yet
        let reply = send(address, &post(headers, ""), false, part).await;
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{reply}");
    }
}

#[tokio::test]
async fn a_body_nobody_reads_does_not_spoil_the_next_request() {
    let (address, _) = server().await;
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /read HTTP/1.1\r\nHost: a\r\n\r\n";
    let reply = send(address, request, false, "0 bytes").await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("0 bytes"), "{reply}");
}

#[tokio::test]
async fn a_length_that_a_layer_gets_wrong_does_not_break_the_connection() {
    let (address, events) = server().await;
    let request = b"GET /length HTTP/1.1\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\n\r\n";
    let reply = send(address, request, false, "\r\n\r\nfine").await;
    assert!(reply.contains("content-length: 5") && reply.contains("\r\n\r\nhelloHTTP/1.1 200 "), "{reply}");
    assert!(events.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_length_that_is_none_and_a_final_101_are_a_500_that_is_reported() {
    for path in ["/nonsense", "/switch"] {
        let (address, events) = server().await;
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        let reply = send(address, request.as_bytes(), false, "\r\n\r\nInternal Server Error").await;
        assert!(reply.starts_with("HTTP/1.1 500 "), "{path}: {reply}");
        assert_eq!(events.lock().unwrap().len(), 1, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_asks_nothing_is_sent_away() {
    for preface in ["", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let (address, _) = server().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(preface.as_bytes()).await.unwrap();
        let mut reply = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(3600), stream.read_to_end(&mut reply)).await;
        assert!(closed.is_ok(), "{preface:?} is still connected");
    }
}
