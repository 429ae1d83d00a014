//! What fails around a server: the system has no more files for it, and clients that take nothing.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use koa_runtime::{Limits, prelude::*};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    time::{sleep, timeout},
};

#[middleware]
async fn ok() -> &'static str {
    "OK"
}

mod eventually;

use eventually::eventually;

/// What the test below runs as a process of its own.
const SERVES: &str = "KOA_FAILURE_SERVES";

#[tokio::test]
async fn serve_where_the_test_below_asks_for_it() {
    if std::env::var_os(SERVES).is_some() {
        let server = Application::new(pipeline![ok]).listen(("127.0.0.1", 0));
        server.on_listening(|address| println!("\nlistening on {address}")).await.unwrap();
    }
}

/// This test, as a server that may have so many files open.
async fn process_with(files: usize) -> (Child, SocketAddr) {
    let command =
        format!("ulimit -n {files} && exec \"$0\" --exact --nocapture serve_where_the_test_below_asks_for_it");
    let mut process = Command::new("bash")
        .args(["-c", &command])
        .arg(std::env::current_exe().unwrap())
        .env(SERVES, "1")
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let address = loop {
        let line = timeout(Duration::from_secs(20), lines.next_line()).await.unwrap().unwrap().expect("it listens");
        if let Some(address) = line.strip_prefix("listening on ") {
            break address.parse().unwrap();
        }
    };
    // what it says later is not waited for
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (process, address)
}

/// How much of a processor a process has used, in hundredths of a second.
fn ticks(process: &Child) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.id().unwrap())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}

async fn ask(stream: &mut TcpStream) -> std::io::Result<String> {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    let mut reply = vec![0; 4096];
    let read = stream.read(&mut reply).await?;
    Ok(String::from_utf8_lossy(&reply[..read]).into_owned())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_files_for_more_connections_a_server_waits_and_then_serves_them() {
    let (mut process, address) = process_with(40).await;
    let mut open = Vec::new();
    for _ in 0..100 {
        open.push(TcpStream::connect(address).await.unwrap());
    }
    let (mut served, mut waiting) = (Vec::new(), Vec::new());
    for mut stream in open {
        match timeout(Duration::from_millis(if waiting.is_empty() { 3000 } else { 1 }), ask(&mut stream)).await {
            Ok(reply) => {
                assert!(reply.unwrap().ends_with("OK"));
                served.push(stream);
            }
            Err(_) => waiting.push(stream),
        }
    }
    assert!((10..40).contains(&served.len()), "{} served", served.len());
    // it does not ask the system again and again
    let before = ticks(&process);
    sleep(Duration::from_secs(1)).await;
    assert!(ticks(&process) - before < 20, "{} hundredths of a second", ticks(&process) - before);
    // those who have been served still are
    for stream in &mut served {
        assert!(ask(stream).await.unwrap().ends_with("OK"));
    }
    drop(served);
    let mut reply = [0; 4096];
    for stream in waiting.iter_mut().take(20) {
        let read = timeout(Duration::from_secs(10), stream.read(&mut reply)).await.expect("its turn").unwrap();
        assert!(reply[..read].ends_with(b"OK"));
    }
    drop(waiting);
    let mut last = TcpStream::connect(address).await.unwrap();
    assert!(timeout(Duration::from_secs(10), ask(&mut last)).await.unwrap().unwrap().ends_with("OK"));
    process.kill().await.unwrap();
}

/// A body without end: no more of it comes into being than the buffers have room for.
#[tokio::test]
async fn a_client_that_reads_nothing_is_sent_no_more_than_there_is_room_for() {
    const PIECE: usize = 64 << 10;
    let made = Arc::new(AtomicUsize::new(0));
    #[middleware]
    async fn endless(made: &Arc<AtomicUsize>) -> Body {
        let made = Arc::clone(made);
        let pieces = futures_util::stream::repeat_with(move || {
            made.fetch_add(PIECE, Ordering::Relaxed);
            std::io::Result::Ok(vec![b'x'; PIECE])
        });
        Body::from_stream(pieces)
    }
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let app = Application::new(pipeline![provide(made.clone()), endless]).on_error(move |error, _| {
        let _ = tell.send(error.status().as_u16());
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener).limits(Limits { grace: Duration::from_secs(8), ..Limits::default() }));
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut later = 0;
    // until it does not go on
    eventually(async || {
        sleep(Duration::from_millis(400)).await;
        let soon = std::mem::replace(&mut later, made.load(Ordering::Relaxed));
        // the system's send buffer, of a few megabytes at most, and half a megabyte of ours
        assert!(later < 8 << 20, "{later} bytes");
        soon >= PIECE && soon == later
    })
    .await;
    assert!(told.try_recv().is_err(), "it is not given up yet");
    // and is in its time
    assert_eq!(timeout(Duration::from_secs(40), told.recv()).await.unwrap(), Some(499));
    let read = timeout(Duration::from_secs(5), stream.read_to_end(&mut Vec::new())).await.unwrap();
    assert!(read.is_err(), "{read:?}");
    assert!(made.load(Ordering::Relaxed) < later + 4 * PIECE);
}

/// How much memory this process has.
#[cfg(target_os = "linux")]
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

/// hyper copies what it is given before it writes it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_large_reply_is_not_in_memory_once_for_each_client_that_does_not_read_it() {
    const LARGE: usize = 16 << 20;
    #[middleware]
    async fn large(reply: &bytes::Bytes) -> bytes::Bytes {
        reply.clone()
    }
    let reply = bytes::Bytes::from(vec![b'x'; LARGE]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Application::new(pipeline![provide(reply), large]).serve(listener));
    let before = memory();
    let mut clients = Vec::new();
    for _ in 0..30 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
        clients.push(stream);
    }
    // as much as each of them takes has come by then
    for client in &mut clients {
        timeout(Duration::from_secs(20), client.readable()).await.unwrap().unwrap();
    }
    sleep(Duration::from_millis(500)).await;
    let each = memory().saturating_sub(before) / clients.len();
    assert!(each < 2 << 20, "{each} bytes for each");
    // and it is whole for one that does
    let mut said = Vec::new();
    clients.swap_remove(0).read_to_end(&mut said).await.unwrap();
    assert!(said.ends_with(&vec![b'x'; LARGE]) && said.len() < LARGE + 1000);
}

/// Where the server does not expect it: when the request is dropped.
#[derive(Clone)]
struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

#[tokio::test]
async fn what_a_broken_connection_has_written_goes_to_nobody_else() {
    #[middleware]
    async fn answer(ctx: &mut Context) -> String {
        if ctx.path() == "/breaks" {
            ctx.request.extensions_mut().insert(PanicsWhenDropped);
        }
        ctx.path().to_owned()
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Application::new(pipeline![answer]).serve(listener));
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");

    let mut broken = TcpStream::connect(address).await.unwrap();
    broken.write_all((get("/secret") + &get("/breaks")).as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let _ = timeout(Duration::from_secs(10), broken.read_to_end(&mut said)).await.expect("it is closed");
    assert!(said.is_empty(), "nothing is kept that could go to another");
    let mut other = TcpStream::connect(address).await.unwrap();
    other.write_all((get("/other")).as_bytes()).await.unwrap();
    let mut reply = vec![0; 4096];
    let read = timeout(Duration::from_secs(10), other.read(&mut reply)).await.unwrap().unwrap();
    let reply = String::from_utf8_lossy(&reply[..read]).into_owned();
    assert!(reply.ends_with("\r\n\r\n/other") && !reply.contains("/secret"), "{reply}");
}
