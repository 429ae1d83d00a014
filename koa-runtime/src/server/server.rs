//! A server: an application, where it listens, and how it ends.

use std::{
    fmt, io,
    net::SocketAddr,
    num::NonZeroUsize,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll},
    thread::available_parallelism,
    time::Duration,
};

use futures_util::{
    FutureExt as _,
    future::{Either, select},
};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};

#[cfg(feature = "tls")]
use super::tls::Tls;
use super::{
    accept::{Acceptor, Peers},
    address::{Address, Bind},
    drain::{Drained, Stage},
    life::Serves,
    limits::Limits,
    listener::Listener,
    running::Running,
    signal::asked_to_end,
    socket::SocketOptions,
    workers::Workers,
};
use crate::{Readiness, Result};

/// How long requests have to end, unless said otherwise.
const DRAIN: Duration = Duration::from_secs(30);

type Signal = Pin<Box<dyn Future<Output = ()> + Send>>;
type Tell = Box<dyn FnOnce(Drained) + Send>;
type Listening = Box<dyn FnMut(SocketAddr) + Send>;

/// An application that listens: what [`listen`](crate::Application::listen) and [`serve`](crate::Application::serve) return. It is a
/// future, and does nothing until it is awaited.
///
/// ```no_run
/// use std::time::Duration;
///
/// use koa_runtime::prelude::*;
///
/// # async fn run(app: Application, told: tokio::sync::oneshot::Receiver<()>) -> Result {
/// app.listen("127.0.0.1:3000")
///     .and("[::1]:3000")
///     .with_graceful_shutdown(async { drop(told.await) })
///     .drain(Duration::from_secs(10))
///     .await
/// # }
/// ```
#[must_use = "a server does nothing until it is awaited"]
pub struct Server {
    start: Option<Start>,
    running: Option<Pin<Box<dyn Future<Output = Result> + Send>>>,
    pub(super) waits_for_signals: bool,
}

/// What connections are served on.
#[derive(Clone, Copy)]
enum Threads {
    OfTheRuntime,
    OnePerCore,
    Own(NonZeroUsize),
}

struct Start {
    serves: Arc<dyn Serves>,
    addresses: Vec<Bind>,
    limits: Limits,
    sockets: SocketOptions,
    threads: Threads,
    signal: Option<Signal>,
    drain: Duration,
    readiness: Option<Readiness>,
    notice: Duration,
    listening: Option<Listening>,
    tell: Option<Tell>,
}

impl Server {
    pub(super) fn new(serves: Arc<dyn Serves>) -> Self {
        let start = Start {
            serves,
            addresses: Vec::new(),
            limits: Limits::default(),
            sockets: SocketOptions::default(),
            threads: Threads::OfTheRuntime,
            signal: None,
            drain: DRAIN,
            readiness: None,
            notice: Duration::ZERO,
            listening: None,
            tell: None,
        };
        Self { start: Some(start), running: None, waits_for_signals: false }
    }

    fn set(mut self, set: impl FnOnce(&mut Start)) -> Self {
        if let Some(start) = &mut self.start {
            set(start);
        }
        self
    }

    /// Listens on `address` too.
    pub fn and(self, address: impl Address) -> Self {
        self.set(|start| start.addresses.push(address.bind()))
    }

    /// What clients may ask.
    pub fn limits(self, limits: Limits) -> Self {
        self.set(|start| start.limits = limits)
    }

    /// What the sockets are set to. Those that are bound already are set to what concerns each connection.
    pub fn sockets(self, options: SocketOptions) -> Self {
        self.set(|start| start.sockets = options)
    }

    /// Serves on threads of its own, one for each core, each with a current-thread runtime and listeners of its own, among which the
    /// system spreads connections (`SO_REUSEPORT`). The runtime that awaits the server only waits for its end.
    ///
    /// Without, connections are tasks of the runtime that awaits the server: with `#[tokio::main]`, of the threads that share all work.
    /// That is the default since a core with nothing to do then helps another one; threads of their own save some 190 instructions a
    /// request, and pay where all connections are equally busy.
    ///
    /// ```no_run
    /// # use koa_runtime::prelude::*;
    /// # async fn run(app: Application) -> Result {
    /// app.listen(3000).per_core().await
    /// # }
    /// ```
    pub fn per_core(self) -> Self {
        self.set(|start| {
            start.threads = Threads::OnePerCore;
            start.sockets.reuse_port = true;
        })
    }

    /// [`per_core`](Self::per_core), on so many threads.
    pub fn threads(self, count: NonZeroUsize) -> Self {
        self.per_core().set(|start| start.threads = Threads::Own(count))
    }

