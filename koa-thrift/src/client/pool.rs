//! Connections to a server, which are kept from one call to the next.

use std::{
    fmt, io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI32, Ordering},
    },
};

use koa_runtime::{Error, Result, middleware};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::caller::{because, nonsense};
use crate::{Call, Message, MessageKind, ProtocolError};

/// Connections to a server, which are kept from one call to the next. One is in use for each call that waits for its reply; those that wait
/// for a call are 16 at most.
///
/// ```
/// let pool = koa_thrift::Pool::new("calculator.internal:9090").keep(64);
/// ```
#[derive(Debug)]
pub struct Pool {
    address: String,
    most: usize,
    idle: Mutex<Vec<TcpStream>>,
    /// What replies are told apart by. Those of the clients would not do: several may say the same.
    sequence: AtomicI32,
}

impl Pool {
    /// Connections to an address, a name or a number with a port. None is made before it is needed.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), most: 16, idle: Mutex::default(), sequence: AtomicI32::default() }
    }

    /// How many connections are kept that wait for a call.
    #[must_use]
    pub fn keep(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    async fn take(&self) -> io::Result<TcpStream> {
        loop {
            let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(stream) = kept else { break };
            // the server may have closed it meanwhile, and has nothing to say unasked
            if let Err(error) = stream.try_read(&mut [0])
                && error.kind() == io::ErrorKind::WouldBlock
            {
                return Ok(stream);
            }
        }
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }

    fn put(&self, stream: TcpStream) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.most {
            idle.push(stream);
        }
    }
}

/// An endpoint that sends each call to a server, framed, and makes what comes back its reply: for clients, and for proxies.
///
/// A call that is cancelled (by a layer that waits no longer) closes its connection, so that no late reply is taken for another's.
///
/// # Errors
///
/// A 502, with what went wrong on the connection. Whether the method has run then, nobody knows. A 400 for a message that is no call, or
/// of which it is known that it makes no sense: it is not sent.
#[middleware]
pub async fn remote(#[config] pool: &Pool, ctx: &mut Call) -> Result {
    ctx.is_whole()?;
    let sequence = pool.sequence.fetch_add(1, Ordering::Relaxed);
    let asked = Message { sequence, ..ctx.message().clone() }.framed()?;
    let mut stream = pool.take().await.map_err(broken)?;
    stream.write_all(&asked).await.map_err(broken)?;
    if ctx.is_one_way() {
        ctx.says_nothing();
    } else {
        // what comes late for a one-way call, which has no reply, has an id of its own
        let reply = read(&mut stream, ctx.most()).await?;
        let is_named = reply.name == ctx.method() || reply.name == ctx.message().name;
        if reply.sequence != sequence || !is_named {
            return Err(unusable(because("this is the reply to another call")));
        }
        if !matches!(reply.kind, MessageKind::Reply | MessageKind::Exception) {
            return Err(unusable(because("this is no reply")));
        }
        ctx.passes(reply);
    }
    pool.put(stream);
    Ok(())
}

async fn read(stream: &mut TcpStream, most: usize) -> Result<Message> {
    let size = stream.read_u32().await.map_err(broken)?;
    if size as usize > most {
        return Err(unusable(nonsense(ProtocolError::TooLarge(most))));
    }
    // it grows with what comes, and not with what is announced
    let mut reply = Vec::new();
    let read = (&mut *stream).take(size.into()).read_to_end(&mut reply).await;
    let read = read.map_err(|error| unusable(broken(error)))?;
    if read < size as usize {
        return Err(unusable(nonsense(ProtocolError::Truncated)));
    }
    Message::decode(reply).map_err(|error| unusable(nonsense(error)))
}

/// Marks the error of a reply that has come and is of no use: the method has run, and is not called again.
#[derive(Debug)]
pub(super) struct Unusable(Error);

fn unusable(error: Error) -> Error {
    Error::from(Unusable(error)).with_status(502)
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Unusable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source().map(|source| source as _)
    }
}

fn broken(error: io::Error) -> Error {
    Error::from(error).with_status(502)
}
