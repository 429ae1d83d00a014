//! A WebSocket over HTTP/2 (RFC 8441): as one over HTTP/1.1, and several on one connection.

use std::{io::Write as _, time::Duration};

use bytes::Bytes;
use flate2::{Compression, write::DeflateEncoder};
use h2::{Reason, client::Builder};
use http::{Method, Request, Version};
use koa_runtime::{
    Limits,
    prelude::*,
    websocket::{Deflate, Options, WebSocket},
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    time::{Instant, sleep, timeout},
};

use crate::{
    client::{BINARY, CLOSE, Client, LONG, PING, PONG, frame, serve, serve_within},
    eventually::eventually,
    http2_client::{Http2, extended},
};

type Tell = mpsc::UnboundedSender<String>;

/// Says again what it hears, and tells how it ends.
#[middleware]
async fn echo(#[config] options: &Options, ctx: &mut Context, tell: &Tell) -> Result {
    let tell = tell.clone();
    ctx.websocket(options.clone(), async move |mut socket: WebSocket| {
        let ended = loop {
            match socket.recv().await {
                // it may have gone since
                Ok(Some(message)) => drop(socket.send(message).await),
                Ok(None) => break "over".to_owned(),
                Err(why) => break format!("{why:?}"),
            }
        };
        // where somebody wants to know
        let _ = tell.send(ended);
        Ok(())
    })
}

/// What it sees of a request, and of its reply.
#[middleware]
async fn seen(tell: &Tell, ctx: &mut Context, next: Next) -> Result {
    let asked = format!("{} {} {:?} {}", ctx.method(), ctx.path(), ctx.request.version(), ctx.get("upgrade"));
    next.run(ctx).await?;
    tell.send(format!("{asked} -> {}", ctx.status().as_u16())).unwrap();
    Ok(())
}

#[middleware]
async fn page() -> &'static str {
    "a page"
}

#[middleware]
async fn nothing(ctx: &mut Context) {
    ctx.set_status(204);
}

#[middleware]
async fn gone(ctx: &mut Context) {
    ctx.redirect("/ws");
}

/// Opens one, and then says that all is well.
#[middleware]
async fn well(ctx: &mut Context) -> Result {
    ctx.websocket(Options::default(), async |_socket| Ok(()))?;
    ctx.set_status(200);
    Ok(())
}

fn app(options: Options) -> (Application, mpsc::UnboundedReceiver<String>) {
    let (tell, told) = mpsc::unbounded_channel();
    let mut app = Application::new(pipeline![
        provide(tell),
        routes! {
            GET "/ws" => echo(options),
            GET "/page" => page,
            GET "/nothing" => nothing,
            GET "/gone" => gone,
            GET "/well" => well,
            POST "/post" => page,
        }
    ]);
    app.settings_mut().silent = true;
    (app, told)
}

async fn told(told: &mut mpsc::UnboundedReceiver<String>) -> String {
    timeout(LONG, told.recv()).await.expect("in time").expect("something")
}

#[tokio::test]
async fn the_server_announces_them_and_a_route_of_get_has_them() {
    let (app, mut ends) = app(Options::default());
    let address = serve(app).await;
    let http2 = Http2::connect(address).await;
    assert!(http2.is_announced());
    let asked = http2.shake("/ws?a=b", &[]).await;
    assert_eq!(asked.status, 200);
    for name in ["sec-websocket-accept", "upgrade", "connection", "content-length", "sec-websocket-extensions"] {
        assert_eq!(asked.header(name), None, "{name}");
    }
    let mut client = asked.open();
    for length in [0, 125, 65_536, 1 << 20] {
        client.text(&"x".repeat(length)).await;
        client.hears(&"x".repeat(length)).await;
    }
    client.frame(PING, b"there?").await;
    assert_eq!(client.next().await, Some((PONG, b"there?".to_vec())));
    client.frame(CLOSE, &1000_u16.to_be_bytes()).await;
    client.hears_close(1000).await;
    assert_eq!(client.next().await, None);
    assert_eq!(told(&mut ends).await, "over");
}

#[tokio::test]
async fn layers_see_what_they_see_over_http1() {
    let (tell, mut heard) = mpsc::unbounded_channel();
    let options = Options::default();
    let address = serve(Application::new(pipeline![provide(tell), seen, routes! { GET "/ws" => echo(options) }])).await;
    let _one = Client::open_with(address, "/ws", "").await;
    assert_eq!(told(&mut heard).await, "GET /ws HTTP/1.1 WebSocket -> 101");
    let http2 = Http2::connect(address).await;
    let _two = http2.open("/ws").await;
    assert_eq!(told(&mut heard).await, "GET /ws HTTP/2.0 websocket -> 101");
}

