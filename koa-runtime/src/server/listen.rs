//! Where a server begins: `Application::listen`.

use std::sync::Arc;

use super::{address::Address, server::Server};
use crate::{Application, Protocol};

impl<C: Protocol> Application<C> {
    /// Listens on `address` and answers what comes: Koa's `app.listen` (K-015). It is a future, which returns when the server has
    /// ended, and before that it can be [set](Server): more addresses, limits, how it ends.
    ///
    /// HTTP/1.1, and HTTP/2 with prior knowledge (feature `http2`, on by default). Every connection is a task of its own, within
    /// [`Limits`](crate::Limits). A client that goes away cancels its request, which drops the layers that have started, innermost first.
    ///
    /// It ends with Ctrl-C or SIGTERM: nothing more is accepted; connections without a request are closed, those of HTTP/1 after half a
    /// second, in which a request that is on its way is still answered; requests have 30 seconds to end ([`drain`](Server::drain)), and
    /// what is left is cut off. With a second signal it is cut off at once.
    ///
    /// Dropping the future stops accepting; connections that are open go on, but for those of [`per_core`](Server::per_core), whose
    /// threads end as if the server did.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be listened on, or if a listener breaks.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime with I/O and time enabled, once it is polled.
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
    pub fn listen(self, address: impl Address) -> Server {
        let mut server = Server::new(Arc::new(self)).and(address);
        server.waits_for_signals = true;
        server
    }

    /// [`listen`](Self::listen) on a listener that is bound already, without an ear for signals: it ends when it is
    /// [told to](Server::with_graceful_shutdown), or never.
    ///
    /// ```no_run
    /// # use koa_runtime::prelude::*;
    /// # async fn serve(app: Application) -> Result {
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    /// println!("listening on {}", listener.local_addr()?);
    /// app.serve(listener).await
    /// # }
    /// ```
    pub fn serve(self, listener: impl Address) -> Server {
        Server::new(Arc::new(self)).and(listener)
    }
}
