//! One connection, from its first byte to its last.

use std::{convert::Infallible, time::Duration};

use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::net::TcpStream;

use crate::Body;

/// How long a client may take for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Serves one connection until either side ends it. Faults of the client end it too; there is nobody to tell.
pub(crate) async fn serve<A>(stream: TcpStream, answer: impl Fn(http::Request<Incoming>) -> A)
where
    A: Future<Output = http::Response<Body>> + Send + 'static,
{
    // a reply is written at once; the system waiting for more of it only delays it
    let _ = stream.set_nodelay(true);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // no `pipeline_flush`, though pipelined replies then go out one write each: with it, hyper closes on a broken request
    // without sending the 400 or 431 that it has ready
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    #[cfg(feature = "http2")]
    builder.http2().timer(TokioTimer::new());
    let service = service_fn(|request| {
        let reply = answer(request);
        async move { Ok::<_, Infallible>(reply.await) }
    });
    let _ = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
}
