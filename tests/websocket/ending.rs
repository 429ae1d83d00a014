//! How a WebSocket ends, and what happens to clients that are slow, silent or gone.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use koa_runtime::{
    prelude::*,
    websocket::{Broken, CloseCode, NotSent, Options, WebSocket},
};
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc, oneshot},
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    client::{CLOSE, Client, LONG, PING, PONG, TEXT, serve},
    eventually::eventually,
};

/// What a handler has come to.
type Tell = mpsc::UnboundedSender<String>;

#[middleware]
async fn listen(#[config] options: &Options, ctx: &mut Context, tell: &Tell) -> Result {
    let tell = tell.clone();
    ctx.websocket(options.clone(), async move |mut socket: WebSocket| {
        loop {
            let heard = match socket.recv().await {
                Ok(Some(message)) => format!("{:?}", message.as_text().unwrap_or("bytes")),
                Ok(None) => match socket.client_close() {
                    Some(close) => format!("closed {} {}", close.code, close.reason),
                    None => "over".to_owned(),
                },
                Err(why) => format!("{why:?}"),
            };
            let is_over = !heard.starts_with('"');
            tell.send(heard).unwrap();
            if is_over {
                return Ok(());
            }
        }
    })
}

fn app(options: Options) -> (Application, mpsc::UnboundedReceiver<String>) {
    let (tell, told) = mpsc::unbounded_channel();
    (Application::new(pipeline![provide(tell), listen(options)]), told)
}

async fn told(told: &mut mpsc::UnboundedReceiver<String>) -> String {
    timeout(LONG, told.recv()).await.expect("in time").expect("something")
}

#[tokio::test]
async fn a_client_that_says_goodbye_is_answered_with_its_code() {
    let (app, mut heard) = app(Options::default());
    let address = serve(app).await;
    let mut client = Client::open(address).await;
    client.text("hi").await;
    client.frame(CLOSE, b"\x0F\xA0bye").await;
    client.hears_close(4000).await;
    assert_eq!(client.next().await, None);
    assert_eq!((told(&mut heard).await, told(&mut heard).await), ("\"hi\"".to_owned(), "closed 4000 bye".to_owned()));
    // one that gives no reason is given none
    let mut client = Client::open(address).await;
    client.frame(CLOSE, b"").await;
    assert_eq!(client.next().await, Some((CLOSE, Vec::new())));
    assert_eq!(told(&mut heard).await, "closed 1005 ");
}

