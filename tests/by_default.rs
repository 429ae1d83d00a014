//! A server that nobody has set to anything bounds what clients and layers may take, and its docs say by how much.
//!
//! Time is virtual here, and passes whenever nobody has anything to do. While bytes are on their way that may be more than it should
//! be, so nothing is said of how early a client is left: `tests/limits.rs` and the clock's own tests say that.

use std::{net::SocketAddr, time::Duration};

use koa_runtime::{Limits, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};

#[middleware]
async fn answer(ctx: &mut Context) -> Result<String> {
    match ctx.path() {
        "/stuck" => std::future::pending::<()>().await,
        "/large" => return Ok("x".repeat(64 << 20)),
        "/read" => return Ok(format!("{} bytes", ctx.request.bytes(1 << 20).await?.len())),
        _ => {}
    }
    Ok("here".to_owned())
}

async fn serve() -> SocketAddr {
    let mut app = Application::new(pipeline![answer]);
    app.settings_mut().silent = true;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener));
    address
}

/// What a client hears that sends `first`, and then `more` every second, until it is left.
async fn left(first: &str, more: &str) -> String {
    let mut stream = TcpStream::connect(serve().await).await.unwrap();
    stream.write_all(first.as_bytes()).await.unwrap();
    let (mut reads, mut writes) = stream.split();
    let begin = Instant::now();
    let dripping = async {
        while begin.elapsed() < Duration::from_secs(3600) {
            sleep(Duration::from_secs(1)).await;
            let _ = writes.write_all(more.as_bytes()).await;
        }
    };
    let mut said = Vec::new();
    tokio::select! {
        () = dripping => panic!("it is still there after an hour"),
        _ = reads.read_to_end(&mut said) => {}
    }
    String::from_utf8_lossy(&said).into_owned()
}

/// Slowloris: a head that never ends, and a byte of it every second.
#[tokio::test(start_paused = true)]
async fn a_head_that_drips_is_a_408() {
    let said = left("GET / HTTP/1.1\r\nhost: a\r\nx: ", "y").await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

/// R-U-Dead-Yet: the same with a body.
#[tokio::test(start_paused = true)]
async fn a_body_that_drips_is_a_408() {
    let said = left("POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n", "y").await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_asks_nothing_more_is_closed() {
    let said = left("GET / HTTP/1.1\r\nhost: a\r\n\r\n", "").await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("here"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_does_not_come_back_is_a_503() {
    let said = left("GET /stuck HTTP/1.1\r\nhost: a\r\n\r\n", "").await;
    assert!(said.starts_with("HTTP/1.1 503 ") && said.contains("connection: close"), "{said}");
}

/// Slow read: a large reply, and nobody who takes it.
#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_is_left() {
    let mut stream = TcpStream::connect(serve().await).await.unwrap();
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    sleep(Duration::from_secs(3600)).await;
    let read = timeout(Duration::from_secs(3600), stream.read_to_end(&mut Vec::new())).await.unwrap();
    assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

/// A limit, as its row in the docs has it.
fn rows(limits: &Limits) -> Vec<(&'static str, String)> {
    let Limits {
        head,
        keep_alive,
        request,
        rate,
        grace,
        uri,
        field,
        fields,
        head_size,
        body,
        connections,
        connections_per_peer,
        requests,
        streams,
        resets,
    } = limits;
    let kib = |bytes: &usize| format!("{} KiB", bytes >> 10);
    let thousands = |number: &usize| format!("{} {:03}", number / 1000, number % 1000);
    let or_none = |number: Option<u64>| number.map_or("none".to_owned(), |number| number.to_string());
    vec![
        ("head", format!("{} s", head.as_secs())),
        ("keep_alive", format!("{} s", keep_alive.as_secs())),
        ("request", format!("{} min", request.unwrap().as_secs() / 60)),
        ("rate", format!("{rate} bytes/s, {} s", grace.as_secs())),
        ("uri", kib(uri)),
        ("field", format!("{}, {fields}, {}", kib(field), kib(head_size))),
        ("body", or_none(*body)),
        ("connections", thousands(connections)),
        ("connections_per_peer", or_none(connections_per_peer.map(|most| most as u64))),
        ("requests", thousands(requests)),
        ("streams", format!("{streams}, {resets}")),
    ]
}

#[test]
fn the_docs_have_the_number_of_each_limit() {
    let docs = include_str!("../docs/server.md");
    for (name, number) in rows(&Limits::default()) {
        let row = docs.lines().find(|line| line.starts_with(&format!("| `{name}`"))).expect(name);
        assert_eq!(row.split('|').nth(2).map(str::trim), Some(&*number), "{name}");
    }
}
