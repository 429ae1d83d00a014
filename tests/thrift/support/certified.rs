//! Certificates, for a server and who trusts it.

use std::{fs, net::SocketAddr, path::PathBuf};

use koa_runtime::Tls;
use koa_thrift::ClientTls;

/// A certificate for a name, and its key.
pub(crate) struct Certified(PathBuf);

impl Certified {
    pub(crate) fn new(test: &str, name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("koa-thrift-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        fs::write(folder.join("certificate.pem"), made.cert.pem()).unwrap();
        fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn server(&self) -> Tls {
        Tls::from_pem_files(self.path("certificate.pem"), self.path("key.pem")).unwrap()
    }

    pub(crate) fn client(&self) -> ClientTls {
        ClientTls::from_pem_file(self.path("certificate.pem")).unwrap()
    }
}

impl Drop for Certified {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The name that certificates are for, with a port.
pub(crate) fn local(address: SocketAddr) -> String {
    format!("localhost:{}", address.port())
}
