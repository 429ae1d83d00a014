//! `soak SECONDS ADDRESS PID [IDLE SLOW]`: thousands of connections at once to the `echo` example, whose process is PID.
//!
//! Idle ones (10 000 unless said otherwise), slow ones (1 000), and one that asks as fast as it can. Every reply is compared byte by
//! byte. It fails if one is wrong or late, if a connection is cut that keeps to the server's limits or one is kept that does not, or if
//! the server takes more than a tenth more memory than it did once all were there.

use std::{
    env,
    error::Error,
    fs,
    future::pending,
    io,
    net::SocketAddr,
    process::ExitCode,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use outside::{Client, pattern};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};

/// How much more memory the server may have.
const GROWTH: f64 = 1.1;
/// No reply takes longer, however many there are.
const LATE: Duration = Duration::from_secs(20);
const SECOND: Duration = Duration::from_secs(1);
/// What a slow one does in a second, where it keeps to the limits.
const SLOW: usize = 1024;

/// What connections there are.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Asks, and is silent for most of the time that it may.
    Idle,
    /// Sends a head a byte a second, and is just in time.
    Head,
    /// The same, and is not.
    LateHead,
    /// Sends a body of a KiB a second.
    Body,
    /// Sends a body a byte a second, which is too slow.
    LateBody,
    /// Reads a KiB a second.
    Reader,
    /// Asks as fast as it can.
    Quick,
}

use Kind::{Body, Head, Idle, LateBody, LateHead, Quick, Reader};

const SLOW_ONES: [Kind; 5] = [Head, LateHead, Body, LateBody, Reader];
const ALL: [Kind; 7] = [Idle, Head, LateHead, Body, LateBody, Reader, Quick];

#[derive(Default)]
struct Counts {
    done: [AtomicU64; ALL.len()],
    errors: AtomicU64,
    first: Mutex<Vec<String>>,
}

impl Counts {
    fn done(&self, kind: Kind) {
        self.done[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn error(&self, kind: Kind, error: &io::Error) {
        if self.errors.fetch_add(1, Ordering::Relaxed) < 10 {
            self.first.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{kind:?}: {error}"));
        }
    }
}

#[derive(Clone)]
struct Soak {
    address: SocketAddr,
    counts: Arc<Counts>,
    /// Whether it is over.
    over: watch::Receiver<bool>,
}

impl Soak {
    /// One connection after another, until it is over.
    async fn run(mut self, kind: Kind, seed: u64) {
        // all of them at once would be a test of the queue of the system
        sleep(Duration::from_micros(seed * 500)).await;
        let mut number = seed << 32;
        while !*self.over.borrow() {
            number += 1;
            let mut over = self.over.clone();
            let once = async {
                match kind {
                    Idle => self.idle(number).await,
                    Quick => self.quick(number).await,
                    Head => head(self.address, "GET / HTTP/1.1\r\nh", "ost: a\r\n\r\n").await,
                    LateHead => late(self.address, "GET / HTTP/1.1\r\n", 19, 26).await,
                    Body => body(self.address, number).await,
                    LateBody => {
                        late(self.address, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 999\r\n\r\n", 9, 26).await
                    }
                    Reader => reader(self.address, number).await,
                }
            };
            let is_slow = !matches!(kind, Idle | Quick);
            let ended = tokio::select! {
                ended = once => ended,
                // which may not come to an end
                _ = over.wait_for(|over| *over), if is_slow => return,
            };
            match ended {
                Ok(()) => self.counts.done(kind),
                Err(error) => {
                    self.counts.error(kind, &error);
                    sleep(SECOND).await;
                }
            }
        }
    }

    async fn idle(&mut self, number: u64) -> io::Result<()> {
        let mut client = Client::connect(self.address).await?;
        let mut asked = 0;
        loop {
            asked += 1;
            expect(&mut client, Some(&pattern(number + asked, 100))).await?;
            if *self.over.borrow() {
                return Ok(());
            }
            tokio::select! {
                () = sleep(wait(asked, number)) => self.counts.done(Idle),
                _ = self.over.wait_for(|over| *over) => {}
            }
        }
    }

    async fn quick(&self, number: u64) -> io::Result<()> {
        let mut client = Client::connect(self.address).await?;
        let mut asked = number;
        while !*self.over.borrow() {
            asked += 1;
            let size = usize::try_from(asked % 4096).unwrap_or(0);
            expect(&mut client, asked.is_multiple_of(2).then(|| pattern(asked, size)).as_deref()).await?;
            self.counts.done(Quick);
        }
        Ok(())
    }
}

/// How long an idle one is silent. The first times not for long, so that what later requests take is there once all is warm.
fn wait(asked: u64, number: u64) -> Duration {
    let most = u32::try_from(number % 20).unwrap_or(0);
    if asked <= 3 { SECOND * 2 + SECOND / 8 * most } else { SECOND * 40 + SECOND * most }
}

async fn expect(client: &mut Client, body: Option<&[u8]>) -> io::Result<()> {
    let reply = timeout(LATE, client.ask(body)).await.map_err(|_| io::Error::other("no reply in time"))??;
    if reply.status != 200 || reply.body != body.unwrap_or(b"OK") {
        return Err(io::Error::other(format!("{} with {} bytes that are others", reply.status, reply.body.len())));
    }
    Ok(())
}

async fn drip(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes {
        sleep(SECOND).await;
        stream.write_all(&[*byte]).await?;
    }
    Ok(())
}

async fn head(address: SocketAddr, at_once: &str, slowly: &str) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(at_once.as_bytes()).await?;
    drip(&mut stream, slowly.as_bytes()).await?;
    expect_rest(Client::from(stream), b"OK").await
}

async fn expect_rest(mut client: Client, body: &[u8]) -> io::Result<()> {
    let reply = timeout(LATE, client.reply()).await.map_err(|_| io::Error::other("no reply in time"))??;
    if reply.status != 200 || reply.body != body {
        return Err(io::Error::other(format!("{} with {} bytes that are others", reply.status, reply.body.len())));
    }
    Ok(())
}

/// Begins, and goes on a byte a second until it is cut: after `least` seconds and before `most`.
async fn late(address: SocketAddr, begin: &str, least: u64, most: u64) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    let start = Instant::now();
    stream.write_all(begin.as_bytes()).await?;
    let (mut reads, mut writes) = stream.split();
    let dripping = async {
        while writes.write_all(b"x").await.is_ok() {
            sleep(SECOND).await;
        }
        pending::<()>().await;
    };
    let cut = async {
        let mut said = [0; 256];
        while let Ok(1..) = reads.read(&mut said).await {}
    };
    tokio::select! {
        () = dripping => {}
        _ = timeout(SECOND * 60, cut) => {}
    }
    let took = start.elapsed().as_secs();
    if (least..=most).contains(&took) {
        return Ok(());
    }
    Err(io::Error::other(format!("cut after {took} seconds")))
}

async fn body(address: SocketAddr, number: u64) -> io::Result<()> {
    let body = pattern(number, SLOW * 30);
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).await?;
    for some in body.chunks(SLOW) {
        sleep(SECOND).await;
        stream.write_all(some).await?;
    }
    expect_rest(Client::from(stream), &body).await
}

