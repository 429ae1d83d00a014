//! Frames of a hostile client, over a connection that is a pair of buffers.

use std::{
    sync::{
        Once,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use koa_runtime::{
    prelude::*,
    websocket::{CloseCode, Deflate, Options, WebSocket},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    runtime::Builder,
    time::timeout,
};

use crate::Target;

pub(crate) const TARGET: Target = Target {
    name: "websocket",
    run,
    seeds: &[
        b"\x07\x81\x85\0\0\0\0hello\x88\x82\0\0\0\0\x03\xE8",
        b"\x81\x01\x82\0\0\0\0he\x89\x81\0\0\0\0x\x80\x83\0\0\0\0llo",
        b"\xFF\xC1\x87\0\0\0\0\xCA\x48\xCD\xC9\xC9\x07\x00\x82\xFE\x00\x80\x01\x02\x03\x04",
        b"\x83\x82\xFF\0\0\0\0\0\x01\0\0\x01\x02\x03\x04",
    ],
    words: &["\u{81}", "\u{82}", "\0\0\0\0", "\u{fe}", "\u{ff}", "\u{3}\u{e8}", "\u{e4}", "\u{1f600}"],
};

/// Whether anything has panicked: the task of a WebSocket keeps it to itself.
static PANICKED: AtomicBool = AtomicBool::new(false);

#[middleware]
async fn echo(#[config] options: &Options, ctx: &mut Context) -> Result {
    ctx.websocket(options.clone(), async |mut socket: WebSocket| {
        while let Some(message) = socket.recv().await? {
            assert!(message.len() <= 4000, "a message beyond the limit");
            socket.send(message).await?;
        }
        Ok(())
    })
}

fn run(data: &[u8]) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICKED.store(true, Relaxed);
            hook(panic);
        }));
    });
    let [flags, data @ ..] = data else { return };
    let (deflates, piece) = (flags & 0x80 != 0, usize::from(flags & 0x7F).max(1));
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let said = runtime.block_on(async { timeout(Duration::from_secs(10), talk(data, deflates, piece)).await });
    let said = said.expect("it ends when its client does");
    assert!(!PANICKED.load(Relaxed), "the task of a WebSocket panicked");
    check(&said, deflates);
}

/// Says all of it in pieces, and hears what comes back.
async fn talk(data: &[u8], deflates: bool, piece: usize) -> Vec<u8> {
    let options =
        Options { message: 4000, frame: 3000, deflate: deflates.then(Deflate::default), ..Options::default() };
    let (client, server) = duplex(16 << 10);
    let service = Application::new(pipeline![echo(options)]).callback();
    tokio::spawn(async move {
        let _ = http1::Builder::new().serve_connection(TokioIo::new(server), service).with_upgrades().await;
    });
    let (mut reads, mut writes) = tokio::io::split(client);
    let handshake =
        b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n";
    writes.write_all(handshake).await.expect("it is taken");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(reads.read_u8().await.expect("the whole head"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "));
    let mut said = Vec::new();
    let speaks = async {
        for piece in data.chunks(piece) {
            if writes.write_all(piece).await.is_err() {
                break;
            }
        }
        let _ = writes.shutdown().await;
    };
    let hears = async {
        let _ = reads.read_to_end(&mut said).await;
    };
    tokio::join!(speaks, hears);
    said
}

/// Whole frames of a server, of which a close is the last.
fn check(mut said: &[u8], deflates: bool) {
    let mut has_closed = false;
    while let [first, second, rest @ ..] = said {
        assert!(!has_closed, "something comes behind a close");
        assert!(*second < 0x80, "a server does not mask");
        assert!(first & 0x30 == 0 && (deflates || first & 0x40 == 0), "a reserved bit");
        let (length, rest) = match second {
            126 => match rest {
                [a, b, rest @ ..] => (usize::from(u16::from_be_bytes([*a, *b])), rest),
                _ => return,
            },
            127 => panic!("a message beyond the limit"),
            length => (usize::from(*length), rest),
        };
        // the client has gone in the middle of it
        let Some((payload, rest)) = rest.split_at_checked(length) else { return };
        match first & 0x0F {
            1 => assert!(first & 0x40 != 0 || std::str::from_utf8(payload).is_ok(), "a text that is none"),
            2 => {}
            8 => {
                has_closed = true;
                if let [high, low, reason @ ..] = payload {
                    assert!(CloseCode::new(u16::from_be_bytes([*high, *low])).is_some());
                    assert!(std::str::from_utf8(reason).is_ok());
                }
            }
            10 => assert!(length <= 125),
            opcode => panic!("a server does not say {opcode}"),
        }
        said = rest;
    }
}
