//! Of the requests that may be in the layers at once, each takes one seat, and leaves it however it ends.

use std::{io, net::SocketAddr, task::Poll, time::Duration};

use futures_util::stream;
use koa_runtime::{Limits, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

mod eventually;

use eventually::eventually;

#[middleware]
async fn answer(ctx: &mut Context) -> Result {
    match ctx.path() {
        "/slow" => sleep(Duration::from_secs(60)).await,
        "/panics" => panic!("a layer that panics"),
        // in the server's hands
        "/body" => ctx.set_body(Body::from_stream(stream::poll_fn(|_| -> Poll<Option<io::Result<&str>>> {
            panic!("a body that panics")
        }))),
        "/upgrade" => ctx.upgrade("echo", async |_stream| ())?,
        path => {
            let path = path.to_owned();
            ctx.set_body(path);
        }
    }
    Ok(())
}

async fn serve(request: Option<Duration>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { requests: 1, request, ..Limits::default() };
    tokio::spawn(Application::new(pipeline![answer]).serve(listener).limits(limits));
    address
}

/// Sends this, and says what comes until there is a reply or an end.
async fn send(address: SocketAddr, asked: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut reply = vec![0; 4096];
    let read = timeout(Duration::from_secs(10), stream.read(&mut reply)).await.expect("an answer").unwrap_or(0);
    (stream, String::from_utf8_lossy(&reply[..read]).into_owned())
}

fn get(path: &str, more: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: a\r\n{more}\r\n")
}

#[tokio::test]
async fn a_seat_is_left_however_the_request_ends() {
    let address = serve(Some(Duration::from_millis(300))).await;
    let upgrade = get("/upgrade", "connection: upgrade\r\nupgrade: echo\r\n");
    let endings = [
        (get("/a", ""), "HTTP/1.1 200 "),
        (get("/a", "").repeat(3), "HTTP/1.1 200 "),
        (get("/panics", ""), "HTTP/1.1 500 "),
        // cut before its head has gone out
        (get("/body", ""), "no reply"),
        (get("/slow", ""), "HTTP/1.1 503 "),
        (upgrade, "HTTP/1.1 101 "),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), "HTTP/1.1 400 "),
        (get("/a", "") + "bro\0ken\r\n\r\n", "HTTP/1.1 200 "),
    ];
    for (asked, start) in endings {
        let (_kept_open, mut reply) = send(address, &asked).await;
        if reply.is_empty() {
            reply = "no reply".to_owned();
        }
        assert!(!reply.contains("503") || start.contains("503"), "{asked}: {reply}");
        assert!(reply.starts_with(start), "{asked}: {reply}");
        let (_, reply) = send(address, &get("/after", "")).await;
        assert!(reply.ends_with("/after"), "after {asked}: {reply}");
    }
}

#[tokio::test]
async fn a_seat_is_left_by_a_client_that_goes_away() {
    let address = serve(None).await;
    for _ in 0..3 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(get("/slow", "").as_bytes()).await.unwrap();
        // once it has the seat
        eventually(async || send(address, &get("/a", "")).await.1.starts_with("HTTP/1.1 503 ")).await;
        drop(stream);
        eventually(async || send(address, &get("/a", "")).await.1.starts_with("HTTP/1.1 200 ")).await;
    }
}
