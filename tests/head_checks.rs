//! A head that is none gets a 4xx or 5xx, and no layer sees it.

use futures_util::future::join_all;
use hyper_util::rt::{TokioExecutor, TokioIo};
use koa_runtime::prelude::*;
use tokio::net::TcpStream;

mod raw;

use raw::{Bodies, End, Outcome, send, serve};

/// The head as it is, then the status.
const REFUSED: &[(&[u8], u16)] = &[
    // RFC 9112 §3.2: one Host in HTTP/1.1
    (b"GET / HTTP/1.1", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: b", 400),
    (b"GET / HTTP/1.0\r\nHost: a\r\nHost: a", 400),
    (b"GET http://a/ HTTP/1.1", 400),
    // RFC 9110 §4.2.1: an http url has a host
    (b"GET / HTTP/1.1\r\nHost:", 400),
    (b"GET / HTTP/1.1\r\nHost: \t ", 400),
    (b"GET / HTTP/1.1\r\nHost: :80", 400),
    // RFC 9110 §7.2: a host, and a port
    (b"GET / HTTP/1.1\r\nHost: user@a", 400),
    (b"GET / HTTP/1.1\r\nHost: user:word@a:80", 400),
    (b"GET / HTTP/1.1\r\nHost: a/b", 400),
    (b"GET / HTTP/1.1\r\nHost: http://a", 400),
    (b"GET / HTTP/1.1\r\nHost: a?b", 400),
    (b"GET / HTTP/1.1\r\nHost: a#b", 400),
    (b"GET / HTTP/1.1\r\nHost: a\\b", 400),
    (b"GET / HTTP/1.1\r\nHost: a b", 400),
    (b"GET / HTTP/1.1\r\nHost: a,b", 400),
    (b"GET / HTTP/1.1\r\nHost: a, b", 400),
    (b"GET / HTTP/1.1\r\nHost: a:b", 400),
    (b"GET / HTTP/1.1\r\nHost: a:65536", 400),
    (b"GET / HTTP/1.1\r\nHost: a:80:80", 400),
    (b"GET / HTTP/1.1\r\nHost: a%2", 400),
    (b"GET / HTTP/1.1\r\nHost: ::1", 400),
    (b"GET / HTTP/1.1\r\nHost: [a]", 400),
    (b"GET / HTTP/1.1\r\nHost: [::1]a", 400),
    (b"GET / HTTP/1.1\r\nHost: \"a\"", 400),
    (b"GET / HTTP/1.1\r\nHost: caf\xc3\xa9", 400),
    (b"GET / HTTP/1.1\r\nHost: \xff", 400),
    (b"GET / HTTP/1.0\r\nHost: a/b", 400),
    // RFC 9110 §4.2.4: no user in a target
    (b"GET http://user@a/ HTTP/1.1\r\nHost: a", 400),
    // RFC 9112 §3.2.3, §3.2.4: a form for CONNECT, and one for OPTIONS
    (b"GET * HTTP/1.1\r\nHost: a", 400),
    (b"POST * HTTP/1.1\r\nHost: a", 400),
    (b"PURGE * HTTP/1.1\r\nHost: a", 400),
    (b"GET a:80 HTTP/1.1\r\nHost: a", 400),
    (b"GET a HTTP/1.1\r\nHost: a", 400),
    (b"OPTIONS a HTTP/1.1\r\nHost: a", 400),
    (b"GET ? HTTP/1.1\r\nHost: a", 400),
    // RFC 9110 §9.3.6: nobody has to tunnel
    (b"CONNECT a:443 HTTP/1.1\r\nHost: a:443", 501),
    (b"CONNECT a:443 HTTP/1.0", 501),
    (b"CONNECT / HTTP/1.1\r\nHost: a", 501),
    (b"CONNECT * HTTP/1.1\r\nHost: a", 501),
    // RFC 3986 §2: a url is ASCII
    (b"GET /caf\xc3\xa9 HTTP/1.1\r\nHost: a", 400),
    (b"GET /caf\xe9 HTTP/1.1\r\nHost: a", 400),
    (b"GET /?caf\xc3\xa9 HTTP/1.1\r\nHost: a", 400),
    (b"GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa9 HTTP/1.1\r\nHost: a", 400),
    (b"GET http://caf\xc3\xa9/ HTTP/1.1\r\nHost: a", 400),
    (b"G\xc3\x89T / HTTP/1.1\r\nHost: a", 400),
];

const LET_IN: &[&[u8]] = &[
    b"GET / HTTP/1.0",
    b"GET / HTTP/1.0\r\nHost: a",
    b"GET / HTTP/1.1\r\nHost: a",
    b"GET / HTTP/1.1\r\nX: y\r\nhOST:a:3000 ",
    b"GET / HTTP/1.1\r\nHost: WWW.Example.COM:",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1:65535",
    b"GET / HTTP/1.1\r\nHost: [::1]:80",
    b"GET / HTTP/1.1\r\nHost: a_b.xn--bcher-kva",
    b"OPTIONS * HTTP/1.1\r\nHost: a",
    b"GET http://a/b HTTP/1.1\r\nHost: a",
    b"GET http://a?b HTTP/1.1\r\nHost: a",
    b"GET /%C3%A9 HTTP/1.1\r\nHost: a",
    b"PURGE / HTTP/1.1\r\nHost: a",
];

/// A request in the body, for a server that takes the end of the head for the end of the request.
fn with_a_body(head: &[u8]) -> Vec<u8> {
    let inner = b"GET /inner HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = format!("\r\nContent-Length: {}\r\n\r\n", inner.len());
    [head, length.as_bytes(), inner, inner].concat()
}

fn is_told_why(outcome: &Outcome) -> bool {
    let head = outcome.reply.to_ascii_lowercase();
    // hyper's own refusals have no body
    let is_hypers = head.contains("content-length: 0\r\n");
    let is_ours = head.contains("\r\ncontent-type: text/plain; charset=utf-8\r\n") && !head.ends_with("\r\n\r\n");
    head.contains("\r\nconnection: close\r\n") && is_ours != is_hypers
}

#[tokio::test]
async fn a_head_that_is_none_is_refused_and_its_connection_closed() {
    join_all(REFUSED.iter().map(async |(head, status)| {
        let name = String::from_utf8_lossy(head);
        for request in [[head, &b"\r\n\r\n"[..]].concat(), with_a_body(head)] {
            let outcome = send(&[&request], Bodies::Read, End::Closed).await;
            assert_eq!(outcome.statuses, [*status], "{name}");
            assert_eq!((outcome.end, &outcome.seen), (End::Closed, &vec![]), "{name}");
            assert!(is_told_why(&outcome), "{name}: {}", outcome.reply);
        }
    }))
    .await;
}

#[tokio::test]
async fn a_head_that_is_one_is_let_in() {
    join_all(LET_IN.iter().map(async |head| {
        let name = String::from_utf8_lossy(head);
        let request = [head, &b"\r\n\r\n"[..]].concat();
        let outcome = send(&[&request], Bodies::Read, End::Open).await;
        assert_eq!((&outcome.statuses, outcome.seen.len()), (&vec![200], 1), "{name}");
    }))
    .await;
}

#[tokio::test]
async fn what_is_too_long_is_a_414_a_431_or_a_501() {
    let long = |length| "a".repeat(length);
    for (head, status) in [
        (format!("GET /{} HTTP/1.1\r\nHost: a", long(8191)), 200),
        (format!("GET /{} HTTP/1.1\r\nHost: a", long(8192)), 414),
        (format!("GET /{} HTTP/1.1\r\nHost: a", long(60_000)), 414),
        (format!("GET /{} HTTP/1.1\r\nHost: a", long(100_000)), 414),
        (format!("GET http://{}/ HTTP/1.1\r\nHost: a", long(8193)), 414),
        (format!("{} / HTTP/1.1\r\nHost: a", long(32)), 200),
        (format!("{} / HTTP/1.1\r\nHost: a", long(33)), 501),
        (format!("{} / HTTP/1.1\r\nHost: a", long(100_000)), 501),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", long(16 << 10)), 200),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", long((16 << 10) + 1)), 431),
        (format!("GET / HTTP/1.1\r\nX: {}\r\nHost: a", long(100_000)), 431),
        (format!("GET / HTTP/1.1\r\nHost: {}", long(100_000)), 431),
        (format!("GET / HTTP/1.1\r\nHost: a\r\n{}: y", long(100_000)), 431),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", long(1_000_000)), 431),
    ] {
        let expected = if status == 200 { End::Open } else { End::Closed };
        let outcome = send(&[format!("{head}\r\n\r\n").as_bytes()], Bodies::Read, expected).await;
        let name = format!("{}… of {} bytes", &head[..30], head.len());
        assert_eq!((outcome.statuses, outcome.end), (vec![status], expected), "{name}");
        assert_eq!(outcome.seen.len(), usize::from(status == 200), "{name}");
    }
}