#[tokio::test]
async fn what_asks_for_a_websocket_where_none_is_gets_no_200() {
    let (app, _ends) = app(Options::default());
    let http2 = Http2::connect(serve(app).await).await;
    for (path, status, says) in [
        ("/none", 404, "404"),
        ("/post", 405, "405"),
        ("/gone", 302, "Redirecting to /ws."),
        ("/page", 501, "there is no WebSocket here"),
        ("/nothing", 501, "there is no WebSocket here"),
        ("/well", 501, "there is no WebSocket here"),
    ] {
        let asked = http2.shake(path, &[]).await;
        assert_eq!(asked.status, status, "{path}");
        assert_eq!(asked.text().await, says, "{path}");
    }
    // and the connection lives on
    assert_eq!(http2.get("/page").await.text().await, "a page");
}

#[tokio::test]
async fn a_connect_that_asks_for_anything_else_is_not_implemented() {
    let (app, _ends) = app(Options::default());
    let http2 = Http2::connect(serve(app).await).await;
    for protocol in ["connect-udp", "websockets", "web socket", ""] {
        let asked = http2.ask(extended("/ws", protocol, &[])).await;
        assert_eq!(asked.status, 501, "{protocol}");
    }
    for to in ["a:443", "a"] {
        let tunnel = Request::builder().method(Method::CONNECT).uri(to).version(Version::HTTP_2).body(()).unwrap();
        let asked = http2.ask(tunnel).await;
        assert_eq!(asked.status, 501, "{to}");
        assert_eq!(asked.text().await, "CONNECT is not implemented");
    }
    // names of protocols know no case (RFC 9110 §7.8)
    assert_eq!(http2.ask(extended("/ws", "WebSocket", &[])).await.status, 200);
    // a GET asks for none, whatever it says
    assert_eq!(http2.get("/ws").await.status, 426);
}

#[tokio::test]
async fn a_handshake_is_looked_at_as_over_http1() {
    let options = Options { subprotocols: vec!["v2", "v1"], deflate: Some(Deflate::default()), ..Options::default() };
    let (app, _ends) = app(options);
    let http2 = Http2::connect(serve(app).await).await;
    for (header, status) in [
        (("sec-websocket-version", "8"), 426),
        (("sec-websocket-version", ""), 426),
        (("origin", "http://evil.example"), 403),
        (("origin", "null"), 403),
        (("origin", "http://a"), 200),
        (("host", "b"), 400),
    ] {
        let asked = http2.shake("/ws", &[header]).await;
        assert_eq!(asked.status, status, "{header:?}");
        assert_eq!(asked.header("sec-websocket-version"), (status == 426).then_some("13"));
    }
    let offers = [("sec-websocket-protocol", "v1, v2"), ("sec-websocket-extensions", "permessage-deflate")];
    let asked = http2.shake("/ws", &offers).await;
    assert_eq!(asked.header("sec-websocket-protocol"), Some("v2"));
    let agreed = asked.header("sec-websocket-extensions").unwrap_or_default();
    assert!(agreed.starts_with("permessage-deflate"), "{agreed}");
    let mut client = asked.open();
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&[b'x'; 1000]).unwrap();
    encoder.flush().unwrap();
    let deflated = encoder.get_ref().strip_suffix(&[0, 0, 0xFF, 0xFF]).unwrap();
    client.frame(BINARY | 0x40, deflated).await;
    let (first, payload) = client.next().await.expect("a frame");
    assert_eq!((first, payload.len() < 100), (BINARY | 0x40, true));
}

#[tokio::test]
async fn many_are_open_on_one_connection_beside_its_requests() {
    let (app, mut ends) = app(Options::default());
    let http2 = Http2::connect(serve(app).await).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(http2.open("/ws").await);
    }
    for (number, client) in clients.iter_mut().enumerate() {
        client.text(&number.to_string()).await;
    }
    assert_eq!(http2.get("/page").await.text().await, "a page");
    for (number, client) in clients.iter_mut().enumerate() {
        client.hears(&number.to_string()).await;
    }
    // one that breaks a rule is told so, and the others go on
    clients[0].raw(b"\x81\x00").await;
    assert_eq!(clients[0].is_closed_with(1002).await, "client frames must be masked");
    assert!(told(&mut ends).await.starts_with("Breach("));
    clients[1].text("still here").await;
    clients[1].hears("still here").await;
}

#[tokio::test]
async fn a_client_that_resets_or_ends_its_stream_has_vanished() {
    let (app, mut ends) = app(Options::default());
    let http2 = Http2::connect(serve(app).await).await;
    let mut asked = http2.shake("/ws", &[]).await;
    asked.send.send_reset(Reason::CANCEL);
    assert_eq!(told(&mut ends).await, "Lost(UnexpectedEof)");
    let mut asked = http2.shake("/ws", &[]).await;
    asked.send.send_data(Bytes::from(frame(BINARY, b"hi")), true).unwrap();
    assert_eq!(told(&mut ends).await, "Lost(UnexpectedEof)");
    let mut asked = http2.shake("/ws", &[]).await;
    asked.send.send_reset(Reason::PROTOCOL_ERROR);
    assert!(told(&mut ends).await.starts_with("Lost("));
    // all of a connection that goes away
    let one = http2.open("/ws").await;
    http2.connection.abort();
    assert!(told(&mut ends).await.starts_with("Lost("));
    drop(one);
}