#[tokio::test]
async fn a_client_that_vanishes_is_heard_of_after_what_it_said() {
    let (app, mut heard) = app(Options::default());
    let mut client = Client::open(serve(app).await).await;
    client.text("hi").await;
    client.raw(b"\x81\xFE").await;
    drop(client);
    assert_eq!(told(&mut heard).await, "\"hi\"");
    assert!(told(&mut heard).await.starts_with("Lost("));
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_closed_and_one_that_does_is_kept() {
    let options =
        Options { ping: Some(Duration::from_millis(50)), pong: Duration::from_millis(200), ..Options::default() };
    let (app, mut heard) = app(options);
    let address = serve(app).await;
    let mut client = Client::open(address).await;
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(600) {
        assert_eq!(client.next().await, Some((PING, Vec::new())));
        client.frame(PONG, b"").await;
    }
    assert!(heard.try_recv().is_err());
    assert_eq!(client.next().await, Some((PING, Vec::new())));
    assert_eq!(client.hears_close(1011).await, "no pong came");
    assert_eq!(told(&mut heard).await, "Silent");
}

#[tokio::test]
async fn times_without_end_are_as_good_as_none() {
    let never = Duration::MAX;
    let (app, mut heard) =
        app(Options { ping: Some(never), pong: never, stall: never, close: never, ..Options::default() });
    let mut client = Client::open(serve(app).await).await;
    client.text("hi").await;
    client.frame(CLOSE, b"\x03\xE8").await;
    client.hears_close(1000).await;
    assert_eq!((told(&mut heard).await, told(&mut heard).await), ("\"hi\"".to_owned(), "closed 1000 ".to_owned()));
}

#[middleware]
async fn listen_later(ctx: &mut Context, tell: &Tell) -> Result {
    let tell = tell.clone();
    let options = Options { ping: Some(Duration::ZERO), backlog: 1, ..Options::default() };
    ctx.websocket(options, async move |mut socket: WebSocket| {
        sleep(Duration::from_millis(300)).await;
        while let Some(message) = socket.recv().await? {
            tell.send(message.as_text().unwrap_or_default().to_owned()).unwrap();
        }
        Ok(())
    })
}

// on two threads: if one never came to its end, the other could say so
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_without_a_pause_leaves_the_handler_its_turn() {
    let (tell, mut heard) = mpsc::unbounded_channel();
    let mut client = Client::open(serve(Application::new(pipeline![provide(tell), listen_later])).await).await;
    client.text("one").await;
    client.text("two").await;
    assert_eq!((told(&mut heard).await, told(&mut heard).await), ("one".to_owned(), "two".to_owned()));
}

#[middleware]
async fn close(ctx: &mut Context, told: &Tell) -> Result {
    let told = told.clone();
    let options = Options { close: Duration::from_millis(200), ..Options::default() };
    ctx.websocket(options, async move |mut socket: WebSocket| {
        socket.send("last").await?;
        socket.close(CloseCode::new(4001).expect("valid"), "e".repeat(200));
        assert_eq!(socket.send("later").await, Err(NotSent::Closed));
        while let Some(message) = socket.recv().await? {
            told.send(message.as_text().unwrap_or_default().to_owned()).unwrap();
        }
        told.send(format!("{:?}", socket.client_close().map(|close| close.code))).unwrap();
        Ok(())
    })
}

#[tokio::test]
async fn the_servers_goodbye_comes_behind_what_it_has_said_and_is_waited_for_a_while() {
    let (tell, _heard) = mpsc::unbounded_channel();
    let address = serve(Application::new(pipeline![provide(tell), close])).await;
    let mut client = Client::open(address).await;
    client.hears("last").await;
    assert_eq!(client.is_closed_with(4001).await, "e".repeat(123));
    // one that does not answer
    let mut client = Client::open(address).await;
    client.hears("last").await;
    client.hears_close(4001).await;
    assert_eq!(client.next().await, None);
}

/// Sends until it cannot.
#[middleware]
async fn flood(#[config] options: &Options, ctx: &mut Context, sent: &Arc<AtomicUsize>, tell: &Tell) -> Result {
    let (sent, tell) = (sent.clone(), tell.clone());
    ctx.websocket(options.clone(), async move |socket: WebSocket| {
        let why = loop {
            match socket.send(vec![0; 10_000]).await {
                Ok(()) => sent.fetch_add(10_000, Relaxed),
                Err(why) => break why,
            };
        };
        tell.send(format!("{why:?}")).unwrap();
        Ok(())
    })
}

#[tokio::test]
async fn a_client_that_does_not_read_fills_a_queue_and_no_more_and_is_left() {
    let (tell, mut heard) = mpsc::unbounded_channel();
    let sent = Arc::new(AtomicUsize::new(0));
    let options = Options { queue: 100_000, stall: Duration::from_millis(500), ..Options::default() };
    let app = Application::new(pipeline![provide(tell), provide(sent.clone()), flood(options)]);
    let client = Client::open(serve(app).await).await;
    assert_eq!(told(&mut heard).await, "Closed");
    // what the system keeps for a client is some megabytes
    assert!(sent.load(Relaxed) < 32 << 20, "{sent:?}");
    drop(client);
}

/// Hears one message when it is told to.
#[middleware]
async fn slow(ctx: &mut Context, gate: &Arc<Notify>) -> Result {
    let gate = gate.clone();
    let options = Options {
        backlog: 10_000,
        ping: Some(Duration::from_millis(200)),
        pong: Duration::from_millis(200),
        ..Options::default()
    };
    ctx.websocket(options, async move |mut socket: WebSocket| {
        gate.notified().await;
        for _ in 0..3000 {
            socket.recv().await?;
        }
        Ok(socket.send("all").await?)
    })
}

#[tokio::test]
async fn a_handler_that_does_not_listen_holds_its_client_up_and_loses_nothing() {
    let gate = Arc::new(Notify::new());
    let address = serve(Application::new(pipeline![provide(gate.clone()), slow])).await;
    let mut client = Client::open(address).await;
    let sending = async {
        let message = crate::client::frame(0x82, &[0; 5000]);
        for _ in 0..3000 {
            client.raw(&message).await;
        }
    };
    let mut sending = Box::pin(sending);
    assert!(timeout(Duration::from_secs(1), sending.as_mut()).await.is_err(), "nothing is bounded");
    gate.notify_one();
    timeout(LONG, sending).await.expect("it goes on");
    // all that time it may have said that it is there, and nobody has listened
    loop {
        match client.next().await.expect("a frame") {
            (PING, _) => client.frame(PONG, b"").await,
            said => break assert_eq!(said, (TEXT, b"all".to_vec())),
        }
    }
}

/// Only sends, and listens to nobody.
#[middleware]
async fn tell_alone(ctx: &mut Context, gate: &Arc<Notify>) -> Result {
    let gate = gate.clone();
    ctx.websocket(Options { backlog: 10_000, ..Options::default() }, async move |socket: WebSocket| {
        let sender = socket.sender().clone();
        drop(socket);
        gate.notified().await;
        sender.send("news").await?;
        sender.closed().await;
        Ok(())
    })
}

#[tokio::test]
async fn who_drops_the_websocket_and_keeps_a_sender_holds_nobody_up() {
    let gate = Arc::new(Notify::new());
    let address = serve(Application::new(pipeline![provide(gate.clone()), tell_alone])).await;
    let mut client = Client::open(address).await;
    for _ in 0..10 {
        client.frame(0x82, &[0; 5000]).await;
    }
    client.frame(PING, b"there?").await;
    assert_eq!(client.next().await, Some((PONG, b"there?".to_vec())));
    gate.notify_one();
    client.hears("news").await;
    client.frame(CLOSE, &1000_u16.to_be_bytes()).await;
    client.hears_close(1000).await;
    assert_eq!(client.next().await, None);
}

struct Served {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    server: JoinHandle<Result>,
}

async fn served(app: Application) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let server = app.serve(listener).with_graceful_shutdown(async { drop(ended.await) });
    Served { address, end, server: tokio::spawn(server) }
}

