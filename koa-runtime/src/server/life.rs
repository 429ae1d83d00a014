//! The life of a connection whose protocol says what is said on it, and nothing of how long a client may take.

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Instant, sleep, timeout},
};

use super::{
    accept::Held,
    connection::{Connection, Socket},
    drain::Stage,
    http::{connection::Speaks, scope::Doing, wire::Stream},
    peer::Peer,
    running::Running,
    watch::{Late, Watch},
};
use crate::{Application, Protocol};

/// How long a connection without a request is kept when the server ends. What is on its way then is still answered.
pub(super) const LEAVES: Duration = Duration::from_millis(500);

/// How long, and for how many bytes, to listen to a client that is no longer answered. While it sends, closing would reset the
/// connection, and it might never see the reply that says why.
pub(super) const LINGER: (Duration, usize) = (Duration::from_secs(1), 256 << 10);

/// What a server serves: an application whose protocol is forgotten.
pub(super) trait Serves: std::fmt::Debug + Send + Sync {
    /// Serves one connection, until it is closed or somebody else has it.
    fn serve(&self, stream: Stream, peer: Peer, speaks: Speaks, held: Held)
    -> Pin<Box<dyn Future<Output = ()> + Send>>;
    /// Whether nothing is to be printed.
    fn is_silent(&self) -> bool;
}

impl<C: Protocol> Serves for Application<C> {
    fn serve(
        &self,
        stream: Stream,
        peer: Peer,
        speaks: Speaks,
        held: Held,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(live(Connection::new(self, stream, peer, speaks, held)))
    }

    fn is_silent(&self) -> bool {
        use super::events::Emit as _;
        self.settings().is_silent()
    }
}

enum End {
    /// What was written goes out before the connection is closed.
    Over,
    /// There is nobody left to close it to, or somebody else does.
    Gone,
}

/// Serves it until either side ends it, or the client takes too long.
async fn live<C: Protocol>(mut connection: Connection<C>) {
    let (running, noted) = (Arc::clone(connection.running()), Arc::clone(connection.noted()));
    let Running { limits, clock, drain, .. } = &*running;
    let end = {
        let mut serving = pin!(C::serve(&mut connection));
        let mut watch = Watch::new(clock.exactly());
        let mut alarm = pin!(sleep(Watch::pace(limits)));
        let mut stages = pin!(drain.stages());
        let mut is_first = true;
        // until when it is kept without a request
        let mut leaves = None;
        poll_fn(|task| {
            let is_served = serving.as_mut().poll(task).is_ready();
            if noted.is_handed_on() {
                return if is_served { Poll::Ready(End::Gone) } else { Poll::Pending };
            }
            if is_served {
                return Poll::Ready(End::Over);
            }
            watch.note(&noted.seen(), clock);
            // it wakes this task from now on
            if is_first {
                is_first = false;
                let _ = alarm.as_mut().poll(task);
            }
            while let Some(stage) = stages.as_mut().next(task) {
                match stage {
                    Stage::Open => {}
                    Stage::Draining => {
                        let until = Instant::now() + LEAVES;
                        leaves = Some(until);
                        if alarm.deadline() > until {
                            alarm.as_mut().reset(until);
                            let _ = alarm.as_mut().poll(task);
                        }
                    }
                    Stage::Cut => {
                        drain.cut(usize::from(watch.is_busy()));
                        return Poll::Ready(End::Gone);
                    }
                }
            }
            while alarm.is_elapsed() {
                match watch.look(clock.exactly(), limits) {
                    Ok(next) => {
                        let next = clock.instant(next);
                        let left = leaves.filter(|until| *until > Instant::now());
                        alarm.as_mut().reset(left.map_or(next, |until: Instant| until.min(next)));
                        let _ = alarm.as_mut().poll(task);
                    }
                    Err(Late::Leave) => return Poll::Ready(End::Gone),
                    Err(Late::Close | Late::Head | Late::Request) => return Poll::Ready(End::Over),
                }
            }
            let is_over = leaves.is_some_and(|until| until <= Instant::now());
            if is_over && watch.doing == Doing::Idle { Poll::Ready(End::Over) } else { Poll::Pending }
        })
        .await
    };
    if let End::Over = end {
        // who takes nothing is not waited for long
        let _ = timeout(limits.grace, close(connection.socket())).await;
    }
}

/// Closes the connection, and hears the client out.
async fn close(socket: &mut Socket) -> io::Result<()> {
    socket.shutdown().await?;
    let (time, mut bytes) = LINGER;
    let heard_out = async {
        let mut waste = [0; 512];
        loop {
            match socket.read(&mut waste).await? {
                0 => return Ok(()),
                read if read >= bytes => return Ok(()),
                read => bytes -= read,
            }
        }
    };
    timeout(time, heard_out).await.unwrap_or(Ok(()))
}
