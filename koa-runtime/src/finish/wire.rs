//! What hyper makes of our replies and of our clients' mistakes, seen from the socket.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;

use futures_util::stream;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use crate::{Body, Context, Request, Result, Settings, finish};

/// Sends `request` to `layer`, hangs up, and gives back all that was answered.
fn exchange<F>(request: &'static str, layer: impl Fn(Context) -> F + Copy) -> String
where
    F: Future<Output = (Context, Result)>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = std::thread::spawn(move || {
            let mut socket = TcpStream::connect(address).unwrap();
            socket.write_all(request.as_bytes()).unwrap();
            socket.shutdown(Shutdown::Write).unwrap();
            let mut answer = String::new();
            socket.read_to_string(&mut answer).unwrap();
            answer
        });
        let (socket, peer) = listener.accept().await.unwrap();
        let service = service_fn(move |request| async move {
            let request = Request::new(request).with_peer(peer);
            let mut settings = Settings::default();
            settings.silent = true;
            let (ctx, outcome) = layer(Context::new(request, Arc::new(settings))).await;
            Ok::<_, Infallible>(finish(ctx, outcome))
        });
        let mut server = http1::Builder::new();
        server.half_close(true);
        let _ = server.serve_connection(TokioIo::new(socket), service).await;
        client.join().unwrap()
    })
}

/// A layer that reads the body and sends it back.
async fn echo(mut ctx: Context) -> (Context, Result) {
    let outcome = match ctx.request.bytes(8).await {
        Ok(bytes) => {
            ctx.set_body(bytes);
            Ok(())
        }
        Err(error) => Err(error),
    };
    (ctx, outcome)
}

fn get(layer: fn(&mut Context)) -> String {
    ask("GET / HTTP/1.1\r\nhost: a\r\n\r\n", layer)
}

fn ask(request: &'static str, layer: fn(&mut Context)) -> String {
    exchange(request, move |mut ctx| async move {
        layer(&mut ctx);
        (ctx, Ok(()))
    })
}

/// Status line, whether this header line is there, and the body.
fn parts<'a>(answer: &'a str, header: &str) -> (&'a str, bool, &'a str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    (line, headers.split("\r\n").any(|line| line == header), body)
}

#[test]
fn a_body_comes_back() {
    let answer = exchange("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello", echo);
    assert_eq!(parts(&answer, "content-length: 5"), ("HTTP/1.1 200 OK", true, "hello"));
}

#[test]
fn a_body_that_breaks_off_is_a_400_that_says_so() {
    for (request, message) in [
        (
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhel",
            "the request body ended before its Content-Length",
        ),
        (
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel",
            "the request body ended before its last chunk",
        ),
        (
            "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nx\r\nhel",
            "the request body could not be read",
        ),
    ] {
        let answer = exchange(request, echo);
        let (line, _, body) = parts(&answer, "");
        assert_eq!((line, body), ("HTTP/1.1 400 Bad Request", message));
    }
}

#[test]
fn a_body_too_large_is_a_413() {
    for request in [
        "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n123456789",
        "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n",
    ] {
        let answer = exchange(request, echo);
        let (line, _, body) = parts(&answer, "");
        assert_eq!(line, "HTTP/1.1 413 Payload Too Large");
        assert_eq!(body, "the request body is larger than 8 bytes");
    }
}

#[test]
fn head_has_a_length_and_no_bytes() {
    let answer = ask("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n", |ctx| {
        ctx.set_body("hello");
    });
    assert_eq!(parts(&answer, "content-length: 5"), ("HTTP/1.1 200 OK", true, ""));
    let answer = ask("HEAD / HTTP/1.1\r\nhost: a\r\n\r\n", |_| ());
    assert!(!answer.contains("content-"), "{answer}"); // K-122
}

