//! What connections are accepted from.

use std::io;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::{
    http::{connection::Speaks, exchange::Peer, wire::Stream},
    socket::SocketOptions,
};

/// A listener that is bound, and what its connections go through before anything is asked on them.
#[derive(Debug)]
pub struct Listener {
    socket: Socket,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener),
}

/// A connection that is accepted, of which nothing is read yet.
pub(crate) struct Accepted {
    stream: Stream,
    peer: Peer,
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self { socket: Socket::Tcp(listener) }
    }
}

#[cfg(unix)]
impl From<UnixListener> for Listener {
    fn from(listener: UnixListener) -> Self {
        Self { socket: Socket::Unix(listener) }
    }
}

impl Listener {
    /// Waits for a connection. Cancel-safe: none is lost.
    pub(super) async fn accept(&self, options: &SocketOptions) -> io::Result<Accepted> {
        match &self.socket {
            Socket::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                options.set(&stream);
                let peer = Peer { address: Some(peer), is_secure: false };
                Ok(Accepted { stream: Stream::Tcp(stream), peer })
            }
            #[cfg(unix)]
            Socket::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok(Accepted { stream: Stream::Other(Box::new(stream)), peer: Peer { address: None, is_secure: false } })
            }
        }
    }
}

impl Accepted {
    pub(super) fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Goes through what comes before HTTP.
    pub(super) async fn open(self) -> io::Result<(Stream, Peer, Speaks)> {
        Ok((self.stream, self.peer, Speaks::Unknown))
    }
}
