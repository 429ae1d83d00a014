//! What is said on a connection.

mod support;

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use koa_runtime::{Limits, prelude::*};
use koa_thrift::{Call, Encoding, Message, MessageKind};
use support::{Any, CORNER, app, call, fault, number, result, text};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};

const BOTH: [Encoding; 2] = [Encoding::Binary, Encoding::Compact];

struct Running {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    server: JoinHandle<Result>,
}

async fn run() -> Running {
    run_within(Limits::default()).await
}

async fn run_within(limits: Limits) -> Running {
    let mut app = app();
    app.settings_mut().message = 1 << 20;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        app.serve(listener)
            .limits(limits)
            .with_graceful_shutdown(async move {
                let _ = ended.await;
            })
            .await
    });
    Running { address, end: Some(end), server }
}

/// A client that frames its messages, or not.
struct Client {
    stream: TcpStream,
    is_framed: bool,
}

impl Client {
    async fn new(address: SocketAddr, is_framed: bool) -> Self {
        Self { stream: TcpStream::connect(address).await.unwrap(), is_framed }
    }

    fn bytes(&self, message: &Message) -> Vec<u8> {
        let bytes = message.encode().unwrap();
        let size = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [if self.is_framed { &size[..] } else { &[] }, &bytes].concat()
    }

    async fn send(&mut self, message: &Message) {
        let bytes = self.bytes(message);
        self.stream.write_all(&bytes).await.unwrap();
    }

    async fn reply(&mut self) -> Message {
        timeout(Duration::from_secs(10), self.read()).await.expect("there is a reply").expect("a whole one")
    }

    async fn read(&mut self) -> std::io::Result<Message> {
        if self.is_framed {
            let size = self.stream.read_u32().await?;
            let mut bytes = vec![0; size as usize];
            self.stream.read_exact(&mut bytes).await?;
            return Ok(Message::decode(bytes).unwrap());
        }
        // what comes at once is the reply, or a byte more makes it so
        let mut bytes = Vec::new();
        loop {
            bytes.push(self.stream.read_u8().await?);
            if let Ok(message) = Message::decode(bytes.clone())
                && koa_thrift::Reader::new(message.encoding, message.body.clone())
                    .skip(koa_thrift::Kind::Struct)
                    .is_ok()
            {
                return Ok(message);
            }
        }
    }

    /// Whether the server closes it without another word.
    async fn is_closed(&mut self) -> bool {
        let mut waste = Vec::new();
        let read = timeout(Duration::from_secs(10), self.stream.read_to_end(&mut waste)).await;
        read.is_ok() && waste.is_empty()
    }
}

fn every_way() -> impl Iterator<Item = (Encoding, bool)> {
    BOTH.into_iter().flat_map(|encoding| [(encoding, false), (encoding, true)])
}

#[tokio::test]
async fn each_message_is_answered_as_it_came() {
    let running = run().await;
    // one connection, on which the client changes its mind
    let mut client = Client::new(running.address, false).await;
    for (sequence, (encoding, is_framed)) in (1..).zip(every_way()) {
        client.is_framed = is_framed;
        client.send(&call(encoding, "add", sequence, &[number(40), number(2)])).await;
        let reply = client.reply().await;
        assert_eq!((reply.encoding, reply.sequence, result(&reply)), (encoding, sequence, (0, number(42))));
    }
}

/// `Limits::head` counts for it, and not `keep_alive`, which is longer here than a test waits.
#[tokio::test]
async fn half_a_message_that_came_behind_another_is_not_waited_for_as_long_as_none() {
    let running = run_within(Limits { head: Duration::from_millis(300), ..Limits::default() }).await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        let bytes = client.bytes(&call(encoding, "add", 1, &[number(40), number(2)]));
        client.stream.write_all(&[&bytes, &bytes[..bytes.len() / 2]].concat()).await.unwrap();
        assert_eq!(result(&client.reply().await), (0, number(42)));
        assert!(client.is_closed().await);
    }
}