#[test]
fn the_length_goes_out_with_every_body_in_memory() {
    let answer = get(|_| ()); // K-010
    assert_eq!(parts(&answer, "content-length: 9"), ("HTTP/1.1 404 Not Found", true, "Not Found"));
    let answer = get(|ctx| {
        ctx.set_body("hello");
        ctx.set_length(2);
    });
    assert!(parts(&answer, "content-length: 5").1);
    let answer = get(|ctx| ctx.set_body("")); // K-062
    assert!(parts(&answer, "content-length: 0").1);
}

#[test]
fn text_is_sent_in_chunks_if_a_layer_says_so() {
    let answer = get(|ctx| {
        ctx.set("Transfer-Encoding", "chunked"); // K-077
        ctx.set_body("hello");
    });
    let (_, chunked, body) = parts(&answer, "transfer-encoding: chunked");
    assert!(chunked && !answer.contains("content-length"), "{answer}");
    assert_eq!(body, "5\r\nhello\r\n0\r\n\r\n");
}

#[test]
fn an_empty_status_goes_out_without_headers_about_a_body() {
    for (answer, line) in [
        (get(|ctx| ctx.set_status(204)), "HTTP/1.1 204 No Content"),
        (get(|ctx| ctx.set_status(304)), "HTTP/1.1 304 Not Modified"),
    ] {
        assert_eq!(parts(&answer, "").0, line);
        assert!(!answer.contains("content-"), "{answer}"); // K-042, K-044
    }
}

#[test]
fn the_reason_phrase_is_the_one_that_was_set() {
    let answer = get(|ctx| {
        ctx.set_status(200);
        ctx.set_message("fine");
    });
    assert_eq!(parts(&answer, "").0, "HTTP/1.1 200 fine"); // K-350
    let answer = get(|ctx| {
        ctx.set_status(200);
        ctx.set_message("");
    });
    assert_eq!(parts(&answer, ""), ("HTTP/1.1 200 OK", false, "OK"));
    let answer = get(|ctx| ctx.set_status(418));
    assert_eq!(parts(&answer, ""), ("HTTP/1.1 418 I'm a Teapot", false, "I'm a Teapot"));
    let answer = get(|ctx| ctx.set_status(700));
    assert_eq!(parts(&answer, "content-length: 3"), ("HTTP/1.1 700 unknown", true, "700")); // K-046
}

#[test]
fn a_stream_that_fails_does_not_end_as_a_whole_one_does() {
    let answer = get(|ctx| {
        let torn = stream::iter([Ok("a"), Err(std::fmt::Error)]);
        ctx.set_body(Body::from_stream(torn));
    });
    assert!(!answer.ends_with("0\r\n\r\n"), "{answer}"); // K-097
}

#[test]
fn nothing_that_a_client_sends_becomes_a_header_of_its_own() {
    let answer = ask("GET /?to=%0d%0aX-Evil:%201%0d%0a%0d%0a%00 HTTP/1.1\r\nhost: a\r\n\r\n", |ctx| {
        let sent = ctx.query().get("to").unwrap_or_default().into_owned();
        ctx.attachment(&sent);
        ctx.redirect(&sent);
    });
    let location = "location: %0D%0AX-Evil:%201%0D%0A%0D%0A%00";
    assert_eq!(parts(&answer, location), ("HTTP/1.1 302 Found", true, "Redirecting to \r\nX-Evil: 1\r\n\r\n\0."));
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    assert!(!head.to_ascii_lowercase().contains("\nx-evil"), "{head}");
}

#[test]
fn an_absolute_target_is_asked_of_the_host_in_the_header() {
    let answer = ask("GET http://target:80/a?b HTTP/1.1\r\nhost: header\r\nvia: 1\r\nvia: 2\r\n\r\n", |ctx| {
        ctx.set_body(format!("{} {} {} {}", ctx.url(), ctx.host(), ctx.href(), ctx.get("via")));
    });
    assert_eq!(parts(&answer, "").2, "/a?b header http://target:80/a?b 1, 2"); // K-206, K-200
}
