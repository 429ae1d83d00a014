//! TLS to a server, which is rustls's.

use std::{fmt, io, path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// TLS to the server of a [`Pool`](crate::Pool) (feature `tls`): 1.2 and 1.3.
///
/// ```no_run
/// use koa_thrift::{ClientTls, Pool};
///
/// # fn run() -> koa_runtime::Result {
/// let tls = ClientTls::from_pem_file("authorities.pem")?;
/// let pool = Pool::new("calculator.internal:9090").tls(tls.clone());
/// // by a number, of a server that proves a name
/// let pool = Pool::new("10.0.0.7:9090").tls(tls.name("calculator.internal")?);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ClientTls {
    config: Arc<ClientConfig>,
    name: Option<ServerName<'static>>,
}

impl ClientTls {
    /// Trusts the servers for which one of these authorities has signed: certificates, as PEM. There may be other things in the file; it is
    /// read once.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, is no PEM, or has no certificate that can be trusted.
    pub fn from_pem_file(authorities: impl AsRef<Path>) -> io::Result<Self> {
        let path = authorities.as_ref();
        let named = |error: &dyn fmt::Display| io::Error::other(format!("{}: {error}", path.display()));
        let mut trusted = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| named(&error))? {
            let certificate = certificate.map_err(|error| named(&error))?;
            trusted.add(certificate).map_err(|error| named(&error))?;
        }
        if trusted.is_empty() {
            return Err(named(&"there is no certificate in it"));
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?;
        Ok(Self::from_config(config.with_root_certificates(trusted).with_no_client_auth()))
    }

    /// Whatever rustls can be set to, such as a certificate of the client's own. It must not offer HTTP/2 (ALPN), which is not spoken.
    #[must_use]
    pub fn from_config(config: impl Into<Arc<ClientConfig>>) -> Self {
        Self { config: config.into(), name: None }
    }

    /// Expects the server to prove this name, and not that of the address.
    ///
    /// # Errors
    ///
    /// Fails if it is neither a name nor an address.
    pub fn name(mut self, name: impl Into<String>) -> io::Result<Self> {
        self.name = Some(named(name.into())?);
        Ok(self)
    }

    /// Shakes hands with who is at this address.
    pub(super) async fn connect(&self, address: &str, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let name = if let Some(name) = &self.name {
            name.clone()
        } else {
            let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
            named(host.trim_start_matches('[').trim_end_matches(']').to_owned())?
        };
        TlsConnector::from(Arc::clone(&self.config)).connect(name, stream).await
    }
}

fn named(name: String) -> io::Result<ServerName<'static>> {
    ServerName::try_from(name).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))
}

impl fmt::Debug for ClientTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientTls").field("name", &self.name).finish_non_exhaustive()
    }
}
