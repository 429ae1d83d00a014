//! The other end of a client, by hand.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use koa_runtime::prelude::*;
use koa_thrift::{Caller, Message, MessageKind, Pool, over_http, over_websocket, remote};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use super::app;

pub async fn port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A way to a server, and how many connections have taken it.
pub async fn counted(server: SocketAddr) -> (SocketAddr, Arc<AtomicUsize>) {
    let (listener, address) = port().await;
    let accepted = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Relaxed);
            tokio::spawn(async move {
                let mut server = TcpStream::connect(server).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    (address, accepted)
}

pub fn through(pool: Pool) -> Caller {
    Caller::new(Application::of(pipeline![remote(pool)]))
}

/// The next message that comes.
pub async fn framed(stream: &mut TcpStream) -> Message {
    let size = stream.read_u32().await.unwrap();
    let mut bytes = vec![0; size as usize];
    stream.read_exact(&mut bytes).await.unwrap();
    Message::decode(bytes).unwrap()
}

/// What the shop replies to a message.
pub async fn reply(to: &Message) -> Vec<u8> {
    let mut call = to.clone();
    call.kind = MessageKind::Call;
    app().ask(call).await.unwrap().encode().unwrap().to_vec()
}

/// The same, framed.
pub async fn framed_reply(to: &Message) -> Vec<u8> {
    let reply = reply(to).await;
    [&u32::try_from(reply.len()).unwrap().to_be_bytes()[..], &reply].concat()
}

pub async fn answer(stream: &mut TcpStream, to: &Message) {
    stream.write_all(&framed_reply(to).await).await.unwrap();
}

/// The shop over HTTP, and over a WebSocket.
pub fn web() -> Application {
    let mut web = Application::new(pipeline![
        routes! { POST "/thrift" => over_http(app()), GET "/talk" => over_websocket(app()) }
    ]);
    web.settings_mut().silent = true;
    web
}

/// The message that comes over HTTP.
pub async fn posted(stream: &mut TcpStream) -> Message {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    assert!(head.starts_with("post / http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/x-thrift\r\n"), "{head}");
    let length = head.split_once("content-length: ").unwrap().1.split_once('\r').unwrap().0.parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    Message::decode(body).unwrap()
}

/// What the shop replies to a message, over HTTP.
pub async fn http_reply(to: &Message) -> Vec<u8> {
    let said = reply(to).await;
    [format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", said.len()).as_bytes(), &said].concat()
}