#[tokio::test]
async fn each_counts_as_a_connection() {
    let (app, _ends) = app(Options::default());
    let address = serve_within(Limits { connections: 3, ..Limits::default() }, app).await;
    let http2 = Http2::connect(address).await;
    let mut open = vec![http2.open("/ws").await, http2.open("/ws").await];
    let refused = http2.shake("/ws", &[]).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    // a request is none
    assert_eq!(http2.get("/page").await.status, 200);
    open.pop();
    eventually(async || http2.shake("/ws", &[]).await.status == 200).await;
}

#[tokio::test]
async fn a_connection_has_no_more_of_them_than_streams() {
    let (app, _ends) = app(Options::default());
    let address = serve_within(Limits { streams: 2, ..Limits::default() }, app).await;
    let http2 = Http2::connect(address).await;
    let mut open = vec![http2.open("/ws").await, http2.open("/ws").await];
    // it is not even asked for, as the client knows
    assert!(timeout(Duration::from_millis(200), http2.shake("/ws", &[])).await.is_err());
    open.pop();
    timeout(LONG, http2.open("/ws")).await.expect("there is room again");
}

/// Sends until it cannot.
#[middleware]
async fn flood(#[config] options: &Options, ctx: &mut Context, tell: &Tell) -> Result {
    let tell = tell.clone();
    ctx.websocket(options.clone(), async move |socket: WebSocket| {
        let mut sent = 0;
        while socket.send(vec![0; 10_000]).await.is_ok() {
            sent += 10_000;
        }
        tell.send(sent.to_string()).unwrap();
        Ok(())
    })
}

#[tokio::test]
async fn a_client_that_opens_no_window_fills_a_queue_and_no_more_and_is_left() {
    let (tell, mut heard) = mpsc::unbounded_channel();
    let options = Options { queue: 100_000, stall: Duration::from_millis(500), ..Options::default() };
    let address = serve(Application::new(pipeline![provide(tell), flood(options)])).await;
    let mut client = Builder::new();
    client.initial_window_size(1000);
    let http2 = Http2::connect_as(address, &client).await;
    let asked = http2.shake("/", &[]).await;
    let sent: usize = told(&mut heard).await.parse().unwrap();
    // the queue, what is written ahead, and what hyper keeps of it
    assert!(sent < 300_000, "{sent}");
    drop(asked);
}

struct Served {
    http2: Http2,
    ends: mpsc::UnboundedReceiver<String>,
    end: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<Result>,
}

async fn served(options: Options, limits: Limits) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let (app, ends) = app(options);
    let server = app.serve(listener).limits(limits).with_graceful_shutdown(async { drop(ended.await) });
    let server = tokio::spawn(server.into_future());
    Served { http2: Http2::connect(address).await, ends, end, server }
}

#[tokio::test]
async fn when_the_server_ends_each_is_told_1001_and_its_stream_ends() {
    let Served { http2, mut ends, end, server } = served(Options::default(), Limits::default()).await;
    let (mut one, mut two) = (http2.open("/ws").await, http2.open("/ws").await);
    one.text("hi").await;
    one.hears("hi").await;
    end.send(()).unwrap();
    one.hears_close(1001).await;
    two.hears_close(1001).await;
    assert_eq!((told(&mut ends).await, told(&mut ends).await), ("over".to_owned(), "over".to_owned()));
    sleep(Duration::from_millis(100)).await;
    assert!(!server.is_finished());
    for mut client in [one, two] {
        client.frame(CLOSE, &1001_u16.to_be_bytes()).await;
        assert_eq!(client.next().await, None);
    }
    timeout(LONG, server).await.unwrap().unwrap().unwrap();
    timeout(LONG, http2.connection).await.expect("it is closed").unwrap().unwrap();
}

#[tokio::test]
async fn when_the_server_ends_a_client_that_does_not_answer_is_left() {
    let options = Options { close: Duration::from_millis(200), ..Options::default() };
    let Served { http2, end, server, .. } = served(options, Limits::default()).await;
    let mut client = http2.open("/ws").await;
    end.send(()).unwrap();
    client.hears_close(1001).await;
    timeout(LONG, server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_is_not_idle_while_one_is_open() {
    let limits = Limits { keep_alive: Duration::from_millis(300), ..Limits::default() };
    let Served { http2, end: _end, .. } = served(Options::default(), limits).await;
    let mut client = http2.open("/ws").await;
    let until = Instant::now() + Duration::from_millis(1200);
    while Instant::now() < until {
        client.text("still here").await;
        client.hears("still here").await;
        sleep(Duration::from_millis(50)).await;
    }
    // were it told to ask no more, this would not be sent
    assert_eq!(http2.get("/page").await.status, 200);
    client.frame(CLOSE, b"").await;
    assert_eq!(client.next().await, Some((CLOSE, Vec::new())));
    timeout(LONG, http2.connection).await.expect("now it is").unwrap().unwrap();
}
