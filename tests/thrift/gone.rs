//! A call whose client has gone away is dropped, as a request of HTTP is; one that has no reply is not.

mod support;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use koa_runtime::prelude::*;
use koa_thrift::{Call, Encoding, Message, MessageKind};
use support::{
    call, number,
    peer::{framed, port},
    result,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::{
        Semaphore,
        mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    },
    time::timeout,
};

type Told = UnboundedSender<&'static str>;

struct Guard(Told, &'static str);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.send(self.1);
    }
}

#[middleware]
async fn guarded(#[config] name: &'static str, told: &Told, ctx: &mut Call, next: Next) -> Result {
    let _guard = Guard(told.clone(), name);
    next.run(ctx).await
}

/// Waits at the door, and returns the number it was given.
#[middleware]
async fn wait(#[config] door: Arc<Semaphore>, told: &Told, ctx: &mut Call) -> Result {
    let _guard = Guard(told.clone(), "endpoint");
    let support::Fields(fields) = ctx.arguments()?;
    let support::Any::Number(number) = fields[0].1 else { throw!(400) };
    told.send("started")?;
    door.acquire().await?.forget();
    told.send("done")?;
    ctx.returns(&number)
}

struct Server {
    address: SocketAddr,
    door: Arc<Semaphore>,
    heard: UnboundedReceiver<&'static str>,
}

impl Server {
    async fn run() -> Self {
        let door = Arc::new(Semaphore::new(0));
        let (told, heard) = unbounded_channel();
        let (listener, address) = port().await;
        let layers = pipeline![provide(told), guarded("outer"), guarded("inner"), wait(Arc::clone(&door))];
        let app = Application::<Call>::of(layers);
        tokio::spawn(app.serve(listener).into_future());
        Self { address, door, heard }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn hears(&mut self, expected: &[&str]) {
        for expected in expected {
            let next = timeout(Duration::from_secs(10), self.heard.recv()).await;
            assert_eq!(next.expect("it is told").unwrap(), *expected);
        }
    }

    /// Hears nothing for a while.
    async fn is_quiet(&mut self) {
        let next = timeout(Duration::from_millis(200), self.heard.recv()).await;
        assert!(next.is_err(), "{next:?}");
    }
}

fn bytes(message: &Message, is_framed: bool) -> Vec<u8> {
    let bytes = message.encode().unwrap();
    let size = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [if is_framed { &size[..] } else { &[] }, &bytes].concat()
}

#[tokio::test]
async fn when_the_client_goes_away_every_layer_is_dropped_innermost_first() {
    for (encoding, is_framed) in [(Encoding::Binary, true), (Encoding::Binary, false), (Encoding::Compact, false)] {
        let mut server = Server::run().await;
        let mut stream = server.connect().await;
        stream.write_all(&bytes(&call(encoding, "wait", 1, &[number(1)]), is_framed)).await.unwrap();
        server.hears(&["started"]).await;
        server.is_quiet().await;
        drop(stream);
        server.hears(&["endpoint", "inner", "outer"]).await;
    }
}

/// As of HTTP, where nothing of the request is still expected.
#[tokio::test]
async fn who_closes_the_half_of_the_connection_is_taken_for_gone() {
    let mut server = Server::run().await;
    let mut stream = server.connect().await;
    stream.write_all(&bytes(&call(Encoding::Binary, "wait", 1, &[number(1)]), true)).await.unwrap();
    server.hears(&["started"]).await;
    stream.shutdown().await.unwrap();
    server.hears(&["endpoint", "inner", "outer"]).await;
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
}

#[tokio::test]
async fn a_one_way_call_is_run_to_its_end() {
    let mut server = Server::run().await;
    let mut stream = server.connect().await;
    let mut one_way = call(Encoding::Binary, "wait", 1, &[number(1)]);
    one_way.kind = MessageKind::OneWay;
    stream.write_all(&bytes(&one_way, true)).await.unwrap();
    server.hears(&["started"]).await;
    drop(stream);
    server.is_quiet().await;
    server.door.add_permits(1);
    server.hears(&["done", "endpoint", "inner", "outer"]).await;
}

#[tokio::test]
async fn what_comes_meanwhile_is_answered_behind() {
    let mut server = Server::run().await;
    let mut stream = server.connect().await;
    stream.write_all(&bytes(&call(Encoding::Binary, "wait", 1, &[number(1)]), true)).await.unwrap();
    server.hears(&["started"]).await;
    let more: Vec<_> =
        (2..=100).flat_map(|at| bytes(&call(Encoding::Binary, "wait", at, &[number(at)]), true)).collect();
    for part in more.chunks(1_500) {
        stream.write_all(part).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    server.door.add_permits(100);
    for at in 1..=100 {
        let reply = framed(&mut stream).await;
        assert_eq!((reply.sequence, result(&reply)), (at, (0, number(at))));
    }
}