#[tokio::test]
async fn a_message_may_come_byte_by_byte() {
    let running = run().await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        let message = call(encoding, "thing", 3, &[number(1), Any::Struct(vec![(1, text("passed over"))])]);
        for byte in client.bytes(&message) {
            client.stream.write_all(&[byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(result(&client.reply().await), (0, Any::Struct(vec![(1, text("thing 1"))])));
    }
}

#[tokio::test]
async fn calls_that_come_together_are_answered_in_order() {
    let running = run().await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        let calls: Vec<_> =
            (0..100).map(|at| client.bytes(&call(encoding, "add", at, &[number(at), number(1)]))).collect();
        client.stream.write_all(&calls.concat()).await.unwrap();
        for at in 0..100 {
            let reply = client.reply().await;
            assert_eq!((reply.sequence, result(&reply)), (at, (0, number(at + 1))));
        }
    }
}

#[tokio::test]
async fn a_large_message_comes_back() {
    let running = run().await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        let large = text("x".repeat(if is_framed { 900_000 } else { 9_000 }));
        client.send(&call(encoding, "echo", 1, std::slice::from_ref(&large))).await;
        assert_eq!(result(&client.reply().await), (0, large));
    }
}

#[tokio::test]
async fn nothing_is_said_to_a_one_way_call() {
    let running = run().await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        let mut ring = call(encoding, "ring", 1, &[text("ring")]);
        ring.kind = MessageKind::OneWay;
        client.send(&ring).await;
        client.send(&call(encoding, "add", 2, &[])).await;
        assert_eq!(client.reply().await.sequence, 2);
    }
}

#[tokio::test]
async fn a_fault_ends_no_connection() {
    let running = run().await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        client.send(&call(encoding, "steal", 1, &[])).await;
        assert_eq!(fault(&client.reply().await).0, 1);
        client.send(&call(encoding, "fail", 2, &[number(0)])).await;
        assert_eq!(fault(&client.reply().await).0, 6);
        client.send(&call(encoding, "add", 3, &[])).await;
        assert_eq!(client.reply().await.sequence, 3);
    }
}

#[tokio::test]
async fn arguments_that_make_no_sense_in_a_frame_are_answered_and_the_next_call_too() {
    let running = run().await;
    let mut client = Client::new(running.address, true).await;
    let mut broken = call(Encoding::Binary, "add", 1, &[]);
    broken.body = Bytes::from_static(b"\x0f\0\x01\x08\x7f\xff\xff\xff");
    client.send(&broken).await;
    assert_eq!(fault(&client.reply().await), (7, "the message ends in the middle".to_owned()));
    client.send(&call(Encoding::Binary, "add", 2, &[])).await;
    assert_eq!(client.reply().await.sequence, 2);
}

#[tokio::test]
async fn arguments_that_make_no_sense_without_a_frame_are_answered_and_end_the_connection() {
    let running = run().await;
    for (body, message) in [
        // a list of 2^31 - 1 numbers, a text as long, a kind that is none, and too many levels
        (&b"\x0f\0\x01\x08\x7f\xff\xff\xff"[..], "the message has more than 1048576 bytes"),
        (b"\x0b\0\x01\x7f\xff\xff\xff", "the message has more than 1048576 bytes"),
        (b"\x0b\0\x01\xff\xff\xff\xff", "the message has a length that cannot be"),
        (b"\x63\0\x01", "there is no type 99"),
        (&b"\x0c\0\x01".repeat(70), "the message is more than 64 levels deep"),
    ] {
        let mut client = Client::new(running.address, false).await;
        let mut broken = call(Encoding::Binary, "add", 1, &[]);
        broken.body = Bytes::copy_from_slice(body);
        client.send(&broken).await;
        assert_eq!(fault(&client.reply().await), (7, message.to_owned()));
        assert!(client.is_closed().await);
    }
}

#[tokio::test]
async fn what_is_no_message_ends_the_connection() {
    let running = run().await;
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        // frames of 2 GiB, of nothing, of something else, and of half a head
        b"\x7f\xff\xff\xff",
        b"\0\0\0\0",
        b"\0\0\0\x04what",
        b"\0\0\0\x06\x80\x01\0\x01\0\0",
        // another version, another type, a name of 2 GiB, and one of a negative length
        b"\x80\x02\0\x01\0\0\0\0\0\0\0\0\0",
        b"\x82\x42\0\0\0",
        b"\x80\x01\0\x09\0\0\0\x01a\0\0\0\0\0",
        b"\x80\x01\0\x01\x7f\xff\xff\xff",
        b"\x80\x01\0\x01\xff\xff\xff\xff",
        b"\x82\x21\0\xff\xff\xff\xff\x07",
        b"\xff\xff\xff\xff",
    ] {
        let mut client = Client::new(running.address, true).await;
        client.stream.write_all(bytes).await.unwrap();
        assert!(client.is_closed().await, "{bytes:?}");
    }
    // it lives on
    let mut client = Client::new(running.address, true).await;
    client.send(&call(Encoding::Binary, "add", 1, &[])).await;
    client.reply().await;
}

