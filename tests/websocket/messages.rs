//! Messages, as they come and go.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use koa_runtime::{
    prelude::*,
    websocket::{Deflate, Message, Options, WebSocket},
};

use crate::client::{BINARY, Client, PING, PONG, TEXT, serve};

#[middleware]
async fn echo(#[config] options: &Options, ctx: &mut Context) -> Result {
    ctx.websocket(options.clone(), async |mut socket: WebSocket| {
        while let Some(message) = socket.recv().await? {
            match message.as_text() {
                Some("fail") => throw!("as it was told"),
                Some("panic") => panic!("as it was told"),
                Some("end") => return Ok(()),
                _ => socket.send(message).await?,
            }
        }
        Ok(())
    })
}

/// Says again what it is told.
pub(crate) fn app(options: Options) -> Application {
    let mut app = Application::new(pipeline![echo(options)]);
    app.settings_mut().silent = true;
    app
}

/// Limits that are met soon.
fn small() -> Options {
    Options { message: 1000, frame: 600, ..Options::default() }
}

#[tokio::test]
async fn what_is_said_is_said_again() {
    let mut client = Client::open(serve(app(Options::default())).await).await;
    for length in [0, 1, 125, 126, 65_535, 65_536, 1 << 20] {
        client.text(&"x".repeat(length)).await;
        client.hears(&"x".repeat(length)).await;
        client.frame(BINARY, &vec![0xFF; length]).await;
        assert_eq!(client.next().await, Some((BINARY, vec![0xFF; length])));
    }
    client.frame(crate::client::CLOSE, &1000_u16.to_be_bytes()).await;
    client.is_closed_with(1000).await;
}

#[tokio::test]
async fn a_message_in_pieces_is_one_and_pings_between_them_are_answered() {
    let mut client = Client::open(serve(app(Options::default())).await).await;
    let text = "K\u{f6}nig \u{1f600}".as_bytes();
    // cut within a letter
    client.frame(0x01, &text[..2]).await;
    client.frame(PING, b"there?").await;
    assert_eq!(client.next().await, Some((PONG, b"there?".to_vec())));
    client.frame(0x00, &text[2..9]).await;
    client.frame(0x80, &text[9..]).await;
    client.hears("K\u{f6}nig \u{1f600}").await;
    // byte by byte
    for byte in crate::client::frame(TEXT, b"slow") {
        client.raw(&[byte]).await;
    }
    client.hears("slow").await;
    // an unasked pong is nothing
    client.frame(PONG, b"").await;
    client.text("on").await;
    client.hears("on").await;
}

/// What is wrong with it, what is sent, and with which code it is closed.
#[tokio::test]
async fn what_breaks_the_protocol_or_a_limit_closes_with_its_code() {
    let address = serve(app(small())).await;
    let masked = crate::client::frame;
    for (wrong, sent, code) in [
        ("unmasked", b"\x81\x02hi".to_vec(), 1002),
        ("a reserved bit", masked(0xC1, b"hi"), 1002),
        ("a reserved opcode", masked(0x83, b"hi"), 1002),
        ("a ping in pieces", masked(0x09, b"hi"), 1002),
        ("a long ping", masked(PING, &[0; 126]), 1002),
        ("goes on without a beginning", masked(0x80, b"hi"), 1002),
        ("begins within another", [masked(0x01, b"a"), masked(0x81, b"b")].concat(), 1002),
        ("a length that is not the shortest", b"\x81\xFE\x00\x02\0\0\0\0hi".to_vec(), 1002),
        ("a length beyond any", b"\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0".to_vec(), 1009),
        ("a length of 64 bits", b"\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0".to_vec(), 1002),
        ("a close of one byte", masked(0x88, b"\x03"), 1002),
        ("a close code that may not be sent", masked(0x88, &1005_u16.to_be_bytes()), 1002),
        ("a reason that is not UTF-8", masked(0x88, b"\x03\xE8\xFF"), 1007),
        ("a text that is not UTF-8", masked(TEXT, b"\xC3\x28"), 1007),
        ("one that ends within a letter", masked(TEXT, b"\xE2\x82"), 1007),
        ("one that is not in its second piece", [masked(0x01, b"ok"), masked(0x00, b"\xFF")].concat(), 1007),
        // of a frame that is not all there
        ("one that is not, early", masked(TEXT, &[0xFF; 500])[..100].to_vec(), 1007),
        ("a frame that is too big, by its head alone", masked(BINARY, &[0; 601])[..8].to_vec(), 1009),
        ("a message that is", [masked(0x02, &[0; 600]), masked(0x80, &[0; 401])].concat(), 1009),
        ("a message that is, early", [masked(0x02, &[0; 600]), masked(0x80, &[0; 401])[..9].to_vec()].concat(), 1009),
    ] {
        println!("{wrong}");
        let mut client = Client::open(address).await;
        client.text("before").await;
        client.raw(&sent).await;
        client.hears("before").await;
        assert!(!client.hears_close(code).await.is_empty() || code == 1000);
        assert_eq!(client.next().await, None, "{wrong}");
    }
}

