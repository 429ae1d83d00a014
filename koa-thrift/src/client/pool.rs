//! Connections to a server, which are kept from one call to the next.

#[cfg(any(feature = "http-client", feature = "websocket-client"))]
use std::sync::Arc;
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicI32, Ordering},
};

use bytes::Bytes;
use koa_runtime::Result;
#[cfg(any(feature = "http-client", feature = "websocket-client"))]
use koa_runtime::{Error, IntoHeaderName, IntoHeaderValue};
use tokio::net::TcpStream;

#[cfg(feature = "http-client")]
use super::http::Http;
#[cfg(any(feature = "http-client", feature = "websocket-client"))]
use super::target::Target;
#[cfg(feature = "tls")]
use super::tls::ClientTls;
#[cfg(feature = "websocket-client")]
use super::websocket::WebSocket;
use super::{
    failure::{Failed, broken},
    link::{Link, Stream},
    raw::Raw,
};
use crate::{Message, ProtocolError};

/// Connections to a server, which are kept from one call to the next. One is in use for each call that waits for its reply; those that wait
/// for a call are 16 at most.
///
/// ```
/// use koa_thrift::Pool;
///
/// let pool = Pool::new("calculator.internal:9090").keep(64);
/// // of a server that has no frames
/// let pool = Pool::new("old.internal:9090").unframed();
/// ```
///
/// One that the server has closed, or on which it has said something unasked, is not used again.
#[derive(Debug)]
pub struct Pool {
    address: String,
    speaks: Speaks,
    #[cfg(feature = "tls")]
    tls: Option<ClientTls>,
    most: usize,
    /// Held for a push or a pop, and never across an await.
    idle: Mutex<Vec<Link>>,
    /// What replies are told apart by. Those of the clients would not do: several may say the same.
    sequence: AtomicI32,
}

/// What goes over a connection.
#[derive(Debug)]
enum Speaks {
    Framed,
    Unframed,
    #[cfg(feature = "http-client")]
    Http(Arc<Target>),
    #[cfg(feature = "websocket-client")]
    WebSocket(Arc<Target>),
}

impl Speaks {
    /// What is asked for, where a url says it.
    #[cfg(all(feature = "tls", any(feature = "http-client", feature = "websocket-client")))]
    fn target(&self) -> Option<&Target> {
        match self {
            Self::Framed | Self::Unframed => None,
            #[cfg(feature = "http-client")]
            Self::Http(target) => Some(target),
            #[cfg(feature = "websocket-client")]
            Self::WebSocket(target) => Some(target),
        }
    }

    #[cfg(any(feature = "http-client", feature = "websocket-client"))]
    fn target_mut(&mut self) -> Option<&mut Target> {
        match self {
            Self::Framed | Self::Unframed => None,
            #[cfg(feature = "http-client")]
            Self::Http(target) => Some(Arc::make_mut(target)),
            #[cfg(feature = "websocket-client")]
            Self::WebSocket(target) => Some(Arc::make_mut(target)),
        }
    }
}

