//! The life of a connection whose protocol says what is said on it, and nothing of how long a client may take.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context as Task, Poll},
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
    noted::Noted,
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
    // as little as can be: it is compiled in each application
    fn serve(
        &self,
        stream: Stream,
        peer: Peer,
        speaks: Speaks,
        held: Held,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut connection = Connection::new(self, stream, peer, speaks, held);
        let (running, noted) = (Arc::clone(connection.running()), Arc::clone(connection.noted()));
        let seen = Arc::clone(&noted);
        let said = Box::pin(async move {
            {
                let mut serving = pin!(C::serve(&mut connection));
                let until_over = |task: &mut Task<'_>| {
                    if noted.is_over() { Poll::Ready(()) } else { serving.as_mut().poll(task).map(drop) }
                };
                poll_fn(until_over).await;
            }
            if noted.is_handed_on() {
                return;
            }
            noted.end();
            {
                let mut closing = close(connection.socket());
                poll_fn(|task| if noted.is_left() { Poll::Ready(()) } else { closing.as_mut().poll(task) }).await;
            }
            if noted.is_left() {
                connection.socket().abandon();
            }
        });
        live(said, running, seen)
    }

    fn is_silent(&self) -> bool {
        use super::events::Emit as _;
        self.settings().is_silent()
    }
}

enum End {
    /// It is to be closed.
    Over,
    /// The client takes nothing.
    Left,
    /// Nothing is left to close, or somebody else has it.
    Gone,
}

/// Lets `said` go on until it is over, or the client takes too long. What is over is closed, and that takes no longer than
/// [grace](crate::Limits::grace).
#[inline(never)]
fn live(
    mut said: Pin<Box<dyn Future<Output = ()> + Send>>,
    running: Arc<Running>,
    noted: Arc<Noted>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let Running { limits, clock, drain, .. } = &*running;
        let mut watch = Watch::new(clock.exactly());
        let mut alarm = pin!(sleep(Watch::pace(limits)));
        let mut stages = pin!(drain.stages());
        let mut is_first = true;
        // until when it is kept without a request
        let mut leaves = None;
        let end = poll_fn(|task| {
            if said.as_mut().poll(task).is_ready() {
                return Poll::Ready(End::Gone);
            }
            if noted.is_handed_on() {
                return Poll::Pending;
            }
            if noted.is_over() {
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
                    Err(Late::Leave) => return Poll::Ready(End::Left),
                    Err(Late::Close | Late::Head | Late::Request) => return Poll::Ready(End::Over),
                }
            }
            let is_over = leaves.is_some_and(|until| until <= Instant::now());
            if is_over && watch.doing == Doing::Idle { Poll::Ready(End::Over) } else { Poll::Pending }
        })
        .await;
        match end {
            End::Over => {
                noted.end();
                // who takes nothing is not waited for long
                if timeout(limits.grace, said.as_mut()).await.is_err() {
                    noted.leave();
                    said.await;
                }
            }
            End::Left => {
                noted.leave();
                said.await;
            }
            End::Gone => {}
        }
    })
}

/// Closes the connection, and hears the client out.
#[inline(never)]
fn close(socket: &mut Socket) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
    Box::pin(async move {
        // it may be closed already, or broken
        if socket.shutdown().await.is_err() {
            return;
        }
        let (time, mut bytes) = LINGER;
        let heard_out = async {
            let mut waste = [0; 512];
            loop {
                match socket.read(&mut waste).await {
                    Ok(0) | Err(_) => return,
                    Ok(read) if read >= bytes => return,
                    Ok(read) => bytes -= read,
                }
            }
        };
        let _ = timeout(time, heard_out).await;
    })
}