#[tokio::test]
async fn when_the_server_ends_each_client_is_told_1001_and_waited_for() {
    let (app, mut heard) = app(Options::default());
    let Served { address, end, server } = served(app).await;
    let mut client = Client::open(address).await;
    client.text("hi").await;
    assert_eq!(told(&mut heard).await, "\"hi\"");
    end.send(()).unwrap();
    client.hears_close(1001).await;
    assert_eq!(told(&mut heard).await, "over");
    assert!(!server.is_finished());
    client.frame(CLOSE, &1001_u16.to_be_bytes()).await;
    assert_eq!(client.next().await, None);
    timeout(LONG, server).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn when_the_server_ends_a_client_that_does_not_answer_is_left() {
    let (app, _heard) = app(Options { close: Duration::from_millis(200), ..Options::default() });
    let Served { address, end, server } = served(app).await;
    let mut client = Client::open(address).await;
    client.text("hi").await;
    end.send(()).unwrap();
    client.hears_close(1001).await;
    timeout(LONG, server).await.unwrap().unwrap().unwrap();
}

#[middleware]
async fn held(ctx: &mut Context, gate: &Arc<Notify>) -> Result {
    let gate = gate.clone();
    ctx.websocket(Options::default(), async move |mut socket: WebSocket| {
        while let Some(message) = socket.recv().await? {
            gate.notify_one();
            gate.notified().await;
            socket.send(message).await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn what_was_begun_when_the_server_ends_is_still_answered() {
    let gate = Arc::new(Notify::new());
    let Served { address, end, server } = served(Application::new(pipeline![provide(gate.clone()), held])).await;
    let mut client = Client::open(address).await;
    client.text("hi").await;
    eventually(async || timeout(Duration::from_millis(5), gate.notified()).await.is_ok()).await;
    end.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    gate.notify_one();
    client.hears("hi").await;
    client.is_closed_with(1001).await;
    timeout(LONG, server).await.unwrap().unwrap().unwrap();
}

#[test]
fn why_it_is_broken_says_so() {
    assert_eq!(Broken::Silent.to_string(), "the client has fallen silent");
    assert_eq!(NotSent::Closed.to_string(), "the WebSocket is closed");
}
