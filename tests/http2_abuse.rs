//! What a client may do to HTTP/2, over raw sockets and with frames written by hand: plain hyper is asked the same each time.

use std::{
    convert::Infallible,
    future::Future,
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use koa_runtime::{Limits, prelude::*};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::{sleep, timeout},
};

// types of frames
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;

// flags
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;

// errors
const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const FRAME_SIZE_ERROR: u32 = 6;
const COMPRESSION_ERROR: u32 = 9;
const ENHANCE_YOUR_CALM: u32 = 11;

/// `GET / http://a`, in HPACK: three from the static table, and one literal.
const GET: &[u8] = &[0x82, 0x86, 0x84, 0x01, 1, b'a'];
/// The same with POST.
const POST: &[u8] = &[0x83, 0x86, 0x84, 0x01, 1, b'a'];

#[middleware]
async fn answer(ctx: &mut Context) -> Result<String> {
    if ctx.method() == "POST" {
        return Ok(format!("{} bytes", ctx.request.bytes(1 << 20).await?.len()));
    }
    match ctx.path() {
        "/large" => return Ok("x".repeat(1 << 20)),
        "/slow" => sleep(Duration::from_millis(500)).await,
        _ => {}
    }
    Ok("here".to_owned())
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn ours(limits: Limits) -> SocketAddr {
    let (listener, address) = listener().await;
    let mut app = Application::new(pipeline![answer]);
    app.settings_mut().silent = true;
    tokio::spawn(app.serve(listener).limits(limits));
    address
}

/// What there is without this crate.
async fn plain_hyper() -> SocketAddr {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let answer = hyper::service::service_fn(|_| async {
                sleep(Duration::from_millis(1)).await;
                Ok::<_, Infallible>(http::Response::new(Full::new(Bytes::from_static(b"here"))))
            });
            let http = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
            tokio::spawn(http.serve_connection(TokioIo::new(stream), answer));
        }
    });
    address
}

#[derive(Debug)]
struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    fn number(&self, at: usize) -> u32 {
        u32::from_be_bytes(self.payload[at..at + 4].try_into().unwrap())
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

fn settings(settings: &[(u16, u32)]) -> Vec<u8> {
    let payload: Vec<u8> =
        settings.iter().flat_map(|(name, value)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat()).collect();
    frame(SETTINGS, 0, 0, &payload)
}

fn get(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_HEADERS | END_STREAM, stream, GET)
}

fn get_path(stream: u32, path: &str) -> Vec<u8> {
    // the name from the static table, the value a literal
    let block = [&[0x82, 0x86, 0x01, 1, b'a', 0x04, u8::try_from(path.len()).unwrap()], path.as_bytes()].concat();
    frame(HEADERS, END_HEADERS | END_STREAM, stream, &block)
}

struct Raw {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Raw {
    /// A connection with the preface and these settings.
    async fn open(address: SocketAddr, ours: &[(u16, u32)]) -> Self {
        let mut raw = Self { stream: TcpStream::connect(address).await.unwrap(), read: Vec::new() };
        raw.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
        raw.send(&settings(ours)).await;
        raw
    }

    /// Sends, whether or not anybody still listens.
    async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next frame; `None` once the connection has ended.
    async fn next(&mut self) -> Option<Frame> {
        loop {
            if let [a, b, c, kind, flags, ..] = *self.read
                && self.read.len() >= 9
            {
                let length = u32::from_be_bytes([0, a, b, c]) as usize;
                if self.read.len() >= 9 + length {
                    let bytes: Vec<u8> = self.read.drain(..9 + length).collect();
                    let stream = u32::from_be_bytes(bytes[5..9].try_into().unwrap());
                    return Some(Frame { kind, flags, stream, payload: bytes[9..].to_vec() });
                }
            }
            let read = timeout(Duration::from_secs(10), self.stream.read_buf(&mut self.read)).await;
            if matches!(read.expect("a frame, or the end"), Ok(0) | Err(_)) {
                return None;
            }
        }
    }