#[tokio::test]
async fn who_closes_in_the_middle_is_let_go() {
    let running = run().await;
    for (encoding, is_framed) in every_way() {
        let mut client = Client::new(running.address, is_framed).await;
        let bytes = client.bytes(&call(encoding, "echo", 1, &[text("half of it")]));
        client.stream.write_all(&bytes[..bytes.len() / 2]).await.unwrap();
        client.stream.shutdown().await.unwrap();
        assert!(client.is_closed().await);
    }
}

#[tokio::test]
async fn the_end_of_the_server_waits_for_the_call_in_flight_and_for_nothing_else() {
    let mut running = run().await;
    let mut idle = Client::new(running.address, true).await;
    idle.send(&call(Encoding::Binary, "add", 1, &[])).await;
    idle.reply().await;
    let mut busy = Client::new(running.address, true).await;
    busy.send(&call(Encoding::Binary, "wait", 5, &[])).await;
    sleep(Duration::from_millis(100)).await;
    running.end.take().unwrap().send(()).unwrap();
    assert!(idle.is_closed().await);
    assert!(!running.server.is_finished());
    CORNER.door.add_permits(1);
    let reply = busy.reply().await;
    assert_eq!((reply.kind, reply.sequence), (MessageKind::Reply, 5));
    assert!(busy.is_closed().await);
    timeout(Duration::from_secs(10), running.server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn who_is_answered_while_the_server_ends_does_not_ask_into_the_closing_of_its_connection() {
    static DOOR: Semaphore = Semaphore::const_new(0);
    #[middleware]
    async fn waits(ctx: &mut Call) -> Result {
        DOOR.acquire().await?.forget();
        ctx.returns_nothing()
    }
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let app = Application::<Call>::of(pipeline![waits]);
    let server = tokio::spawn(app.serve(listener).with_graceful_shutdown(async { drop(ended.await) }).into_future());
    let mut one = Client::new(address, true).await;
    one.send(&call(Encoding::Binary, "f", 1, &[])).await;
    // several at once, as some clients do
    let mut other = Client::new(address, false).await;
    for sequence in 1..=3 {
        other.send(&call(Encoding::Binary, "f", sequence, &[])).await;
    }
    sleep(Duration::from_millis(100)).await;
    end.send(()).unwrap();
    sleep(Duration::from_millis(50)).await;
    DOOR.add_permits(4);
    assert_eq!(one.reply().await.sequence, 1);
    for sequence in 1..=3 {
        assert_eq!(other.reply().await.sequence, sequence);
    }
    // at once, and not when those are closed that say nothing
    let closed = async { assert!(one.is_closed().await && other.is_closed().await) };
    timeout(Duration::from_millis(250), closed).await.unwrap();
    timeout(Duration::from_secs(10), server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn who_says_much_at_once_lets_others_come_to_their_turn() {
    static SAID: AtomicUsize = AtomicUsize::new(0);
    #[middleware]
    async fn count(ctx: &mut Call) -> Result {
        SAID.fetch_add(1, Relaxed);
        ctx.says_nothing();
        Ok(())
    }
    const ALL: usize = 4_000;
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let mut client = Client::new(listener.local_addr().unwrap(), true).await;
    let mut one_way = call(Encoding::Compact, "f", 1, &[]);
    one_way.kind = MessageKind::OneWay;
    let bytes = client.bytes(&one_way);
    client.stream.write_all(&bytes.repeat(ALL)).await.unwrap();
    tokio::spawn(Application::<Call>::of(pipeline![count]).serve(listener).into_future());
    let (mut before, mut most) = (0, 0);
    timeout(Duration::from_secs(20), async {
        while before < ALL {
            tokio::task::yield_now().await;
            let now = SAID.load(Relaxed);
            most = most.max(now - before);
            before = now;
        }
    })
    .await
    .unwrap();
    assert!(most <= 256, "{most} in one turn");
}
