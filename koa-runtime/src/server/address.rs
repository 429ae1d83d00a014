//! Where an application listens.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    pin::Pin,
};

use tokio::net::{TcpListener, lookup_host};

use super::{listener::Listener, socket::SocketOptions};

/// What [`Application::listen`](crate::Application::listen) takes: `"127.0.0.1:3000"`, a name with a port, a
/// `SocketAddr`, a pair of host and port, or a port alone, which listens on every address of the machine, as in Koa; a listener that is
/// bound already, of tokio or of the standard library, such as one that is inherited; and what stands around one of these:
/// `Unix`, `Tls` and `ProxyProtocol`, each behind its feature.
///
/// ```no_run
/// use std::net::Ipv4Addr;
///
/// use koa_runtime::prelude::*;
///
/// # #[tokio::main]
/// # async fn main() -> Result {
/// # let app = || Application::new(pipeline![]);
/// app().listen("127.0.0.1:3000").await?;
/// app().listen((Ipv4Addr::LOCALHOST, 3000)).await?;
/// app().listen(3000).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "an application listens on an address or a port, and `{Self}` is neither",
    label = "expected an address such as `\"127.0.0.1:3000\"`, or a port",
    note = "a port is a `u16`; `SocketAddr` and pairs of host and port are addresses too"
)]
pub trait Address {
    // boxed, so that a server does not name its addresses: a wrong one is reported once
    #[doc(hidden)]
    fn bind(self) -> Bind;
}

/// What becomes a listener, once it is known what sockets are set to.
pub(crate) type Bind = Box<dyn FnOnce(SocketOptions) -> Binding + Send>;

/// What becomes a listener.
pub(crate) type Binding = Pin<Box<dyn Future<Output = io::Result<Listener>> + Send>>;

impl Address for u16 {
    fn bind(self) -> Bind {
        Box::new(move |options| {
            Box::pin(async move {
                // both families where there are two
                match options.bind((Ipv6Addr::UNSPECIFIED, self).into()) {
                    Ok(listener) => Ok(listener.into()),
                    Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
                    // a machine without IPv6
                    Err(_) => options.bind((Ipv4Addr::UNSPECIFIED, self).into()).map(Listener::from),
                }
            })
        })
    }
}

macro_rules! addresses {
    ($($address:ty),*) => { $(
        impl Address for $address {
            fn bind(self) -> Bind {
                Box::new(move |options| Box::pin(async move {
                    let mut refused = None;
                    for address in lookup_host(self).await? {
                        match options.bind(address) {
                            Ok(listener) => return Ok(listener.into()),
                            Err(error) => refused = Some(error),
                        }
                    }
                    Err(refused.unwrap_or_else(|| io::Error::other("the name has no address")))
                }))
            }
        }
    )* };
}
addresses!(
    String,
    SocketAddr,
    SocketAddrV4,
    SocketAddrV6,
    (IpAddr, u16),
    (Ipv4Addr, u16),
    (Ipv6Addr, u16),
    (String, u16)
);

impl Address for &str {
    fn bind(self) -> Bind {
        self.to_owned().bind()
    }
}

impl Address for &String {
    fn bind(self) -> Bind {
        self.clone().bind()
    }
}

impl Address for (&str, u16) {
    fn bind(self) -> Bind {
        (self.0.to_owned(), self.1).bind()
    }
}

impl Address for TcpListener {
    fn bind(self) -> Bind {
        Box::new(move |_| Box::pin(async move { Ok(self.into()) }))
    }
}

/// One that is inherited, say from systemd (`listenfd`) or from a process that is being replaced.
impl Address for std::net::TcpListener {
    fn bind(self) -> Bind {
        Box::new(move |_| {
            Box::pin(async move {
                self.set_nonblocking(true)?;
                TcpListener::from_std(self).map(Listener::from)
            })
        })
    }
}

#[cfg(unix)]
impl Address for tokio::net::UnixListener {
    fn bind(self) -> Bind {
        Box::new(move |_| Box::pin(async move { Ok(self.into()) }))
    }
}

#[cfg(unix)]
impl Address for std::os::unix::net::UnixListener {
    fn bind(self) -> Bind {
        Box::new(move |_| {
            Box::pin(async move {
                self.set_nonblocking(true)?;
                tokio::net::UnixListener::from_std(self).map(Listener::from)
            })
        })
    }
}