    async fn until(&mut self, kind: u8, stream: u32) -> Option<Frame> {
        while let Some(frame) = self.next().await {
            if frame.kind == kind && frame.stream == stream {
                return Some(frame);
            }
        }
        None
    }

    /// How the connection ends: with this error of GOAWAY, if with any.
    async fn end(&mut self) -> Option<u32> {
        let mut error = None;
        while let Some(frame) = self.next().await {
            if frame.kind == GOAWAY {
                error = Some(frame.number(4));
            }
        }
        error
    }

    /// Whether a request is answered here.
    async fn is_served(&mut self, stream: u32) -> bool {
        self.send(&get(stream)).await;
        // 200 is the eighth of the static table
        self.until(HEADERS, stream).await.is_some_and(|frame| frame.payload.first() == Some(&0x88))
    }
}

async fn others_are_served(address: SocketAddr) {
    let start = Instant::now();
    assert!(Raw::open(address, &[]).await.is_served(1).await);
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
}

/// Does the same to ours and to hyper, and asks ours whether others are served.
async fn to_both<F: Future<Output = ()>>(abuse: impl Fn(SocketAddr, &'static str) -> F) {
    for (address, whose) in [(plain_hyper().await, "hyper"), (ours(Limits::default()).await, "ours")] {
        abuse(address, whose).await;
        others_are_served(address).await;
    }
}

#[tokio::test]
async fn a_request_is_answered() {
    to_both(|address, _| async move {
        let mut raw = Raw::open(address, &[]).await;
        assert!(raw.is_served(1).await);
        assert_eq!(raw.until(DATA, 1).await.unwrap().payload, b"here");
        assert!(raw.is_served(3).await);
    })
    .await;
}

#[tokio::test]
async fn a_preface_that_is_none_is_refused() {
    let address = ours(Limits::default()).await;
    for preface in ["PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX", "PRI / HTTP/2.0\r\n\r\n"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(preface.as_bytes()).await.unwrap();
        let mut said = Vec::new();
        let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut said)).await.expect("it is closed");
        let said = String::from_utf8_lossy(&said);
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400 "), "{preface:?}: {read:?} {said}");
    }
    others_are_served(address).await;
}

