//! What the sockets of a server are set to.

use std::{io, net::SocketAddr, time::Duration};

use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use tokio::net::{TcpListener, TcpStream};

/// What the sockets of a server are set to: [`Server::sockets`](crate::Server::sockets).
///
/// ```
/// use koa_runtime::{SocketOptions, prelude::*};
///
/// # async fn run(app: Application) -> Result {
/// app.listen(3000).sockets(SocketOptions { reuse_port: true, ..SocketOptions::default() }).await
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SocketOptions {
    /// Whether what is written is sent at once (`TCP_NODELAY`), and does not wait for more. Yes: a reply is written whole.
    pub nodelay: bool,
    /// How many connections the system keeps until they are accepted. 1024; the system may have a limit of its own
    /// (`net.core.somaxconn`).
    pub backlog: u32,
    /// Whether others may listen on the same port, and the system spreads connections among all of them (`SO_REUSEPORT`): several
    /// processes, or one that replaces another. On Linux none of them is lost when one ends: whoever begins to connect to it in its last
    /// tenth of a second tries again after a second. No.
    pub reuse_port: bool,
    /// How long nothing may come of a connection before the system asks whether there is still somebody (`SO_KEEPALIVE`). `None`, not at
    /// all: HTTP has its own [limits](crate::Limits).
    pub keep_alive: Option<Duration>,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self { nodelay: true, backlog: 1024, reuse_port: false, keep_alive: None }
    }
}

impl SocketOptions {
    /// Listens, as tokio's own `bind` does, and set to this.
    pub(super) fn bind(&self, address: SocketAddr) -> io::Result<TcpListener> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_nonblocking(true)?;
        // elsewhere that would let two servers have one port
        #[cfg(not(windows))]
        socket.set_reuse_address(true)?;
        #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos", target_os = "cygwin"))))]
        socket.set_reuse_port(self.reuse_port)?;
        socket.bind(&address.into())?;
        socket.listen(i32::try_from(self.backlog).unwrap_or(i32::MAX))?;
        TcpListener::from_std(socket.into())
    }

    /// Sets a connection to this. What cannot be set is left as it is: it has worked so far.
    pub(super) fn set(&self, stream: &TcpStream) {
        let _ = stream.set_nodelay(self.nodelay);
        if let Some(time) = self.keep_alive {
            let _ = SockRef::from(stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(time));
        }
    }
}

/// Has the system forget what it has not sent, once the stream is dropped: the client sees a reset.
pub(super) fn forget(stream: &TcpStream) {
    // at worst it is kept a little longer
    let _ = SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// Has the system drop each SYN, and nothing else, that comes to a listener which shares its port.
///
/// It spreads connections among all that listen, up to the moment when one is closed, and resets what is in the queue of that one.
#[cfg(target_os = "linux")]
pub(super) fn pass_over(listener: &TcpListener) -> io::Result<bool> {
    use socket2::SockFilter;
    let socket = SockRef::from(listener);
    if !socket.reuse_port()? {
        return Ok(false);
    }
    // the flags of the TCP header, of which SYN is set and ACK is not
    let (load_byte, and, jump_if_equal, end) = (0x30, 0x54, 0x15, 0x06);
    socket.attach_filter(&[
        SockFilter::new(load_byte, 0, 0, 13),
        SockFilter::new(and, 0, 0, 0x12),
        SockFilter::new(jump_if_equal, 0, 1, 0x02),
        SockFilter::new(end, 0, 0, 0),
        SockFilter::new(end, 0, 0, u32::MAX),
    ])?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as on Linux")]
pub(super) fn pass_over(_: &TcpListener) -> io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
