//! What comes behind a body: trailers of requests and of replies, over HTTP/1.1 and HTTP/2.

use std::{convert::Infallible, net::SocketAddr, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use hyper_util::rt::{TokioExecutor, TokioIo};
use koa_runtime::prelude::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

fn sum(value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(http::HeaderName::from_static("x-sum"), HeaderValue::from_static(value))])
}

/// Bytes, and trailers behind them; how many there are is known, or is not.
fn reply(is_known: bool) -> Body {
    let trailers = async { Some(Ok(sum("7"))) };
    if is_known {
        return Body::wrap(Full::new(Bytes::from("hello")).with_trailers(trailers));
    }
    let chunks = stream::iter(["hel", "lo"].map(|chunk| Ok::<_, Infallible>(Frame::data(Bytes::from(chunk)))));
    Body::wrap(StreamBody::new(chunks).with_trailers(trailers))
}

#[middleware]
async fn answer(ctx: &mut Context) -> Result {
    let said = match ctx.path() {
        // whole
        "/read" => {
            let before = ctx.request.trailers().is_some();
            let body = ctx.request.bytes(100).await?;
            let trailers = ctx.request.trailers().map(|trailers| trailers["x-sum"].clone());
            format!("{before} {body:?} {trailers:?}")
        }
        // as it comes
        "/frames" => {
            let (mut body, mut seen) = (ctx.request.take_body(), Vec::new());
            while let Some(frame) = body.frame().await {
                match frame?.into_data() {
                    Ok(data) => seen.extend_from_slice(&data),
                    Err(frame) => seen.extend_from_slice(frame.into_trailers().unwrap()["x-sum"].as_bytes()),
                }
            }
            String::from_utf8(seen)?
        }
        path => {
            let is_known = path == "/known";
            ctx.set("Trailer", "X-Sum");
            ctx.set_body(reply(is_known));
            return Ok(());
        }
    };
    ctx.set_body(said);
    Ok(())
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Application::new(pipeline![answer]).serve(listener));
    address
}

/// What is answered, until the server closes.
async fn raw(request: &str) -> String {
    let mut stream = TcpStream::connect(serve().await).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut said = String::new();
    timeout(Duration::from_secs(20), stream.read_to_string(&mut said)).await.expect("it is closed").unwrap();
    said
}

/// The same on HTTP/2, with trailers behind the request's body: those of the reply and its body.
async fn http2(path: &str) -> (Option<HeaderMap>, String) {
    let stream = TokioIo::new(TcpStream::connect(serve().await).await.unwrap());
    let (mut client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream).await.unwrap();
    tokio::spawn(connection);
    let body = Box::pin(reply(true));
    let reply = client.send_request(http::Request::post(format!("http://a{path}")).body(body).unwrap());
    let reply = timeout(Duration::from_secs(20), reply).await.unwrap().unwrap();
    let all = timeout(Duration::from_secs(20), reply.into_body().collect()).await.unwrap().unwrap();
    (all.trailers().cloned(), String::from_utf8(all.to_bytes().to_vec()).unwrap())
}

const CHUNKS: &str = "connection: close\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n";

#[tokio::test]
async fn what_comes_behind_a_body_is_there_once_it_is_read() {
    let expected = "false b\"hello\" Some(\"7\")";
    let said = raw(&format!("POST /read HTTP/1.1\r\nhost: a\r\ntrailer: x-sum\r\n{CHUNKS}")).await;
    assert!(said.ends_with(&format!("\r\n\r\n{expected}")), "{said}");
    assert_eq!(http2("/read").await.1, expected);
}

#[tokio::test]
async fn what_comes_behind_a_body_is_the_last_frame_of_one_that_is_taken() {
    let said = raw(&format!("POST /frames HTTP/1.1\r\nhost: a\r\n{CHUNKS}")).await;
    assert!(said.ends_with("\r\n\r\nhello7"), "{said}");
    assert_eq!(http2("/frames").await.1, "hello7");
}

#[tokio::test]
async fn behind_a_body_in_chunks_is_sent_what_the_client_takes_there() {
    let said = raw("GET /stream HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: close, te\r\n\r\n").await;
    assert!(said.contains("\r\ntrailer: X-Sum\r\n"), "{said}");
    assert!(said.ends_with("\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nx-sum: 7\r\n\r\n"), "{said}");
    assert_eq!(http2("/stream").await, (Some(sum("7")), "hello".to_owned()));
}

/// RFC 9110 §6.5.1: who has not said that it takes them may drop them, or be confused.
#[tokio::test]
async fn nothing_is_sent_behind_a_body_to_a_client_that_has_not_asked_for_it() {
    let said = raw("GET /stream HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert!(said.ends_with("\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), "{said}");
    // nor in HTTP/1.0, which has no chunks
    let said = raw("GET /stream HTTP/1.0\r\nhost: a\r\nte: trailers\r\n\r\n").await;
    assert!(said.ends_with("\r\n\r\nhello"), "{said}");
}

/// There are chunks where the length is not known, and on HTTP/1.1 trailers only behind chunks.
#[tokio::test]
async fn behind_a_body_of_known_length_something_is_sent_on_http2_alone() {
    let said = raw("GET /known HTTP/1.1\r\nhost: a\r\nte: trailers\r\nconnection: close, te\r\n\r\n").await;
    assert!(said.contains("\r\ncontent-length: 5\r\n") && said.ends_with("\r\n\r\nhello"), "{said}");
    assert_eq!(http2("/known").await, (Some(sum("7")), "hello".to_owned()));
}
