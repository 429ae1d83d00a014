//! One HTTP/2 connection, from its first request to its last byte.

use std::{future::poll_fn, pin::pin, sync::Arc, task::Poll, time::Duration};

use bytes::Bytes;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::time::{Instant, sleep, timeout};

use super::{
    connection::MOMENT,
    exchange::Requests,
    scope::{Asked, Doing},
    wire::Stream,
};
use crate::{
    Limits,
    server::{drain::Stage, running::Running},
};

/// What a client begins with (RFC 9113 §3.4).
pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// hyper, set to these limits.
fn builder(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        // a client that has gone without a word is found out; one that is there is not asked all the time
        .keep_alive_interval(limits.keep_alive.min(limits.head).max(Duration::from_secs(1)))
        .keep_alive_timeout(limits.head)
        .max_concurrent_streams(limits.streams)
        .max_pending_accept_reset_streams(limits.resets)
        .max_header_list_size(u32::try_from(limits.head_size).unwrap_or(u32::MAX));
    // that it is understood, and not that there is a WebSocket at any path: where there is none, the answer is an error, as over HTTP/1.1
    #[cfg(feature = "websocket")]
    builder.enable_connect_protocol();
    builder
}

/// Serves one connection until either side ends it. When it breaks there is nobody left to tell.
pub(super) async fn serve(stream: Stream, before: Bytes, requests: Requests, running: Arc<Running>) {
    let (wire, mut outside) = stream.split(before);
    let Running { limits, clock, drain, .. } = &*running;
    let (requests, streams) = requests.concurrent();
    let mut http = pin!(builder(limits).serve_connection(TokioIo::new(wire), requests));
    let mut alarm = pin!(sleep(limits.head.min(limits.keep_alive)));
    let mut stages = pin!(drain.stages());
    let mut leaves = None;
    // since when there has been no request, and how many there had been
    let (mut idle_since, mut begun) = (clock.exactly(), 0);

    poll_fn(|task| {
        while let Some(stage) = stages.as_mut().next(task) {
            match stage {
                Stage::Open => {}
                Stage::Draining => {
                    // a request may be on its way, and is still answered
                    http.as_mut().graceful_shutdown();
                    if streams.begun() == 0 {
                        let until = Instant::now() + MOMENT;
                        leaves = Some(until);
                        alarm.as_mut().reset(until);
                    }
                }
                Stage::Cut => {
                    drain.cut(streams.requests());
                    return Poll::Ready(());
                }
            }
        }
        while alarm.as_mut().poll(task).is_ready() {
            // a client that has not even begun would be waited for without end
            if streams.begun() == 0 && leaves.is_some_and(|until| until <= Instant::now()) {
                return Poll::Ready(());
            }
            let now = clock.exactly();
            if streams.is_busy() || streams.begun() != begun {
                (idle_since, begun) = (now, streams.begun());
            }
            let limit = if begun == 0 { limits.head } else { limits.keep_alive };
            if idle_since.after(limit) <= now {
                if begun == 0 {
                    return Poll::Ready(());
                }
                idle_since = now;
                http.as_mut().graceful_shutdown();
            }
            alarm.as_mut().reset(clock.instant(now.after(limits.head.min(limits.keep_alive))));
        }
        match outside.poll(task, Doing::Idle, Asked::default(), None, |task| http.as_mut().poll(task)) {
            Ok((Poll::Pending, _)) => Poll::Pending,
            Ok((Poll::Ready(_), _)) | Err(_) => Poll::Ready(()),
        }
    })
    .await;
    // what hyper has written last: why it goes
    if timeout(limits.grace, poll_fn(|task| outside.poll_out(task))).await.is_err() {
        outside.abandon();
    }
}
