//! The accept loop.

use std::{io, pin::Pin, sync::Arc, time::Duration};

use tokio::net::TcpListener;

use super::{address::Address, connection};
use crate::{Application, Result};

/// How long to wait after the system refused to accept.
const REFUSED: Duration = Duration::from_millis(100);

impl Application {
    /// Listens on `address`, answers what comes and never returns, unless the address cannot be had: Koa's `app.listen`
    /// (K-015).
    ///
    /// HTTP/1.1, and HTTP/2 with prior knowledge (feature `http2`, on by default), without TLS. Every connection is a task
    /// of its own. A client has 30 seconds for its first request and for the head of each; on HTTP/2 it is asked every 30
    /// seconds whether it is still there. A client that goes away cancels its request, which drops the layers that have
    /// started, innermost first.
    ///
    /// Dropping the future stops accepting; connections that are open go on.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be listened on.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with I/O and time enabled.
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
    pub fn listen(self, address: impl Address) -> Pin<Box<dyn Future<Output = Result> + Send>> {
        let binding = address.bind();
        Box::pin(async move { self.serve(binding.await?).await })
    }

    /// [`listen`](Self::listen), on a listener that is bound already.
    ///
    /// # Errors
    ///
    /// Fails when the listener itself does. That one connection could not be accepted is no reason to stop.
    ///
    /// # Panics
    ///
    /// As [`listen`](Self::listen).
    ///
    /// ```no_run
    /// # use koa_runtime::prelude::*;
    /// # async fn serve(app: Application) -> Result {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// println!("listening on {}", listener.local_addr()?);
    /// app.serve(listener).await
    /// # }
    /// ```
    pub async fn serve(self, listener: TcpListener) -> Result {
        let (onion, settings) = self.into_parts();
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    connection::spawn(stream, peer, Arc::clone(&onion), Arc::clone(&settings));
                }
                Err(error) if is_the_clients(&error) => {}
                Err(error) if is_the_end(&error) => return Err(error.into()),
                // out of file descriptors or memory, or a network that is down: it passes
                Err(_) => tokio::time::sleep(REFUSED).await,
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

/// There is nothing to accept from any more: `EBADF`, `ENOTSOCK`, `EINVAL`.
fn is_the_end(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(9 | 88)) || error.kind() == io::ErrorKind::InvalidInput
}
