//! Where an application listens.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    pin::Pin,
};

use tokio::net::TcpListener;

/// What [`Application::listen`](crate::Application::listen) takes: `"127.0.0.1:3000"`, a name with a port, a
/// `SocketAddr`, a pair of host and port, or a port alone, which listens on every address of the machine, as in Koa.
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
    // boxed, so that the future of `listen` does not name the address: a wrong one is reported once
    #[doc(hidden)]
    fn bind(self) -> Binding;
}

pub(crate) type Binding = Pin<Box<dyn Future<Output = io::Result<TcpListener>> + Send>>;

impl Address for u16 {
    fn bind(self) -> Binding {
        Box::pin(async move {
            // both families where there are two
            match TcpListener::bind((Ipv6Addr::UNSPECIFIED, self)).await {
                Ok(listener) => Ok(listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
                // a machine without IPv6
                Err(_) => TcpListener::bind((Ipv4Addr::UNSPECIFIED, self)).await,
            }
        })
    }
}

macro_rules! addresses {
    ($($address:ty),*) => { $(
        impl Address for $address {
            fn bind(self) -> Binding {
                Box::pin(TcpListener::bind(self))
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
    fn bind(self) -> Binding {
        self.to_owned().bind()
    }
}

impl Address for &String {
    fn bind(self) -> Binding {
        self.clone().bind()
    }
}

impl Address for (&str, u16) {
    fn bind(self) -> Binding {
        (self.0.to_owned(), self.1).bind()
    }
}