#[tokio::test]
async fn as_much_as_the_limits_let_is_taken() {
    let mut client = Client::open(serve(app(small())).await).await;
    client.frame(0x01, &[b'x'; 600]).await;
    client.frame(0x80, &[b'x'; 400]).await;
    client.hears(&"x".repeat(1000)).await;
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.flush().unwrap();
    let mut deflated = encoder.get_ref().clone();
    assert!(deflated.ends_with(&[0, 0, 0xFF, 0xFF]));
    deflated.truncate(deflated.len() - 4);
    deflated
}

fn inflated(bytes: &[u8]) -> Vec<u8> {
    let bytes = [bytes, &[0, 0, 0xFF, 0xFF, 0x03, 0x00]].concat();
    let mut inflated = Vec::new();
    DeflateDecoder::new(&*bytes).read_to_end(&mut inflated).unwrap();
    inflated
}

const OFFER: &str = "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n";

#[tokio::test]
async fn messages_are_compressed_where_both_like_and_each_for_itself() {
    let options = Options { deflate: Some(Deflate::default()), ..Options::default() };
    let address = serve(app(options)).await;
    let (mut client, head) = Client::open_with(address, "/", OFFER).await;
    let agreed =
        "sec-websocket-extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";
    assert!(head.contains(agreed), "{head}");
    let text = "the same again and again, ".repeat(40);
    for _ in 0..2 {
        let message = deflated(text.as_bytes());
        let (first, second) = message.split_at(10);
        client.frame(0x41, first).await;
        client.frame(0x80, second).await;
        let (first, payload) = client.next().await.unwrap();
        assert_eq!((first, &*inflated(&payload)), (0xC1, text.as_bytes()));
        assert!(payload.len() < 100, "{}", payload.len());
    }
    // what is short is sent as it is, either way
    client.text("short").await;
    client.hears("short").await;
    client.frame(0xC1, b"\x00").await; // empty
    client.hears("").await;
}

#[tokio::test]
async fn nothing_is_compressed_where_one_does_not_like() {
    let deflates = || Options { deflate: Some(Deflate::default()), ..Options::default() };
    for (options, offer) in [
        (Options::default(), OFFER),
        (deflates(), ""),
        (deflates(), "sec-websocket-extensions: permessage-deflate; unheard_of\r\n"),
        (deflates(), "sec-websocket-extensions: permessage-deflate; server_max_window_bits=16\r\n"),
        (deflates(), "sec-websocket-extensions: x-webkit-deflate-frame\r\n"),
    ] {
        let (mut client, head) = Client::open_with(serve(app(options)).await, "/", offer).await;
        assert!(!head.contains("sec-websocket-extensions"), "{offer}: {head}");
        client.text(&"x".repeat(500)).await;
        client.hears(&"x".repeat(500)).await;
        client.frame(0xC1, &deflated(b"hi")).await;
        client.hears_close(1002).await;
    }
}

#[tokio::test]
async fn a_small_message_that_inflates_beyond_the_limit_closes() {
    let options = Options { message: 100_000, deflate: Some(Deflate::default()), ..Options::default() };
    let address = serve(app(options)).await;
    let (mut client, _) = Client::open_with(address, "/", OFFER).await;
    client.frame(0xC2, &deflated(&vec![0; 100_000])).await;
    let (_, payload) = client.next().await.unwrap();
    assert_eq!(inflated(&payload).len(), 100_000);
    let bomb = deflated(&vec![0; 10 << 20]);
    assert!(bomb.len() < 20_000);
    client.frame(0xC2, &bomb).await;
    client.hears_close(1009).await;
    for (wrong, code) in [(&b"\x06\xFF\xFF\xFF"[..], 1007), (&deflated(b"\xFF\xFE")[..], 1007)] {
        let (mut client, _) = Client::open_with(address, "/", OFFER).await;
        client.frame(0xC1, wrong).await;
        client.hears_close(code).await;
    }
}

#[tokio::test]
async fn a_handler_that_fails_or_panics_closes_with_1011_and_one_that_ends_with_1000() {
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let app = app(Options::default()).on_error(move |error, ctx| {
        tell.send(format!("{} {}: {error}", ctx.method(), ctx.url())).unwrap();
    });
    let address = serve(app).await;
    for (word, code, event) in [
        ("fail", 1011, Some("GET /a?b: as it was told")),
        ("panic", 1011, Some("GET /a?b: the handler of a WebSocket panicked: as it was told")),
        ("end", 1000, None),
    ] {
        let (mut client, _) = Client::open_with(address, "/a?b", "").await;
        client.text(word).await;
        // what went wrong is nobody's business
        assert_eq!(client.is_closed_with(code).await, "");
        if let Some(event) = event {
            assert_eq!(told.recv().await.as_deref(), Some(event));
        }
    }
    // and what clients do is no event
    let mut client = Client::open(address).await;
    client.frame(0x83, b"").await;
    client.hears_close(1002).await;
    drop(Client::open(address).await);
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(told.try_recv().is_err());
}

#[test]
fn a_message_is_text_or_bytes_by_what_it_is_made_of() {
    for (message, text) in [
        (Message::from("a"), Some("a")),
        (Message::from("a".to_owned()), Some("a")),
        (Message::from(vec![b'a']), None),
        (Message::from(Bytes::from_static(b"a")), None),
    ] {
        assert_eq!((message.as_text(), message.as_bytes()), (text, &b"a"[..]));
    }
}
