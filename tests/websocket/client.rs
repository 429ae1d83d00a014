//! A client that says what it is told to, right or wrong.

use std::{net::SocketAddr, time::Duration};

use koa_runtime::{Limits, prelude::*};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

pub(crate) const LONG: Duration = Duration::from_secs(20);

/// The first byte of a whole message, and of a control frame.
pub(crate) const TEXT: u8 = 0x81;
pub(crate) const BINARY: u8 = 0x82;
pub(crate) const CLOSE: u8 = 0x88;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8A;

pub(crate) async fn serve<C: Protocol>(app: Application<C>) -> SocketAddr {
    serve_within(Limits::default(), app).await
}

pub(crate) async fn serve_within<C: Protocol>(limits: Limits, app: Application<C>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener).limits(limits));
    address
}

/// Asks for a WebSocket, with these header lines besides, and reads the head of the reply.
pub(crate) async fn shake(address: SocketAddr, path: &str, lines: &str) -> (TcpStream, String) {
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{lines}\r\n"
    );
    say(address, &head).await
}

/// Says it, and reads as far as the end of a head.
pub(crate) async fn say(address: SocketAddr, head: impl AsRef<[u8]>) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_ref()).await.unwrap();
    let mut reply = Vec::new();
    while !reply.ends_with(b"\r\n\r\n") {
        let byte = timeout(LONG, stream.read_u8()).await.expect("an answer").expect("the whole head");
        reply.push(byte);
    }
    (stream, String::from_utf8(reply).unwrap().to_lowercase())
}

/// A connection, or a stream of one.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

pub(crate) struct Client {
    stream: Box<dyn Stream>,
}

impl Client {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self::open_with(address, "/", "").await.0
    }

    pub(crate) async fn open_with(address: SocketAddr, path: &str, lines: &str) -> (Self, String) {
        let (stream, head) = shake(address, path, lines).await;
        assert!(head.starts_with("http/1.1 101 "), "{head}");
        // of RFC 6455 §1.3
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=\r\n"), "{head}");
        (Self::on(stream), head)
    }

    /// Of a WebSocket that is open.
    pub(crate) fn on(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) -> Self {
        Self { stream: Box::new(stream) }
    }

    pub(crate) async fn raw(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Sends a frame, masked as a client's are.
    pub(crate) async fn frame(&mut self, first: u8, payload: &[u8]) {
        self.raw(&frame(first, payload)).await;
    }

    pub(crate) async fn text(&mut self, text: &str) {
        self.frame(TEXT, text.as_bytes()).await;
    }

    /// The next frame, or `None` when the connection is closed.
    pub(crate) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let read = async {
            let first = self.stream.read_u8().await.ok()?;
            let length = match self.stream.read_u8().await.ok()? {
                126 => usize::from(self.stream.read_u16().await.ok()?),
                127 => usize::try_from(self.stream.read_u64().await.ok()?).unwrap(),
                // a server does not mask
                length @ ..126 => usize::from(length),
                masked => panic!("a masked frame: {masked}"),
            };
            let mut payload = vec![0; length];
            self.stream.read_exact(&mut payload).await.ok()?;
            Some((first, payload))
        };
        timeout(LONG, read).await.expect("a frame, or the end")
    }

    pub(crate) async fn hears(&mut self, text: &str) {
        let (first, payload) = self.next().await.expect("a frame");
        assert_eq!((first, &*String::from_utf8_lossy(&payload)), (TEXT, text));
    }

    /// The next frame closes, with this code; the client says the same, and the connection is closed.
    pub(crate) async fn is_closed_with(&mut self, code: u16) -> String {
        let reason = self.hears_close(code).await;
        // it may be closed already
        let _ = self.stream.write_all(&frame(CLOSE, &code.to_be_bytes())).await;
        assert_eq!(self.next().await, None);
        reason
    }

    pub(crate) async fn hears_close(&mut self, code: u16) -> String {
        let (first, payload) = self.next().await.expect("a close frame");
        assert_eq!(first, CLOSE, "{:?}", String::from_utf8_lossy(&payload));
        assert_eq!(payload.get(..2), Some(&code.to_be_bytes()[..]), "{payload:?}");
        String::from_utf8(payload[2..].to_vec()).unwrap()
    }
}

pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x37, 0xFA, 0x21, 0x3D];
    let mut frame = vec![first];
    match payload.len() {
        length @ ..126 => frame.push(0x80 | u8::try_from(length).unwrap()),
        length @ 126..65536 => {
            frame.push(0xFE);
            frame.extend(u16::try_from(length).unwrap().to_be_bytes());
        }
        length => {
            frame.push(0xFF);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}
