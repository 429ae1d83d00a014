//! Over a WebSocket each binary message is a message of Thrift, framed or not, and is answered as it came.

mod support;
#[allow(dead_code)] // a part of it is used
#[path = "../websocket/client.rs"]
mod websocket;

use std::{net::SocketAddr, time::Duration};

use koa_runtime::{
    prelude::*,
    websocket::{Options, Origins},
};
use koa_thrift::{Call, Encoding, Message, MessageKind, over_websocket};
use support::{Any, CORNER, Fields, app, call, fault, number, result, text};
use websocket::{BINARY, Client, PING, TEXT, serve, shake};

const BOTH: [Encoding; 2] = [Encoding::Binary, Encoding::Compact];

/// How many bytes a message may have here.
const MOST: usize = 100_000;

fn small() -> Application<Call> {
    let mut app = app();
    app.settings_mut().message = MOST;
    app
}

async fn listens() -> SocketAddr {
    serve(Application::new(pipeline![routes! { GET "/thrift" => over_websocket(small()) }])).await
}

async fn open() -> Client {
    Client::open_with(listens().await, "/thrift", "").await.0
}

fn bytes(message: &Message, is_framed: bool) -> Vec<u8> {
    let bytes = message.encode().unwrap();
    let size = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [if is_framed { &size[..] } else { &[] }, &bytes].concat()
}

/// The next message, which has to be framed if that is so.
async fn reply(client: &mut Client, is_framed: bool) -> Message {
    let (first, payload) = client.next().await.expect("a reply");
    assert_eq!(first, BINARY, "{payload:?}");
    let (length, message) = payload.split_at(if is_framed { 4 } else { 0 });
    if is_framed {
        assert_eq!(length, u32::try_from(message.len()).unwrap().to_be_bytes());
    }
    Message::decode(message.to_vec()).unwrap()
}

async fn ask(client: &mut Client, message: &Message, is_framed: bool) -> Message {
    client.frame(BINARY, &bytes(message, is_framed)).await;
    reply(client, is_framed).await
}

/// A call of `echo` that has as many bytes as this.
fn echo(size: usize) -> Message {
    let echo = |length| call(Encoding::Binary, "echo", 1, &[text("x".repeat(length))]);
    let rest = bytes(&echo(0), false).len();
    echo(size - rest)
}

#[tokio::test]
async fn each_call_is_answered_as_it_came() {
    let mut client = open().await;
    for (encoding, is_framed) in BOTH.into_iter().flat_map(|encoding| [(encoding, false), (encoding, true)]) {
        let added = ask(&mut client, &call(encoding, "add", 7, &[number(2), number(3)]), is_framed).await;
        assert_eq!((added.encoding, added.sequence, result(&added)), (encoding, 7, (0, number(5))));
        let named = ask(&mut client, &call(encoding, "Other:name", 8, &[]), is_framed).await;
        assert_eq!((named.sequence, result(&named)), (8, (0, text("the other"))));
        // declared
        let thing = Any::Struct(vec![(1, Any::Struct(vec![(1, text("apple"))]))]);
        let sold_out = ask(&mut client, &call(encoding, "buy", 9, &[number(0)]), is_framed).await;
        assert_eq!((sold_out.encoding, result(&sold_out)), (encoding, (4, thing)));
        // and what is not
        let jammed = ask(&mut client, &call(encoding, "buy", 10, &[number(1)]), is_framed).await;
        assert_eq!((jammed.sequence, fault(&jammed).0), (10, 6));
        let panics = ask(&mut client, &call(encoding, "fail", 11, &[number(0)]), is_framed).await;
        assert_eq!(fault(&panics).0, 6);
        let unknown = ask(&mut client, &call(encoding, "sell", 12, &[]), is_framed).await;
        assert_eq!(fault(&unknown).0, 1);
    }
}

#[tokio::test]
async fn calls_that_do_not_wait_are_answered_in_their_order() {
    let mut client = open().await;
    let mut all = Vec::new();
    for sequence in 0..50 {
        let message = call(Encoding::Binary, "add", sequence, &[number(sequence), number(1)]);
        all.extend(websocket::frame(BINARY, &bytes(&message, false)));
    }
    client.raw(&all).await;
    for sequence in 0..50 {
        let added = reply(&mut client, false).await;
        assert_eq!((added.sequence, result(&added)), (sequence, (0, number(sequence + 1))));
    }
}

