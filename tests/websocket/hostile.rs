//! What a client may do to a WebSocket that no honest one does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use koa_runtime::{
    prelude::*,
    websocket::{CloseCode, Deflate, Group, Options, Slow, WebSocket},
};
use tokio::{io::AsyncReadExt as _, net::TcpStream, sync::Notify, time::timeout};

use crate::{
    client::{BINARY, CLOSE, Client, LONG, PING, PONG, TEXT, frame, say, serve, shake},
    eventually::eventually,
    messages::app,
};

#[tokio::test]
async fn what_comes_with_the_handshake_is_heard() {
    let address = serve(app(Options::default())).await;
    let mut asked =
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                      sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            .to_vec();
    asked.extend(frame(TEXT, b"early"));
    let (stream, head) = say(address, asked).await;
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    Client::on(stream).hears("early").await;
}

#[tokio::test]
async fn pieces_without_an_end_are_bounded_and_pings_between_them_are_answered() {
    let address = serve(app(Options { message: 1000, ..Options::default() })).await;
    let mut client = Client::open(address).await;
    client.frame(0x01, b"").await;
    for _ in 0..100 {
        let pieces: Vec<u8> = (0..50).flat_map(|_| frame(0x00, b"")).collect();
        client.raw(&pieces).await;
        client.frame(PING, b"still?").await;
        assert_eq!(client.next().await, Some((PONG, b"still?".to_vec())));
    }
    for _ in 0..1000 {
        client.frame(0x00, b"x").await;
    }
    client.frame(PING, b"").await;
    assert_eq!(client.next().await, Some((PONG, Vec::new())));
    client.frame(0x00, b"x").await;
    assert_eq!(client.hears_close(1009).await, "a message is too big");
    assert_eq!(client.next().await, None);
}

/// Says goodbye when it hears a word, and goes on listening.
#[middleware]
async fn leave(ctx: &mut Context, is_closed: &Arc<AtomicBool>) -> Result {
    let is_closed = is_closed.clone();
    ctx.websocket(Options::default(), async move |mut socket: WebSocket| {
        while let Some(message) = socket.recv().await? {
            if message.as_text() == Some("leave") {
                socket.close(CloseCode::NORMAL, "");
                is_closed.store(socket.sender().is_closed(), Relaxed);
            }
        }
        Ok(())
    })
}

#[tokio::test]
async fn both_may_say_goodbye_at_once() {
    let is_closed = Arc::new(AtomicBool::new(false));
    let address = serve(Application::new(pipeline![provide(is_closed.clone()), leave])).await;
    let mut client = Client::open(address).await;
    client.text("leave").await;
    client.is_closed_with(1000).await;
    assert!(is_closed.load(Relaxed), "it was about to be, when it had said goodbye");
    for _ in 0..50 {
        let mut client = Client::open(address).await;
        client.raw(&[frame(TEXT, b"leave"), frame(CLOSE, &4000_u16.to_be_bytes())].concat()).await;
        // whichever of them comes first, one frame of each is all
        let (first, payload) = client.next().await.expect("a close frame");
        assert_eq!(first, CLOSE);
        assert!(payload == 1000_u16.to_be_bytes() || payload == 4000_u16.to_be_bytes(), "{payload:?}");
        assert_eq!(client.next().await, None);
    }
}

#[tokio::test]
async fn who_talks_on_behind_its_goodbye_is_not_heard_and_is_told_goodbye() {
    let address = serve(app(Options::default())).await;
    let mut client = Client::open(address).await;
    let mut said = [frame(TEXT, b"first"), frame(CLOSE, b"")].concat();
    for _ in 0..100 {
        said.extend(frame(BINARY, &[0; 1000]));
    }
    client.raw(&said).await;
    client.hears("first").await;
    assert_eq!(client.next().await, Some((CLOSE, Vec::new())));
    assert_eq!(client.next().await, None);
}

/// Sends more than any system keeps, and then does something else for long.
#[middleware]
async fn busy(ctx: &mut Context, room: &Group, gate: &Arc<Notify>) -> Result {
    let (room, gate) = (room.clone(), gate.clone());
    ctx.websocket(Options { queue: 100_000, ..Options::default() }, async move |socket: WebSocket| {
        let _member = room.join(socket.sender());
        gate.notified().await;
        Ok(())
    })
}

#[tokio::test]
async fn who_is_left_is_reset_at_once_whatever_its_handler_does() {
    let (room, gate) = (Group::new(Slow::Drop), Arc::new(Notify::new()));
    let address = serve(Application::new(pipeline![provide(room.clone()), provide(gate.clone()), busy])).await;
    let (mut lazy, head) = shake(address, "/", "").await;
    assert!(head.starts_with("http/1.1 101 "), "{head}");
    eventually(async || room.len() == 1).await;
    while room.send(vec![0; 9000]) == 1 {
        tokio::task::yield_now().await;
    }
    // the handler is busy still, so it is a member; but nothing is kept for it
    let ended = timeout(LONG, read_to_end(&mut lazy)).await.expect("it is closed");
    assert_eq!(room.len(), 1);
    assert_eq!(ended.map_err(|error| error.kind()), Err(std::io::ErrorKind::ConnectionReset));
    gate.notify_one();
    eventually(async || room.is_empty()).await;
}

async fn read_to_end(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut bytes = vec![0; 64 << 10];
    while stream.read(&mut bytes).await? > 0 {}
    Ok(())
}

/// Hears nothing until it is told to.
#[middleware]
async fn deaf(ctx: &mut Context, gate: &Arc<Notify>) -> Result {
    let gate = gate.clone();
    ctx.websocket(Options { backlog: 10_000, ..Options::default() }, async move |mut socket: WebSocket| {
        gate.notified().await;
        let mut heard = 0;
        while heard < 1000 && socket.recv().await?.is_some() {
            heard += 1;
        }
        Ok(socket.send("enough").await?)
    })
}

#[tokio::test]
async fn messages_of_no_bytes_are_bounded_too() {
    let gate = Arc::new(Notify::new());
    let address = serve(Application::new(pipeline![provide(gate.clone()), deaf])).await;
    let mut client = Client::open(address).await;
    let many = frame(BINARY, b"").repeat(5_000);
    let mut sent = 0;
    // far more than the system keeps of them
    while sent < 500 && timeout(Duration::from_secs(2), client.raw(&many)).await.is_ok() {
        sent += 1;
    }
    assert!(sent < 500, "nothing is bounded");
    gate.notify_one();
    client.hears("enough").await;
}

#[tokio::test]
async fn what_inflates_in_many_steps_does_not_hold_the_server_up() {
    let options = Options { deflate: Some(Deflate::default()), ..Options::default() };
    let address = serve(app(options)).await;
    let offer = "sec-websocket-extensions: permessage-deflate\r\n";
    // last blocks of no bytes, each of which ends a stream
    for piece in [&b"\x03\x00"[..], b"\x01\x00\x00\xff\xff", b"\x00\x00\x00\xff\xff"] {
        let (mut client, _) = Client::open_with(address, "/", offer).await;
        let begun = Instant::now();
        client.frame(0xC2, &piece.repeat((1 << 20) / piece.len() - 1)).await;
        let (first, _) = client.next().await.expect("an answer");
        println!("{piece:?}: {first:x} after {:?}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(2), "{piece:?}: {:?}", begun.elapsed());
    }
}
