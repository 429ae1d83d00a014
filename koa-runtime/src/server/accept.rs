//! The accept loop.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};

use super::{
    drain::{Opened, Stage},
    life::Serves,
    listener::{Accepted, Listener},
    running::Running,
    socket::SocketOptions,
};

/// How long to wait after the system has refused to accept, at first and at most.
const REFUSED: (Duration, Duration) = (Duration::from_millis(10), Duration::from_secs(1));

/// How long a listener that shares its port still accepts what had begun to connect, and one that does not what waits.
const LAST: (Duration, Duration) = (Duration::from_millis(100), Duration::from_millis(10));

/// What accepts the connections of a server.
pub(super) struct Acceptor {
    pub(super) serves: Arc<dyn Serves>,
    pub(super) running: Arc<Running>,
    pub(super) options: SocketOptions,
    /// One for each connection that may be open.
    pub(super) room: Arc<Semaphore>,
    pub(super) peers: Arc<Peers>,
}

impl Acceptor {
    /// Accepts what comes to any of them, and serves each connection in a task of its own.
    ///
    /// # Errors
    ///
    /// Fails when a listener itself does. That one connection could not be accepted is no reason to stop.
    pub(super) async fn run(&self, listeners: &[Listener]) -> io::Result<()> {
        let mut all: FuturesUnordered<_> = listeners.iter().map(|listener| self.accept(listener)).collect();
        all.next().await.unwrap_or(Ok(()))
    }

    /// Accepts what waits already, before the listeners are closed and the system resets it.
    pub(super) async fn finish(&self, listeners: &[Listener]) {
        let last = |listener: &Listener| if listener.accepts_no_more() { LAST.0 } else { LAST.1 };
        // whether it breaks is of no consequence any more
        let all: FuturesUnordered<_> =
            listeners.iter().map(|listener| timeout(last(listener), self.accept(listener))).collect();
        all.map(drop).collect::<()>().await;
    }

    async fn accept(&self, listener: &Listener) -> io::Result<()> {
        let mut pause = REFUSED.0;
        loop {
            // as many as there may be: the next one waits with the system
            let Ok(room) = Arc::clone(&self.room).acquire_owned().await else { return Ok(()) };
            match listener.accept(&self.options).await {
                Ok(accepted) => {
                    pause = REFUSED.0;
                    self.spawn(accepted, room);
                }
                Err(error) if is_the_clients(&error) => {}
                Err(error) if is_the_end(&error) => return Err(error),
                // out of file descriptors or memory, or a network that is down: it passes
                Err(_) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(REFUSED.1);
                }
            }
        }
    }

    fn spawn(&self, accepted: Accepted, room: OwnedSemaphorePermit) {
        let most = self.running.limits.connections_per_peer;
        let address = accepted.peer().address.map(|address| address.ip().to_canonical());
        let seat = match (most, address) {
            (Some(most), Some(address)) => match self.peers.enter(address, most) {
                Some(seat) => Some(seat),
                // it is closed at once
                None => return,
            },
            _ => None,
        };
        let (serves, opened) = (Arc::clone(&self.serves), Opened::new(Arc::clone(&self.running)));
        tokio::spawn(async move {
            let running = Arc::clone(opened.owner());
            let opening = tokio::time::timeout(running.limits.head, accepted.open());
            tokio::select! {
                accepted = opening => {
                    if let Ok(Ok((stream, peer, speaks))) = accepted {
                        serves.serve(stream, peer, speaks, Held { opened, _room: room, _seat: seat }).await;
                    }
                }
                () = running.drain.reached(Stage::Cut) => {}
            }
        });
    }
}

/// What a connection holds until it is closed.
pub(crate) struct Held {
    pub(super) opened: Opened<Running>,
    _room: OwnedSemaphorePermit,
    _seat: Option<Seat>,
}

/// How many connections each address has.
#[derive(Debug, Default)]
pub(super) struct Peers {
    // once a connection, and for a moment
    open: Mutex<HashMap<IpAddr, usize>>,
}

/// One of them.
struct Seat {
    peers: Arc<Peers>,
    address: IpAddr,
}

impl Peers {
    fn enter(self: &Arc<Self>, address: IpAddr, most: usize) -> Option<Seat> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Seat { peers: Arc::clone(self), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.peers.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// The client went away before it was accepted.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// There is nothing to accept from any more: `EBADF`, `ENOTSOCK`, `EINVAL`.
fn is_the_end(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(9 | 88)) || error.kind() == io::ErrorKind::InvalidInput
}