async fn reader(address: SocketAddr, number: u64) -> io::Result<()> {
    // one in eight has more than the system keeps for it, and takes minutes
    let size = SLOW * if (number >> 32).is_multiple_of(8) { 512 } else { 32 };
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    let (mut reads, mut writes) = socket.connect(address).await?.into_split();
    let sent = pattern(number, size);
    let sending = async move {
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {size}\r\n\r\n");
        writes.write_all(head.as_bytes()).await?;
        writes.write_all(&pattern(number, size)).await?;
        io::Result::Ok(writes)
    };
    let reading = async {
        let (mut all, mut some) = (Vec::new(), [0; SLOW]);
        loop {
            match reads.read(&mut some).await? {
                0 => return io::Result::Ok(all),
                read => all.extend_from_slice(&some[..read]),
            }
            sleep(SECOND).await;
        }
    };
    let (_writes, all) = tokio::try_join!(sending, reading)?;
    if !all.starts_with(b"HTTP/1.1 200 ") || !all.ends_with(&sent) {
        return Err(io::Error::other(format!("{} bytes came, of {size}", all.len())));
    }
    Ok(())
}

/// How many KiB of memory a process has.
fn memory(process: u32) -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Fails where a process may not have as many files open.
fn have_room(process: &str, files: u64) -> Result<(), Box<dyn Error>> {
    let limits = fs::read_to_string(format!("/proc/{process}/limits"))?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).ok_or("no limit of files")?;
    let limit = line.split_whitespace().next().unwrap_or_default();
    if limit.parse().is_ok_and(|limit: u64| limit < files) {
        return Err(format!("process {process} may open {limit} files and needs {files}: ulimit -n").into());
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [seconds, address, process, others @ ..] = &*arguments else {
        return Err("soak SECONDS ADDRESS PID [IDLE SLOW]".into());
    };
    let (seconds, address, process): (u32, SocketAddr, u32) = (seconds.parse()?, address.parse()?, process.parse()?);
    let number = |at: usize, usual: u64| others.get(at).map_or(Ok(usual), |number| number.parse());
    let (idle, slow) = (number(0, 10_000)?, number(1, 1_000)?);
    for process in ["self".to_owned(), process.to_string()] {
        have_room(&process, idle + slow + 100)?;
    }

    let (end, over) = watch::channel(false);
    let soak = Soak { address, counts: Arc::default(), over };
    let idle_ones = (0..idle).map(|_| Idle);
    let slow_ones = SLOW_ONES.into_iter().cycle().take(usize::try_from(slow)?);
    let all: Vec<_> = idle_ones
        .chain(slow_ones)
        .chain([Quick])
        .zip(0..)
        .map(|(kind, seed)| tokio::spawn(soak.clone().run(kind, seed)))
        .collect();

    // those that are cut have been once by then
    let warm = (seconds / 3).clamp(1, 60);
    sleep(SECOND * warm).await;
    let before = memory(process)?;
    let mut most = before;
    for _ in warm..seconds {
        sleep(SECOND).await;
        most = most.max(memory(process)?);
    }
    end.send_replace(true);
    for one in all {
        one.await?;
    }

    let counts = &soak.counts;
    for (kind, done) in ALL.iter().zip(&counts.done) {
        println!("{kind:?}: {}", done.load(Ordering::Relaxed));
    }
    let errors = counts.errors.load(Ordering::Relaxed);
    for error in counts.first.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        println!("error: {error}");
    }
    println!("{errors} errors; {before} KiB after {warm} seconds, {most} KiB at most after that");
    #[expect(clippy::cast_precision_loss, reason = "so many KiB nobody has")]
    let is_flat = most as f64 <= before as f64 * GROWTH;
    let is_quick = counts.done[Quick as usize].load(Ordering::Relaxed) > u64::from(seconds) * 100;
    Ok(if errors == 0 && is_flat && is_quick { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
