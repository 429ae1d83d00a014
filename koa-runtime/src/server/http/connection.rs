//! One connection, from its first byte to its last.

use std::{
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::future::{Either, select};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::net::TcpStream;

use super::exchange::Requests;
use crate::{Settings, application::Runs};

/// How long a client may take for its first request, for the head of each, and to answer when asked whether it is there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves one connection in a task of its own.
///
/// Not an async fn, nor generic: so hyper and the task are compiled here, and not in each application.
pub(crate) fn spawn(stream: TcpStream, peer: SocketAddr, onion: Arc<dyn Runs>, settings: Arc<Settings>) {
    tokio::spawn(serve(stream, peer, onion, settings));
}

/// Serves one connection until either side ends it. When it breaks there is nobody left to tell.
async fn serve(stream: TcpStream, peer: SocketAddr, onion: Arc<dyn Runs>, settings: Arc<Settings>) {
    // a reply is written at once; the system waiting for more of it only delays it
    let _ = stream.set_nodelay(true);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // no `pipeline_flush`, though pipelined replies then go out one write each: with it, hyper closes on a broken request
    // without sending the 400 or 431 that it has ready
    builder.http1().timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    #[cfg(feature = "http2")]
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PATIENCE).keep_alive_timeout(PATIENCE);

    let requests = Requests::new(onion, settings, peer);
    let asked = requests.asked();
    let connection = pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), requests));
    // hyper's limit starts with the first byte of HTTP/1, and there may be none
    let silence = pin!(tokio::time::sleep(PATIENCE));
    if let Either::Right(((), connection)) = select(connection, silence).await
        && asked.load(Ordering::Relaxed)
    {
        let _ = connection.await;
    }
}
