//! A protocol of one's own has all that a server gives: listeners, limits, the end.

mod eventually;
mod lines;

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use eventually::eventually;
use koa_runtime::{Drained, Limits, Server, Unix, prelude::*};
use lines::Line;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream, UnixStream},
    sync::{Notify, oneshot},
    time::timeout,
};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Less than any limit that is not set here.
const SOON: Duration = Duration::from_secs(10);

/// What holds a request up.
#[derive(Default)]
struct Gate {
    /// How many wait.
    inside: AtomicUsize,
    goes_on: Notify,
}

impl Gate {
    async fn wait(&self) {
        struct Inside<'g>(&'g AtomicUsize);
        impl Drop for Inside<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.inside.fetch_add(1, Ordering::SeqCst);
        let _inside = Inside(&self.inside);
        self.goes_on.notified().await;
    }

    async fn has(&self, count: usize) {
        eventually(async || self.inside.load(Ordering::SeqCst) == count).await;
    }
}

#[middleware]
async fn act(#[config] gate: &Arc<Gate>, ctx: &mut Line) -> Result {
    match &*ctx.said {
        "wait" => gate.wait().await,
        "panic" => panic!("asked to"),
        "much" => ctx.reply = "x".repeat(16 << 20),
        _ => {}
    }
    if ctx.reply.is_empty() {
        ctx.reply = ctx.said.to_uppercase();
    }
    Ok(())
}

fn app(gate: &Arc<Gate>) -> Application<Line> {
    let mut app = Application::<Line>::of(pipeline![act(Arc::clone(gate))]);
    app.settings_mut().silent = true;
    app
}

/// A server with these limits, which nobody ends.
async fn serve(limits: Limits) -> (SocketAddr, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app(&gate).serve(listener).limits(limits));
    (address, gate)
}

struct Client<S>(BufReader<S>);

impl Client<TcpStream> {
    async fn connect(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    async fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next line; nothing where the connection is closed.
    async fn hear(&mut self) -> String {
        let mut line = String::new();
        match within(self.0.read_line(&mut line)).await {
            Ok(_) => line.trim_end().to_owned(),
            Err(_) => String::new(),
        }
    }

    async fn ask(&mut self, text: &str) -> String {
        self.say(&format!("{text}\n")).await;
        self.hear().await
    }

    /// How long until it is closed.
    async fn closed(&mut self) -> Duration {
        let since = Instant::now();
        // a reset is one, too
        let _ = within(self.0.read_to_end(&mut Vec::new())).await;
        since.elapsed()
    }
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("it should not take so long")
}

#[tokio::test]
async fn requests_are_answered_one_after_another() {
    let (address, _) = serve(Limits::default()).await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.ask("hello").await, "HELLO");
    client.say("one\ntwo\n").await;
    assert_eq!((client.hear().await, client.hear().await), ("ONE".to_owned(), "TWO".to_owned()));
}

#[tokio::test]
async fn a_panic_costs_its_request_and_no_other() {
    let (address, _) = serve(Limits::default()).await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.ask("panic").await, "error: Internal Server Error");
    assert_eq!(client.ask("hello").await, "HELLO");
}

#[tokio::test]
async fn a_connection_that_asks_nothing_is_closed() {
    let limits = Limits { keep_alive: Duration::from_millis(300), ..Limits::default() };
    let (address, _) = serve(limits).await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.ask("hello").await, "HELLO");
    assert!(client.closed().await < SOON);
}

#[tokio::test]
async fn a_client_that_never_begins_is_closed() {
    let limits = Limits { head: Duration::from_millis(300), ..Limits::default() };
    let (address, _) = serve(limits).await;
    assert!(Client::connect(address).await.closed().await < SOON);
}

#[tokio::test]
async fn a_request_that_does_not_come_to_its_end_is_given_up() {
    let limits = Limits { head: Duration::from_millis(300), ..Limits::default() };
    let (address, _) = serve(limits).await;
    let mut client = Client::connect(address).await;
    assert_eq!(client.ask("hello").await, "HELLO");
    client.say("hel").await;
    assert!(client.closed().await < SOON);
}

