//! The PROXY protocol: the address of the client, said by a proxy that hands its bytes on.

use std::{io, time::Duration};

use proxy_header::{Error, ParseConfig, ProxyHeader};
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::sleep};

use super::{
    address::{Address, Bind},
    peer::Peer,
};
use crate::{Result, request::Networks};

/// As large as a header may be.
const LARGEST: usize = 4096;

/// An address behind proxies that speak the PROXY protocol, of version 1 or 2 (feature `proxy-protocol`): `HAProxy`, nginx, load
/// balancers. Whoever connects must be one of those named, and must say whom it connects for; otherwise the connection is closed.
///
/// ```no_run
/// use koa_runtime::{ProxyProtocol, prelude::*};
///
/// # async fn run(app: Application) -> Result {
/// let balanced = ProxyProtocol::trusting(["10.0.0.0/8"])?;
/// app.listen(balanced.on(3000)).await
/// # }
/// ```
///
/// With TLS the header comes first, in the clear: `tls.on(balanced.on(443))`.
#[derive(Clone, Debug)]
pub struct ProxyProtocol {
    trusted: Networks,
}

impl ProxyProtocol {
    /// From these networks, such as `10.0.0.0/8`, or addresses.
    ///
    /// # Errors
    ///
    /// Fails at the first that is no network and no address.
    pub fn trusting(networks: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let mut trusted = Networks::default();
        networks.into_iter().try_for_each(|network| trusted.add(network.as_ref()))?;
        Ok(Self { trusted })
    }

    /// At this address.
    pub fn on<A: Address>(&self, address: A) -> Proxied<A> {
        Proxied { proxies: self.clone(), address }
    }

    /// Reads the header, and not a byte more: whom the connection is for.
    pub(super) async fn read(&self, stream: &mut TcpStream, peer: &mut Peer) -> io::Result<()> {
        let is_trusted = peer.address.is_some_and(|address| self.trusted.contains(address.ip().to_canonical()));
        if !is_trusted {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let mut seen = [0; LARGEST];
        loop {
            let length = stream.peek(&mut seen).await?;
            match ProxyHeader::parse(&seen[..length], ParseConfig { include_tlvs: false, ..ParseConfig::default() }) {
                Ok((header, read)) => {
                    // without an address it is the proxy's own question whether the server is there
                    if let Some(proxied) = header.proxied_address() {
                        peer.address = Some(proxied.source);
                    }
                    stream.read_exact(&mut vec![0; read]).await?;
                    return Ok(());
                }
                // the rest is on its way; what has come is seen again
                Err(Error::BufferTooShort) if (1..LARGEST).contains(&length) => sleep(Duration::from_millis(5)).await,
                Err(_) => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }
}

/// An address behind proxies: [`ProxyProtocol::on`].
#[derive(Debug)]
pub struct Proxied<A> {
    proxies: ProxyProtocol,
    address: A,
}

impl<A: Address> Address for Proxied<A> {
    fn bind(self) -> Bind {
        let Self { proxies, address } = self;
        let bind = address.bind();
        Box::new(move |options| Box::pin(async move { Ok(bind(options).await?.with_proxies(proxies)) }))
    }
}
