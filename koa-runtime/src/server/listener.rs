//! What connections are accepted from.

use std::{io, net::SocketAddr, path::PathBuf};

use socket2::SockRef;
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

#[cfg(feature = "proxy-protocol")]
use super::proxied::ProxyProtocol;
#[cfg(feature = "tls")]
use super::tls::Tls;
use super::{
    http::{connection::Speaks, wire::Stream},
    peer::Peer,
    socket::SocketOptions,
};

/// A listener that is bound, and what its connections go through before anything is asked on them.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
    before: Before,
    /// Of a Unix socket that goes with the server.
    path: Option<PathBuf>,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// What comes before HTTP.
#[derive(Clone, Debug, Default)]
struct Before {
    #[cfg(feature = "proxy-protocol")]
    proxies: Option<std::sync::Arc<ProxyProtocol>>,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
}

/// A listener on its way to another runtime.
pub(super) struct Detached {
    socket: DetachedSocket,
    before: Before,
}

enum DetachedSocket {
    Tcp(std::net::TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener),
}

impl Detached {
    /// Listens in the runtime that this runs in.
    pub(super) fn attach(self) -> io::Result<Listener> {
        let socket = match self.socket {
            DetachedSocket::Tcp(listener) => Socket::Tcp(TcpListener::from_std(listener)?),
            #[cfg(unix)]
            DetachedSocket::Unix(listener) => Socket::Unix(UnixListener::from_std(listener)?),
        };
        Ok(Listener { socket, before: self.before, path: None })
    }
}

/// A connection that is accepted, of which nothing is read yet.
pub(crate) struct Accepted {
    stream: Stream,
    peer: Peer,
    before: Before,
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self { socket: Socket::Tcp(listener), before: Before::default(), path: None }
    }
}

#[cfg(unix)]
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        Self { socket: Socket::Unix(listener), before: Before::default(), path: None }
    }
}

impl Listener {
    #[cfg(unix)]
    pub(super) fn with_path(mut self, path: PathBuf) -> Self {
        self.path = Some(path);
        self
    }

    #[cfg(feature = "tls")]
    pub(super) fn with_tls(mut self, tls: Tls) -> Self {
        self.before.tls = Some(tls);
        self
    }

    #[cfg(feature = "tls")]
    pub(super) fn tls(&self) -> Option<Tls> {
        self.before.tls.clone()
    }

    #[cfg(feature = "proxy-protocol")]
    pub(super) fn with_proxies(mut self, proxies: ProxyProtocol) -> Self {
        self.before.proxies = Some(std::sync::Arc::new(proxies));
        self
    }

    /// Where it listens, if that is an address.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        match &self.socket {
            Socket::Tcp(listener) => listener.local_addr().ok(),
            #[cfg(unix)]
            Socket::Unix(_) => None,
        }
    }

    /// The same once more: what is sent to one of them, either takes.
    pub(super) fn shared(&self) -> io::Result<Detached> {
        let socket = match &self.socket {
            Socket::Tcp(listener) => DetachedSocket::Tcp(SockRef::from(listener).try_clone()?.into()),
            #[cfg(unix)]
            Socket::Unix(listener) => DetachedSocket::Unix(SockRef::from(listener).try_clone()?.into()),
        };
        Ok(Detached { socket, before: self.before.clone() })
    }

    /// Another one at the same address, to which the system sends its part of the connections; or else [the same](Self::shared).
    pub(super) fn another(&self, options: &SocketOptions) -> io::Result<Detached> {
        let address = self.address().filter(|_| options.reuse_port);
        match address.map(|address| options.bind(address)) {
            Some(Ok(listener)) => {
                Ok(Detached { socket: DetachedSocket::Tcp(listener.into_std()?), before: self.before.clone() })
            }
            Some(Err(_)) | None => self.shared(),
        }
    }

    /// Has the system pass over whoever begins to connect from now on, where others listen on the same port: the client tries again after
    /// a second, and then is theirs. Whether it does.
    pub(super) fn accepts_no_more(&self) -> bool {
        match &self.socket {
            Socket::Tcp(listener) => super::socket::pass_over(listener).unwrap_or(false),
            #[cfg(unix)]
            Socket::Unix(_) => false,
        }
    }

    /// Waits for a connection. Cancel-safe: none is lost.
    pub(super) async fn accept(&self, options: &SocketOptions) -> io::Result<Accepted> {
        let (stream, address) = match &self.socket {
            Socket::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                options.set(&stream);
                (Stream::Tcp(stream), Some(peer))
            }
            #[cfg(unix)]
            Socket::Unix(listener) => (Stream::Other(Box::new(listener.accept().await?.0)), None),
        };
        Ok(Accepted { stream, peer: Peer { address, is_secure: false }, before: self.before.clone() })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // whoever has removed it already has done the same
            let _ = std::fs::remove_file(path);
        }
    }
}

impl Accepted {
    pub(super) fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Goes through what comes before HTTP.
    #[cfg_attr(not(feature = "tls"), allow(clippy::unused_async))]
    pub(super) async fn open(self) -> io::Result<(Stream, Peer, Speaks)> {
        let Self { stream, peer, before } = self;
        #[cfg(feature = "proxy-protocol")]
        let (mut stream, mut peer) = (stream, peer);
        #[cfg(feature = "proxy-protocol")]
        if let (Some(proxies), Stream::Tcp(stream)) = (&before.proxies, &mut stream) {
            proxies.read(stream, &mut peer).await?;
        }
        #[cfg(feature = "tls")]
        if let Some(tls) = before.tls {
            let (stream, speaks) = tls.accept(stream).await?;
            return Ok((stream, Peer { is_secure: true, ..peer }, speaks));
        }
        #[cfg(not(feature = "tls"))]
        let _ = before;
        Ok((stream, peer, Speaks::Unknown))
    }
}