#[tokio::test]
async fn each_breach_of_the_protocol_ends_the_connection_with_its_error() {
    const FRAME: [u32; 2] = [FRAME_SIZE_ERROR, PROTOCOL_ERROR];
    const COMPRESSION: [u32; 2] = [COMPRESSION_ERROR, PROTOCOL_ERROR];
    let large = vec![0; (16 << 10) + 1];
    // more padding than there is
    let padded = [&[200], GET].concat();
    // where there are two, hyper says the second
    let breaches: Vec<(&str, Vec<u8>, &[u32])> = vec![
        ("push is neither on nor off", settings(&[(2, 2)]), &[PROTOCOL_ERROR]),
        ("a window beyond the largest", settings(&[(4, 1 << 31)]), &[FLOW_CONTROL_ERROR, PROTOCOL_ERROR]),
        ("a frame size below the smallest", settings(&[(5, 1)]), &[PROTOCOL_ERROR]),
        ("settings of five bytes", frame(SETTINGS, 0, 0, &[0; 5]), &FRAME),
        ("settings of a stream", frame(SETTINGS, 0, 1, &[]), &[PROTOCOL_ERROR]),
        ("an acknowledgement that says something", frame(SETTINGS, ACK, 0, &[0; 6]), &FRAME),
        ("a frame larger than agreed", frame(DATA, 0, 1, &large), &FRAME),
        ("headers larger than agreed", frame(HEADERS, END_HEADERS, 1, &large), &FRAME),
        ("a ping of seven bytes", frame(PING, 0, 0, &[0; 7]), &FRAME),
        ("a ping of a stream", frame(PING, 0, 1, &[0; 8]), &[PROTOCOL_ERROR]),
        ("a stream of the server's", get(2), &[PROTOCOL_ERROR]),
        ("headers of no stream", get(0), &[PROTOCOL_ERROR]),
        ("data of no stream", frame(DATA, 0, 0, b"x"), &[PROTOCOL_ERROR]),
        ("data before headers", frame(DATA, 0, 1, b"x"), &[PROTOCOL_ERROR]),
        ("a reset before headers", frame(RST_STREAM, 0, 1, &[0; 4]), &[PROTOCOL_ERROR]),
        ("a reset of three bytes", [get(1), frame(RST_STREAM, 0, 1, &[0; 3])].concat(), &FRAME),
        ("a window for what has not begun", frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]), &[PROTOCOL_ERROR]),
        ("a window larger by nothing", frame(WINDOW_UPDATE, 0, 0, &[0; 4]), &[PROTOCOL_ERROR]),
        ("a window of three bytes", frame(WINDOW_UPDATE, 0, 0, &[0; 3]), &FRAME),
        (
            "a window beyond the largest, by and by",
            frame(WINDOW_UPDATE, 0, 0, &[0x7f, 255, 255, 255]),
            &[FLOW_CONTROL_ERROR],
        ),
        ("a promise of the client's", frame(PUSH_PROMISE, END_HEADERS, 1, &[0, 0, 0, 2]), &[PROTOCOL_ERROR]),
        ("a continuation of nothing", frame(CONTINUATION, END_HEADERS, 1, GET), &[PROTOCOL_ERROR]),
        (
            "headers that something else breaks into",
            [frame(HEADERS, END_STREAM, 1, GET), frame(PING, 0, 0, &[0; 8])].concat(),
            &[PROTOCOL_ERROR],
        ),
        ("an index of no table", frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0xff, 0xff, 0x7f]), &COMPRESSION),
        (
            "a text that ends nowhere",
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0x82, 0x40, 0x7f, b'a']),
            &COMPRESSION,
        ),
        (
            "a table larger than agreed",
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &[0x3f, 0xe1, 0xff, 0x07]),
            &COMPRESSION,
        ),
        (
            "more padding than there is",
            frame(HEADERS, END_HEADERS | END_STREAM | PADDED, 1, &padded),
            &[PROTOCOL_ERROR],
        ),
        // RFC 9113 §8.2.1 has this end the stream alone
        (
            "a name in capitals",
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &[GET, &[0x00, 1, b'B', 1, b'c']].concat()),
            &[PROTOCOL_ERROR],
        ),
        ("streams backwards", [get(5), get(3)].concat(), &[PROTOCOL_ERROR]),
    ];
    to_both(|address, whose| {
        let breaches = &breaches;
        async move {
            for (what, bytes, errors) in breaches {
                let mut raw = Raw::open(address, &[]).await;
                raw.send(bytes).await;
                let error = raw.end().await;
                assert!(error.is_some_and(|error| errors.contains(&error)), "{whose}: {what}: {error:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_malformed_request_is_reset_and_the_connection_goes_on() {
    let malformed: Vec<(&str, Vec<u8>)> = vec![
        ("no method", vec![0x86, 0x84, 0x01, 1, b'a']),
        ("no path", vec![0x82, 0x86, 0x01, 1, b'a']),
        ("a path twice", [GET, &[0x84]].concat()),
        ("an empty path", vec![0x82, 0x86, 0x04, 0, 0x01, 1, b'a']),
        ("a pseudo header of replies", [GET, &[0x88]].concat()),
        ("a pseudo header behind another", [&[0x00, 1, b'b', 1, b'c'], GET].concat()),
        ("a header of connections", [GET, b"\x00\x0aconnection\x05close"].concat()),
        ("another coding", [GET, b"\x00\x11transfer-encoding\x07chunked"].concat()),
        ("te beyond trailers", [GET, b"\x00\x02te\x04gzip"].concat()),
        ("a length that is none", [GET, b"\x00\x0econtent-length\x01x"].concat()),
        ("a length without a body", [GET, b"\x00\x0econtent-length\x015"].concat()),
    ];
    to_both(|address, whose| {
        let malformed = &malformed;
        async move {
            let mut raw = Raw::open(address, &[]).await;
            for ((what, block), stream) in malformed.iter().zip((1..).step_by(2)) {
                raw.send(&frame(HEADERS, END_HEADERS | END_STREAM, stream, block)).await;
                let told = loop {
                    let frame = raw.next().await.unwrap_or_else(|| panic!("{whose}: {what}: the connection ended"));
                    if frame.stream == stream {
                        break frame;
                    }
                };
                // the status as a number of the static table, or as a literal of its name
                let is_refused = told.kind == HEADERS && (told.payload[0] == 0x8c || told.payload[0] & 0x0f == 8);
                assert!(told.kind == RST_STREAM || is_refused, "{whose}: {what}: {told:?}");
            }
            assert!(raw.is_served(1001).await, "{whose}");
        }
    })
    .await;
}

/// Sends `bytes` again and again and reads nothing: how many of them are taken, before the connection ends or nothing goes out any more.
async fn flood(raw: &mut Raw, bytes: &[u8], most: usize) -> usize {
    let mut taken = 0;
    while taken < most {
        match timeout(Duration::from_secs(1), raw.stream.write(bytes)).await {
            Ok(Ok(written)) => taken += written,
            Ok(Err(_)) | Err(_) => break,
        }
    }
    taken
}

#[tokio::test]
async fn headers_without_end_are_more_than_it_bears() {
    to_both(|address, whose| async move {
        let mut raw = Raw::open(address, &[]).await;
        raw.send(&frame(HEADERS, END_STREAM, 1, GET)).await;
        // names and values that no table shortens
        let field = [b"\x00\x04name\x7f\x09", &[b'x'; 136][..]].concat();
        let some = frame(CONTINUATION, 0, 1, &field.repeat(100));
        let taken = flood(&mut raw, &some, 256 << 20).await;
        assert!(taken < 32 << 20, "{whose}: {taken} bytes");
        assert_eq!(raw.end().await.unwrap_or(ENHANCE_YOUR_CALM), ENHANCE_YOUR_CALM, "{whose}");
    })
    .await;
}

#[tokio::test]
async fn continuations_of_nothing_are_more_than_it_bears() {
    to_both(|address, whose| async move {
        let mut raw = Raw::open(address, &[]).await;
        raw.send(&frame(HEADERS, END_STREAM, 1, GET)).await;
        let taken = flood(&mut raw, &frame(CONTINUATION, 0, 1, &[]).repeat(1000), 256 << 20).await;
        assert!(taken < 32 << 20, "{whose}: {taken} bytes");
        assert_eq!(raw.end().await.unwrap_or(ENHANCE_YOUR_CALM), ENHANCE_YOUR_CALM, "{whose}");
    })
    .await;
}

/// A bomb: an entry of the table of 4 KB, named by a byte each, is megabytes in kilobytes.
#[tokio::test]
async fn headers_that_unpack_to_more_than_there_may_be_are_a_431() {
    to_both(|address, whose| async move {
        let entry = [b"\x40\x01x\x7f\xa1\x1e", &[b'y'; 4000][..]].concat();
        let bomb = |times: usize| {
            let block = [GET, &entry, &*vec![0xbe; times]].concat();
            frame(HEADERS, END_HEADERS | END_STREAM, 1, &block)
        };
        let mut raw = Raw::open(address, &[]).await;
        // hyper's own limit is 16 KiB, and ours 128
        raw.send(&bomb(if whose == "hyper" { 5 } else { 40 })).await;
        let told = raw.until(HEADERS, 1).await.unwrap();
        // the name from the table, the value in Huffman's code
        assert_eq!(told.payload[..5], *b"\x48\x83\x69\x90\xff", "{whose}: {told:?}");
        assert!(raw.is_served(3).await, "{whose}");
        // and forty megabytes are no request
        let mut raw = Raw::open(address, &[]).await;
        raw.send(&bomb(10_000)).await;
        assert_eq!(raw.end().await, Some(ENHANCE_YOUR_CALM), "{whose}");
    })
    .await;
}

/// CVE-2023-44487.
#[tokio::test]
async fn requests_that_are_reset_at_once_are_more_than_it_bears() {
    to_both(|address, whose| async move {
        let mut raw = Raw::open(address, &[]).await;
        let mut all = Vec::new();
        for stream in (1..2000).step_by(2) {
            all.extend([get(stream), frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat());
        }
        raw.send(&all).await;
        assert_eq!(raw.end().await, Some(ENHANCE_YOUR_CALM), "{whose}");
    })
    .await;
}

/// As many as it is set to bear, which plain hyper has a number of its own for.
#[tokio::test]
async fn as_many_may_be_reset_as_there_is_set() {
    for (resets, end) in [(5, Some(ENHANCE_YOUR_CALM)), (1000, None)] {
        let address = ours(Limits { resets, ..Limits::default() }).await;
        let mut raw = Raw::open(address, &[]).await;
        let reset = |stream: u32| [get(stream), frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat();
        // all at once, so that none of them has got as far as a layer
        raw.send(&(1..200).step_by(2).flat_map(reset).collect::<Vec<_>>()).await;
        if end.is_some() {
            assert_eq!(raw.end().await, end);
        } else {
            assert!(raw.is_served(201).await);
        }
    }
}

/// CVE-2025-8671, "made you reset": the client breaches the protocol on its streams, and the server resets them.
#[tokio::test]
async fn requests_that_the_server_has_to_reset_are_more_than_it_bears() {
    to_both(|address, whose| async move {
        let mut raw = Raw::open(address, &[]).await;
        for stream in (1..8000).step_by(2) {
            raw.send(&[get(stream), frame(WINDOW_UPDATE, 0, stream, &[0; 4])].concat()).await;
        }
        let error = raw.end().await;
        assert!(matches!(error, Some(ENHANCE_YOUR_CALM | PROTOCOL_ERROR)), "{whose}: {error:?}");
    })
    .await;
}

#[tokio::test]
async fn what_has_to_be_answered_is_not_taken_while_the_client_reads_nothing() {
    to_both(|address, whose| async move {
        for flooding in [frame(PING, 0, 0, &[0; 8]), settings(&[(4, 65_535)]), settings(&[])] {
            let mut raw = Raw::open(address, &[]).await;
            let taken = flood(&mut raw, &flooding.repeat(500), 256 << 20).await;
            assert!(taken < 64 << 20, "{whose}: {taken} bytes of {flooding:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn data_of_nothing_is_more_than_it_bears() {
    to_both(|address, whose| async move {
        let mut raw = Raw::open(address, &[]).await;
        raw.send(&frame(HEADERS, END_HEADERS, 1, POST)).await;
        let taken = flood(&mut raw, &frame(DATA, 0, 1, &[]).repeat(1000), 256 << 20).await;
        assert!(taken < 64 << 20, "{whose}: {taken} bytes");
        let error = raw.end().await;
        assert_eq!(error.unwrap_or(ENHANCE_YOUR_CALM), ENHANCE_YOUR_CALM, "{whose}");
    })
    .await;
}

#[tokio::test]
async fn what_nobody_knows_is_passed_over() {
    to_both(|address, whose| async move {
        let mut raw = Raw::open(address, &[(0x99, 7)]).await;
        raw.send(&frame(0x77, 0xff, 0, b"unknown")).await;
        raw.send(&frame(PRIORITY, 0, 1, &[0, 0, 0, 0, 16])).await;
        raw.send(&frame(PING, 0xfe, 0, b"8 bytes!")).await;
        let pong = raw.until(PING, 0).await.unwrap();
        assert_eq!((pong.flags & ACK, &*pong.payload), (ACK, &b"8 bytes!"[..]), "{whose}");
        assert!(raw.is_served(3).await, "{whose}");
    })
    .await;
}

#[tokio::test]
async fn more_streams_than_there_may_be_are_refused() {
    let address = ours(Limits { streams: 3, ..Limits::default() }).await;
    let mut raw = Raw::open(address, &[]).await;
    let told = raw.until(SETTINGS, 0).await.unwrap();
    assert!(told.payload.chunks(6).any(|setting| setting == [0, 3, 0, 0, 0, 3]), "{told:?}");
    raw.send(&frame(SETTINGS, ACK, 0, &[])).await;
    // at once, so that the first is not done before the last is there
    raw.send(&[1, 3, 5, 7].map(|stream| get_path(stream, "/slow")).concat()).await;
    let refused = raw.until(RST_STREAM, 7).await.unwrap();
    assert_eq!(refused.number(0), 7, "REFUSED_STREAM");
    assert!(raw.until(HEADERS, 5).await.is_some());
}

/// What is sent fits the windows, whatever the client makes of them.
#[tokio::test]
async fn no_more_is_sent_than_the_window_has_room_for() {
    let address = ours(Limits::default()).await;
    let mut raw = Raw::open(address, &[(4, 10)]).await;
    raw.send(&get_path(1, "/large")).await;
    assert_eq!(raw.until(DATA, 1).await.unwrap().payload.len(), 10);
    // below zero: another ten bytes are not enough
    raw.send(&settings(&[(4, 0)])).await;
    raw.send(&frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 15])).await;
    assert_eq!(raw.until(DATA, 1).await.unwrap().payload.len(), 5);
    assert!(raw.is_served(3).await, "others of the connection go on");
}

/// See `docs/known-limits.md`.
#[tokio::test]
async fn a_window_that_is_never_opened_is_waited_for_as_long_as_the_client_answers() {
    // as long as this client may take to answer a ping, on a busy machine
    const SHORT: Duration = Duration::from_millis(800);
    let address = ours(Limits { head: SHORT, keep_alive: SHORT, grace: SHORT, ..Limits::default() }).await;
    let mut raw = Raw::open(address, &[(4, 0)]).await;
    raw.send(&get_path(1, "/large")).await;
    let (start, mut pings, mut goaways) = (Instant::now(), 0, 0);
    while pings < 4 || goaways == 0 {
        assert!(start.elapsed() < SHORT * 20, "{pings} pings and {goaways} words of farewell");
        let frame = raw.next().await.expect("it is kept");
        assert_ne!(frame.kind, DATA);
        goaways += u32::from(frame.kind == GOAWAY);
        if frame.kind == PING && frame.flags & ACK == 0 {
            pings += 1;
            raw.send(&frame_of_pong(&frame)).await;
        }
    }
    // longer than it would be kept otherwise, and told to ask no more; and one that does not is left
    let start = Instant::now();
    while raw.next().await.is_some() {}
    assert!(start.elapsed() < SHORT * 12, "{:?}", start.elapsed());
}

fn frame_of_pong(ping: &Frame) -> Vec<u8> {
    frame(PING, ACK, 0, &ping.payload)
}

#[tokio::test]
async fn a_server_that_ends_says_so_and_answers_what_it_has() {
    let (listener, address) = listener().await;
    let (end, ended) = oneshot::channel::<()>();
    let server =
        Application::new(pipeline![answer]).serve(listener).with_graceful_shutdown(async { drop(ended.await) });
    let server = tokio::spawn(server);
    let mut raw = Raw::open(address, &[]).await;
    raw.send(&get_path(1, "/slow")).await;
    sleep(Duration::from_millis(100)).await;
    end.send(()).unwrap();
    let goaway = raw.until(GOAWAY, 0).await.unwrap();
    assert_eq!((goaway.number(0), goaway.number(4)), (0x7fff_ffff, 0), "nothing of what is on its way is lost");
    // one that was on its way
    raw.send(&get(3)).await;
    let ping = raw.until(PING, 0).await.unwrap();
    raw.send(&frame_of_pong(&ping)).await;
    let mut answered = Vec::new();
    while let Some(frame) = raw.next().await {
        match frame.kind {
            HEADERS => answered.push(frame.stream),
            GOAWAY => assert_eq!((frame.number(0), frame.number(4)), (3, 0)),
            _ => {}
        }
    }
    answered.sort_unstable();
    assert_eq!(answered, [1, 3]);
    server.await.unwrap().unwrap();
}