#[tokio::test]
async fn what_comes_after_a_refusal_is_no_request() {
    for head in ["POST / HTTP/1.1\r\nContent-Length: 35\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"] {
        let parts: [&[u8]; 2] = [head.as_bytes(), b"GET /inner HTTP/1.1\r\nHost: a\r\n\r\n"];
        let outcome = send(&parts, Bodies::Read, End::Closed).await;
        assert_eq!((outcome.statuses.len(), outcome.end, outcome.seen), (1, End::Closed, vec![]), "{head}");
    }
}

#[tokio::test]
async fn a_body_is_not_asked_for_before_a_refusal() {
    let head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let outcome = send(&[head], Bodies::Read, End::Closed).await;
    assert_eq!((outcome.statuses, outcome.end), (vec![400], End::Closed));
}

#[tokio::test]
async fn what_came_before_is_answered() {
    let requests =
        b"GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\n\r\nGET /third HTTP/1.1\r\nHost: a\r\n\r\n";
    let outcome = send(&[requests], Bodies::Ignored, End::Closed).await;
    assert_eq!((outcome.statuses, outcome.seen), (vec![200, 400], vec!["GET /first".to_owned()]));
}

#[tokio::test]
async fn a_refusal_of_head_has_no_body() {
    let outcome = send(&[b"HEAD / HTTP/1.1\r\n\r\n"], Bodies::Ignored, End::Closed).await;
    assert!(outcome.reply.starts_with("HTTP/1.1 400 ") && outcome.reply.ends_with("\r\n\r\n"), "{}", outcome.reply);
}

#[tokio::test]
async fn http_2_refuses_the_request_and_keeps_the_connection() {
    let (address, seen) = serve(Bodies::Read).await;
    let stream = TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    for (method, url, host, status) in [
        ("GET", "http://a/1", None, 200),
        ("GET", "http://a/2", Some("a"), 200),
        ("GET", "http://a/", Some("b"), 400),
        ("GET", "http://user@a/", None, 400),
        ("CONNECT", "a:443", None, 501),
        ("OPTIONS", "http://a/3", None, 200),
    ] {
        let mut request = http::Request::builder().method(method).uri(url);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let reply = client.clone().send_request(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(reply.status(), status, "{method} {url} {host:?}");
        assert!(!reply.headers().contains_key("connection"), "{method} {url}");
    }
    assert_eq!(*seen.lock().unwrap(), ["GET /1", "GET /2", "OPTIONS /3"]);
}

/// Without a connection there is nobody to be refused: tests name no host.
#[tokio::test]
async fn a_request_in_process_needs_no_host() {
    #[middleware]
    async fn fine() -> &'static str {
        "fine"
    }
    let response = Application::new(pipeline![fine]).get("/").await;
    assert_eq!(response.text(), "fine");
}
