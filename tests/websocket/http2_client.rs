//! A client of HTTP/2 that asks for a WebSocket (RFC 8441), or for several on one connection.

use std::net::SocketAddr;

use bytes::Bytes;
use h2::{
    Reason, RecvStream, SendStream,
    client::{Builder, SendRequest},
    ext::Protocol,
};
use http::{Method, Request, Response, Version, header::HeaderName};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, ReadHalf, WriteHalf, duplex, split},
    net::TcpStream,
    task::JoinHandle,
    time::timeout,
};

use crate::client::{Client, LONG};

pub(crate) struct Http2 {
    client: SendRequest<Bytes>,
    pub(crate) connection: JoinHandle<Result<(), h2::Error>>,
}

/// What was answered, and the stream that it came on.
pub(crate) struct Asked {
    pub(crate) status: u16,
    pub(crate) reply: Response<RecvStream>,
    pub(crate) send: SendStream<Bytes>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.reply.headers().get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) async fn text(self) -> String {
        let (mut body, mut text) = (self.reply.into_body(), Vec::new());
        while let Some(data) = timeout(LONG, body.data()).await.expect("data, or the end") {
            text.extend(data.unwrap());
        }
        String::from_utf8(text).unwrap()
    }

    /// The WebSocket that it has opened.
    pub(crate) fn open(self) -> Client {
        assert_eq!(self.status, 200);
        let (ours, theirs) = duplex(1 << 10);
        let (reads, writes) = split(theirs);
        tokio::spawn(send_all(reads, self.send));
        tokio::spawn(receive_all(self.reply.into_body(), writes));
        Client::on(ours)
    }
}

/// A client that is dropped has gone without a word.
async fn send_all(mut from: ReadHalf<DuplexStream>, mut to: SendStream<Bytes>) {
    let mut bytes = vec![0; 1 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        to.reserve_capacity(read);
        while to.capacity() < read {
            let Some(Ok(_)) = std::future::poll_fn(|task| to.poll_capacity(task)).await else { return };
        }
        if to.send_data(Bytes::copy_from_slice(&bytes[..read]), false).is_err() {
            return;
        }
    }
    to.send_reset(Reason::CANCEL);
}

async fn receive_all(mut from: RecvStream, mut to: WriteHalf<DuplexStream>) {
    while let Some(Ok(data)) = from.data().await {
        let _ = from.flow_control().release_capacity(data.len());
        if to.write_all(&data).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}

impl Http2 {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::connect_as(address, &Builder::new()).await
    }

    pub(crate) async fn connect_as(address: SocketAddr, as_this: &Builder) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (client, mut connection) = as_this.handshake(stream).await.unwrap();
        let mut pings = connection.ping_pong().expect("the first to ask");
        let connection = tokio::spawn(connection);
        // the settings of the server come before it answers
        timeout(LONG, pings.ping(h2::Ping::opaque())).await.expect("an answer").unwrap();
        Self { client, connection }
    }

    pub(crate) fn is_announced(&self) -> bool {
        self.client.is_extended_connect_protocol_enabled()
    }

    pub(crate) async fn ask(&self, request: Request<()>) -> Asked {
        self.try_ask(request).await.unwrap()
    }

    pub(crate) async fn try_ask(&self, request: Request<()>) -> Result<Asked, h2::Error> {
        let ends = request.method() != Method::CONNECT;
        let (reply, send) = self.client.clone().ready().await?.send_request(request, ends)?;
        let reply = timeout(LONG, reply).await.expect("an answer")?;
        Ok(Asked { status: reply.status().as_u16(), reply, send })
    }

    /// Asks for a WebSocket, with these headers besides.
    pub(crate) async fn shake(&self, path: &str, headers: &[(&'static str, &str)]) -> Asked {
        self.ask(extended(path, "websocket", headers)).await
    }

    pub(crate) async fn open(&self, path: &str) -> Client {
        self.shake(path, &[]).await.open()
    }

    pub(crate) async fn get(&self, path: &str) -> Asked {
        self.ask(Request::get(format!("http://a{path}")).version(Version::HTTP_2).body(()).unwrap()).await
    }
}

/// A CONNECT with this `:protocol`.
pub(crate) fn extended(path: &str, protocol: &str, headers: &[(&'static str, &str)]) -> Request<()> {
    let request = Request::builder().method(Method::CONNECT).uri(format!("http://a{path}")).version(Version::HTTP_2);
    let mut request =
        request.header("sec-websocket-version", "13").extension(Protocol::from(protocol)).body(()).unwrap();
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        request.headers_mut().remove(&name);
        if !value.is_empty() {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
    }
    request
}
