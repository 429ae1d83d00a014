//! What a client may ask of a server, and how long it may take: over raw sockets.

use std::{
    fmt::Write as _,
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use koa_runtime::{Limits, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

mod eventually;

use eventually::eventually;

#[middleware]
async fn answer(ctx: &mut Context) -> Result<String> {
    match ctx.path() {
        "/slow" => sleep(Duration::from_secs(60)).await,
        "/large" => return Ok("x".repeat(64 << 20)),
        "/read" => return Ok(format!("{} bytes", ctx.request.bytes(1 << 20).await?.len())),
        _ => {}
    }
    Ok(ctx.path().to_owned())
}

const SHORT: Duration = Duration::from_millis(400);

fn short() -> Limits {
    Limits { head: SHORT, keep_alive: SHORT * 2, request: Some(SHORT * 2), grace: SHORT, ..Limits::default() }
}

async fn serve(limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Application::new(pipeline![answer]).serve(listener).limits(limits));
    address
}

/// What comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut all)).await.expect("it is closed");
    String::from_utf8_lossy(&all).into_owned()
}

async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// Sends a request and reads its reply, of which the end is known.
async fn ask(stream: &mut TcpStream, path: &str) -> String {
    try_ask(stream, path).await.unwrap()
}

async fn try_ask(stream: &mut TcpStream, path: &str) -> std::io::Result<String> {
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await?;
    let mut reply = vec![0; 4096];
    let read = stream.read(&mut reply).await?;
    Ok(String::from_utf8_lossy(&reply[..read]).into_owned())
}

/// Not before its time, and not long after it. `since` is taken before the server could begin to count: before the bytes are sent that
/// let it, or one that is in time looks early.
fn is_about(since: Instant, limit: Duration) -> bool {
    (limit..limit * 4 + Duration::from_secs(3)).contains(&since.elapsed())
}