#[tokio::test]
async fn layers_that_never_answer_are_given_up() {
    let limits = Limits { request: Some(Duration::from_millis(300)), ..Limits::default() };
    let (address, gate) = serve(limits).await;
    let mut client = Client::connect(address).await;
    client.say("wait\n").await;
    gate.has(1).await;
    assert!(client.closed().await < SOON);
    gate.has(0).await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_left() {
    let limits = Limits { grace: Duration::from_millis(300), ..Limits::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, told) = oneshot::channel();
    let server = end_with(app(&Arc::default()).serve(listener).limits(limits).drain(PATIENCE), told);
    let server = tokio::spawn(server);
    let mut client = Client::connect(address).await;
    client.say("much\n").await;
    let since = Instant::now();
    end.send(()).unwrap();
    within(server).await.unwrap();
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
    // and the system keeps nothing for it
    let read = within(client.0.read_to_end(&mut Vec::new())).await;
    assert_eq!(read.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn one_request_too_many_is_an_error_and_waits_for_nothing() {
    let told = Arc::new(AtomicUsize::new(0));
    let (gate, listener) = (Arc::new(Gate::default()), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (address, tell) = (listener.local_addr().unwrap(), Arc::clone(&told));
    let app = app(&gate).on_error(move |_, _| {
        tell.fetch_add(1, Ordering::Relaxed);
    });
    tokio::spawn(app.serve(listener).limits(Limits { requests: 1, ..Limits::default() }));
    let mut first = Client::connect(address).await;
    first.say("wait\n").await;
    let mut second = Client::connect(address).await;
    gate.has(1).await;
    assert_eq!(second.ask("hello").await, "error: Service Unavailable");
    gate.goes_on.notify_one();
    assert_eq!(first.hear().await, "WAIT");
    eventually(async || second.ask("hello").await == "HELLO").await;
    // nobody's log is filled by who asks too much
    assert_eq!(told.load(Ordering::Relaxed), 0);
    assert_eq!(second.ask("panic").await, "error: Internal Server Error");
    assert_eq!(told.load(Ordering::Relaxed), 1);
}

fn end_with(server: Server, told: oneshot::Receiver<()>) -> impl Future<Output = Drained> {
    let drained = Arc::new(Mutex::new(None));
    let tell = Arc::clone(&drained);
    let server = server
        .with_graceful_shutdown(async { drop(told.await) })
        .on_drained(move |what| *tell.lock().unwrap() = Some(what));
    async move {
        server.await.unwrap();
        drained.lock().unwrap().take().unwrap()
    }
}

#[tokio::test]
async fn at_the_end_a_request_is_answered_and_a_connection_without_one_closed() {
    let gate = Arc::new(Gate::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, told) = oneshot::channel();
    let server = tokio::spawn(end_with(app(&gate).serve(listener), told));
    let (mut idle, mut busy) = (Client::connect(address).await, Client::connect(address).await);
    assert_eq!(idle.ask("hello").await, "HELLO");
    assert_eq!(busy.ask("hello").await, "HELLO");
    busy.say("wait\n").await;
    gate.has(1).await;
    end.send(()).unwrap();
    assert!(idle.closed().await < SOON);
    gate.goes_on.notify_one();
    assert_eq!(busy.hear().await, "WAIT");
    let drained = within(server).await.unwrap();
    assert_eq!((drained.cut_connections, drained.cut_requests), (0, 0));
}

#[tokio::test]
async fn at_the_end_what_does_not_end_is_cut_off_and_counted() {
    let gate = Arc::new(Gate::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (end, told) = oneshot::channel();
    let server = tokio::spawn(end_with(app(&gate).serve(listener).drain(Duration::from_millis(200)), told));
    let mut busy = Client::connect(address).await;
    assert_eq!(busy.ask("hello").await, "HELLO");
    busy.say("wait\n").await;
    gate.has(1).await;
    end.send(()).unwrap();
    let drained = within(server).await.unwrap();
    assert_eq!((drained.cut_connections, drained.cut_requests), (1, 1));
    assert_eq!(busy.hear().await, "");
}

#[tokio::test]
async fn it_is_spoken_on_unix_sockets_too() {
    let path = std::env::temp_dir().join(format!("koa-own-protocol-{}", std::process::id()));
    tokio::spawn(app(&Arc::default()).serve(Unix::at(&path)));
    let stream = within(async {
        loop {
            match UnixStream::connect(&path).await {
                Ok(stream) => break stream,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await;
    assert_eq!(Client(BufReader::new(stream)).ask("hello").await, "HELLO");
}
