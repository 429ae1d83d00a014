//! Bytes in, and what came of them: for tests of what no client would send.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use koa_runtime::prelude::*;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

/// How long a server may be silent before the connection counts as open.
const SILENCE: Duration = Duration::from_millis(500);
/// How long what must be closed may stay open on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) type Seen = Arc<Mutex<Vec<String>>>;

/// What the application does with bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    Read,
    Ignored,
}

/// Whether the connection is still there when all is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Open,
}

/// What came of the bytes that were sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) statuses: Vec<u16>,
    pub(crate) end: End,
    /// The requests that got as far as a layer.
    pub(crate) seen: Vec<String>,
    pub(crate) reply: String,
}

#[middleware]
async fn record(seen: &Seen, bodies: &Bodies, ctx: &mut Context) -> Result {
    seen.lock().unwrap().push(format!("{} {}", ctx.method(), ctx.url()));
    if *bodies == Bodies::Read {
        ctx.request.bytes(1 << 20).await?;
    }
    ctx.set_body("fine");
    Ok(())
}

/// An application that answers everything with a 200 and writes down what it was asked.
pub(crate) async fn serve(bodies: Bodies) -> (SocketAddr, Seen) {
    let seen = Seen::default();
    let mut app = Application::new(pipeline![provide(seen.clone()), provide(bodies), record]);
    app.settings_mut().silent = true;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(app.serve(listener));
    (address, seen)
}

/// Sends `parts` to an application of their own, the second when the first is answered. What is expected says only how long
/// to wait.
pub(crate) async fn send(parts: &[&[u8]], bodies: Bodies, expected: End) -> Outcome {
    let (address, seen) = serve(bodies).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let wait = if expected == End::Closed { PATIENCE } else { SILENCE };
    let mut reply = Vec::new();
    let mut end = End::Open;
    for (number, part) in parts.iter().enumerate() {
        // a server that closes early may not take all of it
        let _ = stream.write_all(part).await;
        let is_last = number + 1 == parts.len();
        // twice silent: once may be that this process did not run, and so the server did not either
        let mut silent = 0;
        while silent < 2 {
            match timeout(wait / 2, stream.read_buf(&mut reply)).await {
                Err(_) => silent += 1,
                Ok(Ok(0) | Err(_)) => {
                    end = End::Closed;
                    break;
                }
                Ok(Ok(_)) if !is_last => break,
                Ok(Ok(_)) => silent = 0,
            }
        }
    }
    let reply = String::from_utf8_lossy(&reply).into_owned();
    let statuses = reply.split("HTTP/1.").skip(1).map(|reply| reply[2..5].parse().unwrap()).collect();
    let seen = seen.lock().unwrap().clone();
    Outcome { statuses, end, seen, reply }
}
