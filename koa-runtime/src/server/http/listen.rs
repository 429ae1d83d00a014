//! The accept loop.

use std::{io, sync::Arc, time::Duration};

use tokio::net::{TcpListener, ToSocketAddrs};

use crate::{Application, Result};

/// How long to wait after the system refused to accept, for lack of file descriptors say.
const REFUSED: Duration = Duration::from_millis(100);

impl Application {
    /// Listens on `address`, answers what comes and never returns, unless the address cannot be had: Koa's `app.listen`
    /// (K-015).
    ///
    /// HTTP/1.1, and HTTP/2 with prior knowledge (feature `http2`, on by default), without TLS. Every connection is a task
    /// of its own. A client has 30 seconds for the head of a request; a client that goes away cancels its request, which
    /// drops the layers that have started, innermost first.
    ///
    /// Dropping the future stops accepting; connections that are open go on.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be listened on.
    ///
    /// ```no_run
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn hello() -> &'static str {
    ///     "Hello World"
    /// }
    ///
    /// #[tokio::main]
    /// async fn main() -> Result {
    ///     Application::new(pipeline![hello]).listen("127.0.0.1:3000").await
    /// }
    /// ```
    pub async fn listen(self, address: impl ToSocketAddrs) -> Result {
        self.serve(TcpListener::bind(address).await?).await
    }

    /// [`listen`](Self::listen), on a listener that is bound already.
    ///
    /// # Errors
    ///
    /// Fails when the listener itself does. That one connection could not be accepted is no reason to stop.
    pub async fn serve(self, listener: TcpListener) -> Result {
        let (onion, settings) = self.into_parts();
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    tokio::spawn(Arc::clone(&onion).serve(stream, peer, Arc::clone(&settings)));
                }
                Err(error) if is_the_clients(&error) => {}
                Err(error) if is_exhausted(&error) => tokio::time::sleep(REFUSED).await,
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The client went away before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// Too many open files (of the process, 24; of the system, 23), or no memory for one more: it passes.
fn is_exhausted(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(23 | 24)) || error.kind() == io::ErrorKind::OutOfMemory
}
