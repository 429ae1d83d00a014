//! Connections to a server, which are kept from one call to the next.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use koa_runtime::{Error, Result, middleware};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::caller::{because, nonsense};
use crate::{Call, Message, ProtocolError};

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
}

impl Pool {
    /// Connections to an address, a name or a number with a port. None is made before it is needed.
    #[must_use]
    pub fn new(address: impl Into<String>) -> Self {
        Self { address: address.into(), most: 16, idle: Mutex::default() }
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
/// A 502, with what went wrong on the connection. Whether the method has run then, nobody knows.
#[middleware]
pub async fn remote(#[config] pool: &Pool, ctx: &mut Call) -> Result {
    let asked = ctx.message().encode()?;
    let mut stream = pool.take().await.map_err(broken)?;
    let size = u32::try_from(asked.len()).map_err(|_| ProtocolError::TooLarge(asked.len()))?;
    let framed = [&size.to_be_bytes()[..], &asked].concat();
    stream.write_all(&framed).await.map_err(broken)?;
    if ctx.is_one_way() {
        ctx.says_nothing();
    } else {
        let reply = read(&mut stream, ctx.most()).await?;
        if reply.sequence != ctx.message().sequence {
            return Err(because("this is the reply to another call"));
        }
        ctx.passes(reply);
    }
    pool.put(stream);
    Ok(())
}

async fn read(stream: &mut TcpStream, most: usize) -> Result<Message> {
    let size = stream.read_u32().await.map_err(broken)?;
    if size as usize > most {
        return Err(nonsense(ProtocolError::TooLarge(most)));
    }
    // it grows with what comes, and not with what is announced
    let mut reply = Vec::new();
    let read = (&mut *stream).take(size.into()).read_to_end(&mut reply).await.map_err(broken)?;
    if read < size as usize {
        return Err(nonsense(ProtocolError::Truncated));
    }
    Message::decode(reply).map_err(nonsense)
}

fn broken(error: io::Error) -> Error {
    Error::from(error).with_status(502)
}
