//! Who is at the other end of a connection.

use std::net::SocketAddr;

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Not of a Unix socket.
    pub(crate) address: Option<SocketAddr>,
    /// Whether it came over TLS.
    pub(crate) is_secure: bool,
}
