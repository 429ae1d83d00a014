//! TLS, which is rustls's.

use std::{
    fmt, fs, io,
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio_rustls::TlsAcceptor;

use super::{
    address::{Address, Bind},
    http::{connection::Speaks, wire::Stream},
};

/// How often the files of a certificate are looked at.
const LOOKED_AT: Duration = Duration::from_secs(10);

/// TLS in front of an address (feature `tls`): HTTP/2 and HTTP/1.1, as the client likes best (ALPN).
///
/// ```no_run
/// use koa_runtime::{Tls, prelude::*};
///
/// # async fn run(app: Application) -> Result {
/// let tls = Tls::from_pem_files("certificate.pem", "key.pem")?;
/// app.listen(80).and(tls.on(443)).await
/// # }
/// ```
///
/// A certificate of files is read anew when they have changed, without a restart; connections that are open keep theirs. What cannot be
/// read, or does not fit, leaves the one before in use, and is printed to stderr.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    files: Option<Arc<Files>>,
}

impl Tls {
    /// The certificate, with those that prove it, and its key, as PEM. TLS 1.2 and 1.3.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read, is no PEM, or if the key is not that of the certificate.
    pub fn from_pem_files(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> io::Result<Self> {
        let provider = Arc::new(provider());
        let files = Files::read(certificate.into(), key.into(), Arc::clone(&provider))?;
        let files = Arc::new(files);
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&files) as Arc<dyn ResolvesServerCert>);
        Ok(Self { config: Arc::new(with_protocols(config)), files: Some(files) })
    }

    /// Whatever rustls can be set to, such as client certificates, or several names with a certificate each. Where it says nothing of
    /// ALPN, HTTP/2 and HTTP/1.1 are offered.
    #[must_use]
    pub fn from_config(config: ServerConfig) -> Self {
        let config = if config.alpn_protocols.is_empty() { with_protocols(config) } else { config };
        Self { config: Arc::new(config), files: None }
    }

    /// In front of this address.
    pub fn on<A: Address>(&self, address: A) -> Secured<A> {
        Secured { tls: self.clone(), address }
    }

    /// Reads the files again, now.
    ///
    /// # Errors
    ///
    /// As [`from_pem_files`](Self::from_pem_files); the certificate stays what it was.
    pub fn reload(&self) -> io::Result<()> {
        self.files.as_ref().map_or(Ok(()), |files| files.reload())
    }

    /// Reads the files again whenever they have changed.
    pub(super) async fn keep_fresh(self) {
        let Some(files) = self.files else { return std::future::pending().await };
        loop {
            tokio::time::sleep(LOOKED_AT).await;
            let files = Arc::clone(&files);
            // a failure to look is one to be seen next time
            let _ = tokio::task::spawn_blocking(move || files.reload_if_changed()).await;
        }
    }

    /// Shakes hands.
    pub(super) async fn accept(&self, stream: Stream) -> io::Result<(Stream, Speaks)> {
        let stream = TlsAcceptor::from(Arc::clone(&self.config)).accept(stream).await?;
        let speaks = match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => Speaks::Http2,
            Some(_) => Speaks::Http1,
            None => Speaks::Unknown,
        };
        Ok((Stream::Other(Box::new(stream)), speaks))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

/// An address behind TLS: [`Tls::on`].
#[derive(Debug)]
pub struct Secured<A> {
    tls: Tls,
    address: A,
}

impl<A: Address> Address for Secured<A> {
    fn bind(self) -> Bind {
        let Self { tls, address } = self;
        let bind = address.bind();
        Box::new(move |options| Box::pin(async move { Ok(bind(options).await?.with_tls(tls)) }))
    }
}

#[cfg(feature = "tls-aws-lc")]
fn provider() -> CryptoProvider {
    rustls::crypto::aws_lc_rs::default_provider()
}

#[cfg(not(feature = "tls-aws-lc"))]
fn provider() -> CryptoProvider {
    rustls::crypto::ring::default_provider()
}

fn with_protocols(mut config: ServerConfig) -> ServerConfig {
    if cfg!(feature = "http2") {
        config.alpn_protocols.push(b"h2".to_vec());
    }
    config.alpn_protocols.push(b"http/1.1".to_vec());
    config
}

/// A certificate of files.
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    /// With when the files had been changed. Once a handshake, and for a count more.
    current: RwLock<(Arc<CertifiedKey>, Changed)>,
}

type Changed = [Option<SystemTime>; 2];

impl Files {
    fn read(certificate: PathBuf, key: PathBuf, provider: Arc<CryptoProvider>) -> io::Result<Self> {
        let changed = changed(&certificate, &key);
        let certified = Arc::new(certified(&certificate, &key, &provider)?);
        Ok(Self { certificate, key, provider, current: RwLock::new((certified, changed)) })
    }

    fn reload(&self) -> io::Result<()> {
        let changed = changed(&self.certificate, &self.key);
        let read = certified(&self.certificate, &self.key, &self.provider);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // a failure is not said again before they change once more
        current.1 = changed;
        current.0 = Arc::new(read?);
        Ok(())
    }

    fn reload_if_changed(&self) {
        let before = self.current.read().unwrap_or_else(PoisonError::into_inner).1;
        let now = changed(&self.certificate, &self.key);
        // of files that are gone there is nothing to read
        if now != before
            && now.iter().all(Option::is_some)
            && let Err(error) = self.reload()
        {
            eprintln!("the certificate {} stays what it was: {error}", self.certificate.display());
        }
    }
}

fn changed(certificate: &PathBuf, key: &PathBuf) -> Changed {
    [certificate, key].map(|path| fs::metadata(path).and_then(|file| file.modified()).ok())
}

fn certified(certificate: &PathBuf, key: &PathBuf, provider: &CryptoProvider) -> io::Result<CertifiedKey> {
    let named = |path: &PathBuf, error: &dyn fmt::Display| io::Error::other(format!("{}: {error}", path.display()));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| named(certificate, &error))?;
    if chain.is_empty() {
        return Err(named(certificate, &"there is no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| named(key, &error))?;
    // which looks whether they belong together
    CertifiedKey::from_der(chain, private, provider).map_err(|error| named(key, &error))
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner).0))
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files").field("certificate", &self.certificate).field("key", &self.key).finish_non_exhaustive()
    }
}