impl Pool {
    /// Connections to an address, a name or a number with a port, over which messages go framed. None is made before it is needed.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            speaks: Speaks::Framed,
            #[cfg(feature = "tls")]
            tls: None,
            most: 16,
            idle: Mutex::default(),
            sequence: AtomicI32::default(),
        }
    }

    /// Connections to a url, `http` or `https`, to which each call is a `POST` (feature `http-client`): HTTP/1.1. What it is answered
    /// is a reply if the status is 200; nothing is followed.
    ///
    /// ```
    /// let pool = koa_thrift::Pool::http("http://calculator.internal/thrift")?;
    /// # let _ = pool;
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is no such url.
    #[cfg(feature = "http-client")]
    pub fn http(url: &str) -> Result<Self> {
        let (address, target) = Target::of(url, ["http", "https"])?;
        Ok(Self { speaks: Speaks::Http(Arc::new(target)), ..Self::new(address) })
    }

    /// Connections to a url, `ws` or `wss`, each of which becomes a WebSocket (feature `websocket-client`): each call is one binary
    /// message, and so is its reply. What the server asks meanwhile, whether somebody is there, is answered with the next call.
    ///
    /// ```
    /// let pool = koa_thrift::Pool::websocket("ws://calculator.internal/thrift")?;
    /// # let _ = pool;
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is no such url.
    #[cfg(feature = "websocket-client")]
    pub fn websocket(url: &str) -> Result<Self> {
        let (address, target) = Target::of(url, ["ws", "wss"])?;
        Ok(Self { speaks: Speaks::WebSocket(Arc::new(target)), ..Self::new(address) })
    }

    /// Has messages go without frames ("buffered"), for servers that have none. A url has none either way.
    #[must_use]
    pub fn unframed(mut self) -> Self {
        if let Speaks::Framed = self.speaks {
            self.speaks = Speaks::Unframed;
        }
        self
    }

    /// Encrypts the connections (feature `tls`). Not those to a url that says otherwise; those to an `https` or a `wss` url are not made
    /// without.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: ClientTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Adds a header to each request to a url, or to the handshake of each WebSocket there (feature `http-client` or `websocket-client`): who
    /// asks, for which tenant. A name given twice makes two lines, and `Content-Type` and `Accept` go in place of the pool's own. It is the same
    /// for all calls.
    ///
    /// ```
    /// # #[cfg(all(feature = "http-client", feature = "tls"))] {
    /// # use koa_thrift::Pool;
    /// let pool = Pool::http("https://calculator.internal/thrift")?.header("Authorization", "Bearer 7Fjfp0ZBr1KtDRbnfVdmIw")?;
    /// # }
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// Whoever prints the pool is not told its value. Over `http` and `ws` it goes in the clear.
    ///
    /// # Errors
    ///
    /// No header can have that name or value; it is one that the connection says itself (`Host`, `Connection`, `Upgrade`,
    /// `Content-Length`, `Transfer-Encoding`, `Sec-WebSocket-…`); or the pool is not of a url, so there are no headers.
    #[cfg(any(feature = "http-client", feature = "websocket-client"))]
    pub fn header(mut self, name: impl IntoHeaderName, value: impl IntoHeaderValue) -> Result<Self> {
        let target = self.speaks.target_mut();
        target.ok_or_else(|| Error::new(500).with_message("only calls to a url have headers"))?.say(name, value)?;
        Ok(self)
    }

    /// How many connections are kept that wait for a call.
    #[must_use]
    pub fn keep(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// What the reply to the next call is told from others by.
    pub(super) fn sequence(&self) -> i32 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }

    /// A message, as it is written on its connections.
    pub(super) fn write(&self, message: &Message) -> Result<Bytes, ProtocolError> {
        message.written(matches!(self.speaks, Speaks::Framed))
    }

    /// One that was kept and is fit, if there is one.
    pub(super) async fn kept(&self) -> Option<Link> {
        loop {
            let mut link = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if link.is_fit().await {
                return Some(link);
            }
        }
    }

    pub(super) async fn connect(&self) -> Result<Link, Failed> {
        self.open().await.map_err(Failed::before)
    }

    pub(super) async fn keeps(&self, mut link: Link) {
        if link.is_fit().await {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < self.most {
                idle.push(link);
            }
        }
    }

    async fn open(&self) -> Result<Link> {
        let stream = TcpStream::connect(&self.address).await.map_err(broken)?;
        stream.set_nodelay(true).map_err(broken)?;
        let stream = self.secured(stream).await?;
        match &self.speaks {
            Speaks::Framed | Speaks::Unframed => Ok(Link::Raw(Raw::new(stream))),
            #[cfg(feature = "http-client")]
            Speaks::Http(target) => Http::open(stream, target).await.map(|http| Link::Http(Box::new(http))),
            #[cfg(feature = "websocket-client")]
            Speaks::WebSocket(target) => WebSocket::open(stream, target).await.map(Link::WebSocket),
        }
    }

    #[cfg(feature = "tls")]
    async fn secured(&self, stream: TcpStream) -> Result<Stream> {
        #[cfg(any(feature = "http-client", feature = "websocket-client"))]
        if let Some(target) = self.speaks.target() {
            if !target.is_secure {
                return Ok(Box::new(stream));
            }
            if self.tls.is_none() {
                return Err(super::failure::because("such a url needs `Pool::tls`"));
            }
        }
        match &self.tls {
            Some(tls) => Ok(Box::new(tls.connect(&self.address, stream).await.map_err(broken)?)),
            None => Ok(Box::new(stream)),
        }
    }

    #[cfg(not(feature = "tls"))]
    #[allow(clippy::unused_async)] // as with TLS
    async fn secured(&self, stream: TcpStream) -> Result<Stream> {
        Ok(Box::new(stream))
    }
}
