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
    // a reply is written at once or flushed on purpose; waiting for more only delays it
    let _ = stream.set_nodelay(true);
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .pipeline_flush(true) // without it, pipelined replies go out one write each
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
