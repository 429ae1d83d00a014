//! One connection, from the moment it is accepted: which protocol it speaks, and who serves that.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
#[cfg(feature = "http2")]
use tokio::io::AsyncReadExt as _;

#[cfg(feature = "http2")]
use super::http2::PREFACE;
use super::{exchange::Requests, wire::Stream};
use crate::{
    Context, Protocol,
    application::Runs,
    server::{
        accept::Held,
        drain::{Drain, Stage},
        peer::Peer,
    },
};

/// How long a client that has just connected is waited for when the server ends.
pub(super) const MOMENT: Duration = Duration::from_secs(1);

/// A connection on which nothing has been said, with all that it is served with.
pub(crate) struct Opening<C: Protocol> {
    pub(crate) onion: Arc<dyn Runs<C>>,
    pub(crate) settings: Arc<C::Settings>,
    pub(crate) stream: Stream,
    pub(crate) peer: Peer,
    pub(crate) speaks: Speaks,
    pub(crate) held: Held,
}

/// What is known of the protocol before a byte is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only TLS tells"))]
pub(crate) enum Speaks {
    /// Nothing.
    Unknown,
    /// As TLS has negotiated.
    Http1,
    /// Likewise.
    Http2,
}

/// Serves one connection.
///
/// Neither generic nor with a type that is named by anything that is: so hyper and the task are compiled here, and not in each application.
#[inline(never)]
pub(crate) fn serve(opening: Opening<Context>) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(begin(opening))
}

async fn begin(opening: Opening<Context>) {
    let Opening { onion, settings, mut stream, peer, speaks, held } = opening;
    let running = Arc::clone(held.opened.owner());
    let before = match speaks {
        Speaks::Unknown => {
            let told = tokio::time::timeout(running.limits.head, told_apart(&mut stream));
            tokio::select! {
                told = told => match told {
                    Ok(Ok(before)) => before,
                    Ok(Err(_)) | Err(_) => return,
                },
                () = too_late_to_begin(&running.drain) => return,
            }
        }
        Speaks::Http1 | Speaks::Http2 => Bytes::new(),
    };
    let requests = Requests::new(onion, settings, peer, Arc::clone(&running));
    #[cfg(feature = "http2")]
    if speaks == Speaks::Http2 || before == PREFACE {
        return super::http2::serve(stream, before, requests, running).await;
    }
    // in a task of its own, which holds nothing of how it came about and is polled without a way through that
    tokio::spawn(super::http1::serve(Box::new((stream, before, requests)), held));
}

/// A client that has just connected is about to ask, so it is given a moment when the end comes.
async fn too_late_to_begin(drain: &Drain) {
    drain.reached(Stage::Draining).await;
    let moment = tokio::time::sleep(MOMENT);
    tokio::select! {
        () = moment => {}
        () = drain.reached(Stage::Cut) => {}
    }
}

/// Reads as far as the preface of HTTP/2 goes, or to the first byte that is not of it.
#[cfg(feature = "http2")]
async fn told_apart(stream: &mut Stream) -> io::Result<Bytes> {
    let (mut before, mut length) = ([0; PREFACE.len()], 0);
    while length < before.len() && PREFACE.starts_with(&before[..length]) {
        let read = stream.read(&mut before[length..]).await?;
        if read == 0 {
            break;
        }
        length += read;
    }
    Ok(Bytes::copy_from_slice(&before[..length]))
}

#[cfg(not(feature = "http2"))]
fn told_apart(_stream: &mut Stream) -> std::future::Ready<io::Result<Bytes>> {
    std::future::ready(Ok(Bytes::new()))
}