#[tokio::test]
async fn a_client_that_says_nothing_is_left() {
    let address = serve(short()).await;
    let begin = Instant::now();
    let mut stream = connect(address).await;
    assert_eq!(rest(&mut stream).await, "");
    assert!(is_about(begin, SHORT), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_head_that_does_not_come_is_a_408_however_often_a_byte_does() {
    for start in ["G", "GET / HTTP/1.1\r\nhost: a\r\n", "PRI * HTTP/2.0\r\n\r\n"] {
        let mut stream = connect(serve(short()).await).await;
        let begin = Instant::now();
        stream.write_all(start.as_bytes()).await.unwrap();
        let (mut reads, mut writes) = stream.split();
        let dripping = async {
            loop {
                sleep(Duration::from_millis(50)).await;
                if writes.write_all(b"x").await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let mut all = Vec::new();
        tokio::select! {
            () = dripping => {}
            _ = reads.read_to_end(&mut all) => {}
        }
        let said = String::from_utf8_lossy(&all);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 408 ") || said.starts_with("HTTP/1.1 400 "), "{said}");
        // what can be no head is not waited for
        assert!(said.contains(" 400 ") || is_about(begin, SHORT), "{start}: {:?}", begin.elapsed());
    }
    let mut stream = connect(serve(short()).await).await;
    stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test]
async fn the_head_of_a_later_request_has_its_time_too() {
    let mut stream = connect(serve(short()).await).await;
    assert!(ask(&mut stream, "/a").await.ends_with("/a"));
    sleep(SHORT / 2).await;
    let begin = Instant::now();
    stream.write_all(b"GET / HT").await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!(is_about(begin, SHORT), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn an_idle_connection_is_closed_without_a_word_and_a_busy_one_is_not() {
    let limit = SHORT * 3;
    let mut stream = connect(serve(Limits { keep_alive: limit, ..short() }).await).await;
    for _ in 0..5 {
        assert!(ask(&mut stream, "/a").await.ends_with("/a"));
        sleep(SHORT).await;
    }
    let begin = Instant::now();
    assert!(ask(&mut stream, "/a").await.ends_with("/a"));
    assert_eq!(rest(&mut stream).await, "");
    assert!(is_about(begin, limit), "{:?}", begin.elapsed());
}

/// Who wants no connection to wait gives it no time.
#[tokio::test]
async fn a_connection_that_may_not_wait_is_closed_behind_each_reply() {
    let mut stream = connect(serve(Limits { keep_alive: Duration::ZERO, ..Limits::default() }).await).await;
    let begin = Instant::now();
    assert!(ask(&mut stream, "/a").await.ends_with("/a"));
    assert_eq!(rest(&mut stream).await, "");
    assert!(is_about(begin, Duration::ZERO), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn layers_that_do_not_answer_are_dropped_and_the_client_hears_of_it() {
    let mut stream = connect(serve(short()).await).await;
    let begin = Instant::now();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 503 ") && said.contains("connection: close"), "{said}");
    assert!(is_about(begin, SHORT * 2), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_left() {
    let mut stream = connect(serve(short()).await).await;
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    sleep(SHORT * 8).await;
    // what lies in the buffers of the system is all that comes
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.len() < 64 << 20, "{} bytes", said.len());
}

/// Megabytes for each, which it would keep sending for as long as the client answers.
#[tokio::test]
async fn what_the_system_keeps_for_a_client_that_is_left_is_let_go() {
    let mut stream = connect(serve(short()).await).await;
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    sleep(SHORT * 8).await;
    let read = timeout(Duration::from_secs(20), stream.read_to_end(&mut Vec::new())).await.unwrap();
    assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_client_that_takes_its_time_gets_all_of_it() {
    let mut stream = connect(serve(Limits { grace: Duration::from_secs(5), ..short() }).await).await;
    stream.write_all(b"GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let (mut buffer, mut all) = (vec![0; 4 << 20], 0);
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        if read == 0 {
            break;
        }
        all += read;
        sleep(Duration::from_millis(20)).await;
    }
    assert!(all > 64 << 20, "{all} bytes");
}

#[tokio::test]
async fn more_requests_than_there_may_be_are_told_at_once() {
    let limits = Limits { requests: 1, request: None, ..short() };
    let address = serve(limits).await;
    let mut first = connect(address).await;
    first.write_all(b"GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut second = connect(address).await;
    let mut reply = String::new();
    // as soon as the first is in
    eventually(async || {
        reply = ask(&mut second, "/a").await;
        !reply.ends_with("/a")
    })
    .await;
    assert!(reply.starts_with("HTTP/1.1 503 ") && reply.contains("retry-after: 1"), "{reply}");
    drop(first);
    eventually(async || ask(&mut second, "/a").await.ends_with("/a")).await;
}

#[tokio::test]
async fn more_connections_than_there_may_be_wait() {
    let limits = Limits { connections: 1, ..Limits::default() };
    let address = serve(limits).await;
    let mut first = connect(address).await;
    assert!(ask(&mut first, "/a").await.ends_with("/a"));
    let mut second = connect(address).await;
    second.write_all(b"GET /b HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut reply = [0; 512];
    assert!(timeout(Duration::from_millis(200), second.read(&mut reply)).await.is_err());
    drop(first);
    let read = timeout(Duration::from_secs(5), second.read(&mut reply)).await.unwrap().unwrap();
    assert!(reply[..read].ends_with(b"/b"));
}

#[tokio::test]
async fn one_address_has_as_many_connections_as_it_may() {
    let limits = Limits { connections_per_peer: Some(1), ..Limits::default() };
    let address = serve(limits).await;
    let mut first = connect(address).await;
    assert!(ask(&mut first, "/a").await.ends_with("/a"));
    assert_eq!(rest(&mut connect(address).await).await, "");
    drop(first);
    eventually(async || try_ask(&mut connect(address).await, "/a").await.is_ok_and(|reply| reply.ends_with("/a")))
        .await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_a_431() {
    let address = serve(Limits { head_size: 8 << 10, ..Limits::default() }).await;
    let mut stream = connect(address).await;
    let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(9 << 10));
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 431 "));
    let mut stream = connect(serve(Limits { fields: 3, ..Limits::default() }).await).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\na: 1\r\nb: 2\r\nc: 3\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 431 "));
    let mut stream = connect(serve(Limits { field: 3, ..Limits::default() }).await).await;
    stream
        .write_all(b"GET / HTTP/1.1\r\nhost: a\r\na: 123\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\na: 1234\r\n\r\n")
        .await
        .unwrap();
    let said = rest(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.contains("HTTP/1.1 431 "), "{said}");
}

#[tokio::test]
async fn a_target_that_is_too_long_is_a_414() {
    let mut stream = connect(serve(Limits { uri: 5, ..Limits::default() }).await).await;
    assert!(ask(&mut stream, "/1234").await.ends_with("/1234"));
    stream.write_all(b"GET /12345 HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 414 "));
}

/// hyper's `pipeline_flush` would lose both replies.
#[tokio::test]
async fn a_broken_request_is_answered_after_those_before_it() {
    let mut quickest = Duration::MAX;
    // once is enough to see that nobody waits for the end of the time that the client is heard out
    for _ in 0..10 {
        let mut stream = connect(serve(Limits::default()).await).await;
        let begin = Instant::now();
        stream
            .write_all(b"GET /a HTTP/1.1\r\nhost: a\r\n\r\nGET /b HTTP/1.1\r\nhost: a\r\n\r\nbro\0ken\r\n\r\n")
            .await
            .unwrap();
        let said = rest(&mut stream).await;
        quickest = quickest.min(begin.elapsed());
        let replies = said.matches("HTTP/1.1 200 OK").count();
        assert_eq!((replies, said.matches("HTTP/1.1 400 ").count()), (2, 1), "{said}");
    }
    assert!(quickest < Duration::from_millis(900), "{quickest:?}");
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let mut stream = connect(serve(Limits::default()).await).await;
    let mut asked = String::new();
    for number in 0..200 {
        write!(asked, "GET /{number} HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    }
    asked += "GET /end HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(asked.as_bytes()).await.unwrap();
    let said = rest(&mut stream).await;
    let bodies: Vec<&str> =
        said.split("HTTP/1.1 200 OK").skip(1).filter_map(|reply| reply.split("\r\n\r\n").nth(1)).collect();
    let expected: Vec<String> = (0..200).map(|number| format!("/{number}")).chain(["/end".to_owned()]).collect();
    assert_eq!(bodies, expected);
}

#[tokio::test]
async fn a_client_that_still_sends_sees_why_it_is_not_heard() {
    let mut stream = connect(serve(Limits::default()).await).await;
    let head = "POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 4000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let sent = AtomicUsize::new(0);
    let (mut reads, mut writes) = stream.split();
    let piece = vec![b'x'; 100_000];
    let sending = async {
        for _ in 0..40 {
            if writes.write_all(&piece).await.is_err() {
                break;
            }
            sent.fetch_add(100_000, Ordering::Relaxed);
        }
        std::future::pending::<()>().await;
    };
    let mut reply = vec![0; 4096];
    let read = tokio::select! {
        () = sending => 0,
        read = reads.read(&mut reply) => read.unwrap(),
    };
    assert!(reply[..read].starts_with(b"HTTP/1.1 413 "), "{}", String::from_utf8_lossy(&reply[..read]));
}

#[tokio::test]
async fn an_application_may_be_asked_on_several_addresses() {
    let (one, other) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let addresses = [one.local_addr().unwrap(), other.local_addr().unwrap()];
    tokio::spawn(Application::new(pipeline![answer]).serve(one).and(other));
    for address in addresses {
        assert!(ask(&mut connect(address).await, "/a").await.ends_with("/a"));
    }
}

/// A stream of the layers is theirs, and takes as long as they like.
#[tokio::test]
async fn a_reply_that_streams_is_not_cut_for_being_slow() {
    #[middleware]
    async fn ticks() -> Body {
        Body::from_stream(futures_util::stream::unfold(0, |number| async move {
            sleep(Duration::from_millis(250)).await;
            (number < 12).then(|| (std::io::Result::Ok("tick\n"), number + 1))
        }))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { request: Some(SHORT), ..short() };
    tokio::spawn(Application::new(pipeline![ticks]).serve(listener).limits(limits));
    let mut stream = connect(address).await;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let said = rest(&mut stream).await;
    assert_eq!(said.matches("tick").count(), 12, "{said}");
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_a_408_however_often_a_byte_does() {
    let limits = Limits { grace: SHORT, request: None, ..Limits::default() };
    let mut stream = connect(serve(limits).await).await;
    let begin = Instant::now();
    stream.write_all(b"POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
    let mut reply = vec![0; 4096];
    let read = loop {
        tokio::select! {
            read = stream.read(&mut reply) => break read.unwrap(),
            () = sleep(Duration::from_millis(20)) => {}
        }
        // which the server may not listen to any more
        let _ = stream.write_all(b"x").await;
    };
    assert!(reply[..read].starts_with(b"HTTP/1.1 408 "), "{}", String::from_utf8_lossy(&reply[..read]));
    assert!(is_about(begin, SHORT), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_body_that_nobody_waits_for_is_not_late() {
    #[middleware]
    async fn reads_later(ctx: &mut Context) -> Result<String> {
        let first = ctx.request.take_body().len();
        sleep(SHORT * 2).await;
        Ok(format!("{first:?}"))
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { grace: SHORT, request: None, ..Limits::default() };
    tokio::spawn(Application::new(pipeline![reads_later]).serve(listener).limits(limits));
    let mut stream = connect(address).await;
    stream.write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n").await.unwrap();
    sleep(SHORT * 3 / 2).await;
    stream.write_all(b"0123456789").await.unwrap();
    let mut reply = vec![0; 4096];
    let read = stream.read(&mut reply).await.unwrap();
    assert!(reply[..read].ends_with(b"Some(10)"), "{}", String::from_utf8_lossy(&reply[..read]));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_413_be_it_announced_or_not() {
    let address = serve(Limits { body: Some(5), ..Limits::default() }).await;
    for (body, status) in [
        ("content-length: 5\r\n\r\nhello", "200"),
        ("content-length: 6\r\n\r\nhello!", "413"),
        ("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "200"),
        ("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "413"),
    ] {
        let mut stream = connect(address).await;
        stream.write_all(format!("POST /read HTTP/1.1\r\nhost: a\r\n{body}").as_bytes()).await.unwrap();
        let mut reply = vec![0; 4096];
        let read = stream.read(&mut reply).await.unwrap();
        let reply = String::from_utf8_lossy(&reply[..read]);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{body}: {reply}");
    }
}
