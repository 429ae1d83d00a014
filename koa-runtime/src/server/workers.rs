//! A thread for each core, with a runtime and listeners of its own.

use std::{
    io,
    mem::take,
    num::NonZeroUsize,
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{runtime, sync::mpsc, time::timeout};

use super::{
    accept::Acceptor,
    drain::Stage,
    listener::{Detached, Listener},
    running::Running,
    socket::SocketOptions,
};

/// How long a thread is waited for, once all has ended that can be ended.
const GONE: Duration = Duration::from_secs(2);

/// The threads of a server.
pub(super) struct Workers {
    threads: Vec<JoinHandle<()>>,
    failed: mpsc::UnboundedReceiver<io::Error>,
    running: Arc<Running>,
}

/// Whoever drops a server stops it: its threads finish what has begun.
impl Drop for Workers {
    fn drop(&mut self) {
        self.running.drain.advance(Stage::Draining);
    }
}

impl Workers {
    /// So many. Each listens where `listeners` do.
    pub(super) fn start(
        count: NonZeroUsize,
        listeners: &[Listener],
        options: &SocketOptions,
        acceptor: &Arc<Acceptor>,
    ) -> io::Result<Self> {
        let (fail, failed) = mpsc::unbounded_channel();
        let mut threads = Vec::new();
        for number in 0..count.get() {
            // the first takes what those that are there have been sent already
            let its: io::Result<Vec<Detached>> = listeners
                .iter()
                .map(|listener| if number == 0 { listener.shared() } else { listener.another(options) })
                .collect();
            let (its, acceptor, fail) = (its?, Arc::clone(acceptor), fail.clone());
            let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
            let thread = thread::Builder::new().name(format!("koa-{number}")).spawn(move || {
                if let Err(error) = runtime.block_on(work(its, &acceptor)) {
                    // nobody hears it where the server has ended
                    let _ = fail.send(error);
                }
            })?;
            threads.push(thread);
        }
        Ok(Self { threads, failed, running: Arc::clone(&acceptor.running) })
    }

    /// Waits until one cannot go on.
    pub(super) async fn failed(&mut self) -> io::Error {
        match self.failed.recv().await {
            Some(error) => error,
            None => io::Error::other("the threads of the server have ended"),
        }
    }

    /// Waits until all have ended.
    pub(super) async fn join(mut self) {
        let threads = take(&mut self.threads);
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| drop(thread.join())));
        // one that hangs in a layer goes with the process
        let _ = timeout(GONE, joined).await;
    }
}

/// Accepts and serves until the server ends.
async fn work(listeners: Vec<Detached>, acceptor: &Acceptor) -> io::Result<()> {
    let listeners = listeners.into_iter().map(Detached::attach).collect::<io::Result<Vec<Listener>>>()?;
    let drain = &acceptor.running.drain;
    tokio::select! {
        ended = acceptor.run(&listeners) => ended?,
        () = drain.reached(Stage::Draining) => {}
    }
    acceptor.finish(&listeners).await;
    drop(listeners);
    tokio::select! {
        () = drain.emptied() => {}
        () = drain.reached(Stage::Cut) => drain.cut_off().await,
    }
    Ok(())
}