#[tokio::test]
async fn a_one_way_call_has_no_reply() {
    let mut client = open().await;
    for note in ["ding", "broken"] {
        let note = Fields(vec![(1, text(note))]);
        let ring = Message::new(Encoding::Compact, MessageKind::OneWay, "ring", 1, &note).unwrap();
        client.frame(BINARY, &bytes(&ring, false)).await;
    }
    let added = ask(&mut client, &call(Encoding::Compact, "add", 2, &[number(1), number(1)]), false).await;
    assert_eq!((added.sequence, result(&added)), (2, (0, number(2))));
    assert_eq!(*CORNER.rung.lock().unwrap(), ["ding", "broken"]);
}

#[tokio::test]
async fn what_is_wrong_behind_the_head_is_a_fault_and_the_client_goes_on() {
    let mut client = open().await;
    let whole = call(Encoding::Binary, "add", 3, &[number(1), number(1)]).encode().unwrap();
    client.frame(BINARY, &whole[..whole.len() - 3]).await;
    let refused = reply(&mut client, false).await;
    assert_eq!((refused.sequence, fault(&refused).0), (3, 7));
    client.frame(BINARY, &whole).await;
    assert_eq!(result(&reply(&mut client, false).await), (0, number(2)));
}

#[tokio::test]
async fn a_message_has_as_many_bytes_as_the_settings_allow() {
    for is_framed in [false, true] {
        let mut client = open().await;
        let echoed = ask(&mut client, &echo(MOST), is_framed).await;
        assert_eq!(echoed.kind, MessageKind::Reply);
        client.frame(BINARY, &bytes(&echo(MOST + 1), is_framed)).await;
        client.is_closed_with(1009).await;
        // as soon as a head says so
        let mut client = open().await;
        client.raw(&[BINARY, 0xff, 0, 0, 0, 1, 0, 0, 0, 0]).await;
        client.is_closed_with(1009).await;
    }
}

#[tokio::test]
async fn a_text_closes_the_websocket() {
    let mut client = open().await;
    let message = call(Encoding::Binary, "add", 1, &[number(1), number(1)]);
    client.frame(BINARY, &bytes(&message, false)).await;
    client.frame(TEXT, b"[1,\"add\",1,1,{}]").await;
    // what came before is answered
    assert_eq!(result(&reply(&mut client, false).await), (0, number(2)));
    assert_eq!(client.is_closed_with(1003).await, "this takes binary messages");
}

#[tokio::test]
async fn what_is_no_message_closes_the_websocket() {
    let whole = bytes(&call(Encoding::Binary, "add", 1, &[number(1), number(1)]), true);
    for (broken, why) in [
        (&b""[..], "the message ends in the middle"),
        (b"\x80\x01\0", "the message ends in the middle"),
        (b"\0\0\0\x0eGET / HTTP/1.1", "this is no message of the binary or the compact protocol"),
        (b"\x80\x07\0\x01\0\0\0\x04ping\0\0\0\x07\0", "this is no message of the binary or the compact protocol"),
        // a frame that is not whole, and one with something behind it
        (&whole[..whole.len() - 1], "the message ends in the middle"),
        (&[&whole[..], &[0]].concat(), "the message has a length that cannot be"),
    ] {
        let mut client = open().await;
        client.frame(BINARY, broken).await;
        assert_eq!(client.is_closed_with(1007).await, why, "{broken:?}");
    }
}

#[tokio::test]
async fn what_is_no_handshake_is_refused_as_of_every_websocket() {
    let address = listens().await;
    let (_, head) = shake(address, "/thrift", "origin: https://elsewhere.example\r\n").await;
    assert!(head.starts_with("http/1.1 403 "), "{head}");
    let (_, head) = websocket::say(address, &format!("GET /thrift HTTP/1.1\r\nhost: {address}\r\n\r\n")).await;
    assert!(head.starts_with("http/1.1 426 "), "{head}");
}

#[tokio::test]
async fn a_websocket_is_like_its_options_say_but_for_the_size_of_messages() {
    let options = Options {
        origins: Origins::Also(vec!["https://app.example"]),
        subprotocols: vec!["thrift"],
        ping: Some(Duration::from_millis(100)),
        message: 10,
        frame: 10,
        ..Options::default()
    };
    let address = serve(Application::new(pipeline![over_websocket(small()).options(options)])).await;
    let lines = "origin: https://app.example\r\nsec-websocket-protocol: thrift\r\n";
    let (mut client, head) = Client::open_with(address, "/", lines).await;
    assert!(head.contains("sec-websocket-protocol: thrift\r\n"), "{head}");
    let echoed = ask(&mut client, &echo(MOST), false).await;
    assert_eq!(echoed.kind, MessageKind::Reply);
    let (first, _) = client.next().await.unwrap();
    assert_eq!(first, PING);
    let (_, head) = shake(address, "/", "origin: https://elsewhere.example\r\n").await;
    assert!(head.starts_with("http/1.1 403 "), "{head}");
}