    /// Ends the server when `signal` does: in place of Ctrl-C and SIGTERM, which are left alone then.
    pub fn with_graceful_shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.waits_for_signals = false;
        self.set(|start| start.signal = Some(Box::pin(signal)))
    }

    /// How long requests have to end, from the signal on, before they are cut off. 30 seconds unless said otherwise.
    pub fn drain(self, time: Duration) -> Self {
        self.set(|start| start.drain = time)
    }

    /// Says through `readiness` when the server is ready: from when it listens until it is told to end, which comes before all else.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use koa_runtime::prelude::*;
    ///
    /// # async fn run() -> Result {
    /// let readiness = Readiness::new();
    /// let app = Application::new(pipeline![routes! { GET "/readyz" => ready(readiness.clone()) }]);
    /// app.listen(3000).readiness(readiness).notice(Duration::from_secs(5)).await
    /// # }
    /// ```
    pub fn readiness(self, readiness: Readiness) -> Self {
        readiness.set(false);
        self.set(|start| start.readiness = Some(readiness))
    }

    /// How long the server goes on as before once it is told to end, so that who asks whether it is ready can send requests elsewhere.
    /// No time unless said otherwise.
    pub fn notice(self, time: Duration) -> Self {
        self.set(|start| start.notice = time)
    }

    /// Calls `tell` with each address of TCP that is listened on, once all are: where the port was 0, with the one that it has become.
    ///
    /// ```no_run
    /// # use koa_runtime::prelude::*;
    /// # async fn run(app: Application) -> Result {
    /// app.listen(("127.0.0.1", 0)).on_listening(|address| println!("listening on http://{address}")).await
    /// # }
    /// ```
    pub fn on_listening(self, tell: impl FnMut(SocketAddr) + Send + 'static) -> Self {
        self.set(|start| start.listening = Some(Box::new(tell)))
    }

    /// Calls `tell` when the server has ended, with what it had to cut off. Without, that is printed to stderr if it is anything.
    pub fn on_drained(self, tell: impl FnOnce(Drained) + Send + 'static) -> Self {
        self.set(|start| start.tell = Some(Box::new(tell)))
    }
}

impl Future for Server {
    type Output = Result;

    fn poll(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Result> {
        let waits_for_signals = self.waits_for_signals;
        if let Some(start) = self.start.take() {
            self.running = Some(Box::pin(start.run(waits_for_signals)));
        }
        match &mut self.running {
            Some(running) => running.as_mut().poll(task),
            None => Poll::Pending,
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(start) = &self.start else { return f.write_str("Server(running)") };
        f.debug_struct("Server")
            .field("application", &start.serves)
            .field("limits", &start.limits)
            .field("sockets", &start.sockets)
            .field("drain", &start.drain)
            .finish_non_exhaustive()
    }
}

impl Start {
    async fn run(self, waits_for_signals: bool) -> Result {
        let Self { serves, addresses, limits, sockets, threads, signal, drain, readiness, notice, listening, tell } =
            self;
        let mut listeners: Vec<Listener> = Vec::new();
        for bind in addresses {
            listeners.push(bind(sockets).await?);
        }
        if let Some(mut tell) = listening {
            listeners.iter().filter_map(Listener::address).for_each(&mut tell);
        }
        let running = Arc::new(Running::new(limits));
        running.keep_time();
        let is_silent = serves.is_silent();
        let acceptor = Arc::new(Acceptor {
            serves,
            room: Arc::new(Semaphore::new(running.limits.connections.min(Semaphore::MAX_PERMITS))),
            running: Arc::clone(&running),
            options: sockets,
            peers: Arc::new(Peers::default()),
        });

        #[cfg(feature = "tls")]
        let fresh = keep_fresh(&listeners);
        let count = match threads {
            Threads::OfTheRuntime => None,
            Threads::OnePerCore => Some(available_parallelism()?),
            Threads::Own(count) => Some(count),
        };
        let start = |count| Workers::start(count, &listeners, &sockets, &acceptor);
        let mut workers = count.map(start).transpose()?;
        let accepting = async {
            match &mut workers {
                Some(workers) => Err(workers.failed().await),
                None => acceptor.run(&listeners).await,
            }
        };
        let signal = signal.unwrap_or_else(|| {
            if waits_for_signals { Box::pin(asked_to_end()) } else { Box::pin(std::future::pending()) }
        });
        let told = async {
            signal.await;
            if let Some(readiness) = &readiness {
                readiness.set(false);
            }
            sleep(notice).await;
        };
        if let Some(readiness) = &readiness {
            readiness.set(true);
        }
        match select(Box::pin(accepting), std::pin::pin!(told)).await {
            Either::Left((accepted, _)) => return accepted.map_err(Into::into),
            Either::Right(_) => {}
        }
        if workers.is_none() {
            acceptor.finish(&listeners).await;
        }
        drop(listeners);
        #[cfg(feature = "tls")]
        drop(fresh);

        let drained = drained(&running, drain, waits_for_signals).await;
        if let Some(workers) = workers {
            workers.join().await;
        }
        match tell {
            Some(tell) => tell(drained),
            None if drained.cut_connections > 0 && !is_silent => {
                let Drained { cut_connections, cut_requests, .. } = drained;
                eprintln!("cut off {cut_requests} requests on {cut_connections} connections after {drain:?}");
            }
            None => {}
        }
        Ok(())
    }
}

/// Looks after the certificates of the listeners, for as long as it is kept.
#[cfg(feature = "tls")]
fn keep_fresh(listeners: &[Listener]) -> tokio::task::JoinSet<()> {
    listeners.iter().filter_map(Listener::tls).map(Tls::keep_fresh).collect()
}

/// Lets what is open end, and cuts off what does not.
async fn drained(running: &Running, time: Duration, waits_for_signals: bool) -> Drained {
    let start = Instant::now();
    running.drain.advance(Stage::Draining);
    let again = async {
        if waits_for_signals {
            asked_to_end().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    let emptied = timeout(time, running.drain.emptied()).map(drop);
    let _ = select(std::pin::pin!(emptied), std::pin::pin!(again)).await;
    running.drain.advance(Stage::Cut);
    running.drain.cut_off().await;
    running.drain.report(start.elapsed())
}

// an `io::Error` is what a listener fails with
const _: fn(io::Error) -> crate::Error = Into::into;
