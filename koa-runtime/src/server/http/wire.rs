//! The bytes of one connection, seen from both sides of hyper.
//!
//! hyper owns the stream, and says little of what it does with it. So the stream tells, while the connection is polled, in a
//! [`Scope`](super::scope::Scope) of the thread: whether something was read, and what was written. That is not written through but kept,
//! and goes out in one system call when the poll is over. It is what hyper's `pipeline_flush` is for, with which hyper would lose the reply
//! to a broken request, and all those that still wait for it.

use std::{
    io::{self, IoSlice},
    mem::take,
    net::Shutdown,
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{
    scope::{Asked, Doing, OUT, Polled, SCOPE, Scope, Seen},
    seat::ConnectionSeat,
};

/// As much as is kept until the end of a poll; what is larger goes straight to the system.
const KEPT: usize = 16 << 10;

/// A stream that is not TCP alone.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// What a connection is made of.
pub(crate) enum Stream {
    Tcp(TcpStream),
    Other(Box<dyn Io>),
}

/// The stream as hyper has it.
pub(super) struct Wire {
    half: Half,
    /// What was read to tell the protocol.
    before: Bytes,
    /// What tells this stream from others; never 0.
    id: usize,
}

enum Half {
    Tcp(OwnedReadHalf),
    Other(Box<dyn Io>),
}

impl Half {
    #[inline]
    fn poll_read(&mut self, task: &mut Task<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(half) => Pin::new(half).poll_read(task, buffer),
            Self::Other(stream) => Pin::new(stream).poll_read(task, buffer),
        }
    }
}

/// The other side of a [`Wire`]: what it has written goes out here.
pub(super) struct Outside {
    /// Not of streams that are not TCP alone: hyper writes through to those.
    half: Option<OwnedWriteHalf>,
    id: usize,
    /// What has not gone out yet.
    out: Vec<u8>,
}

impl Stream {
    pub(super) fn split(self, before: Bytes) -> (Wire, Outside) {
        let (half, outside) = match self {
            Self::Tcp(stream) => {
                let (read, write) = stream.into_split();
                (Half::Tcp(read), Some(write))
            }
            Self::Other(stream) => (Half::Other(stream), None),
        };
        let id = match &half {
            Half::Tcp(half) => address(half.as_ref()),
            Half::Other(stream) => address(&**stream),
        };
        (Wire { half, before, id }, Outside { half: outside, id, out: Vec::new() })
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, task: &mut Task<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_read(task, buffer),
            Self::Other(stream) => Pin::new(stream).poll_read(task, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, task: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_write(task, bytes),
            Self::Other(stream) => Pin::new(stream).poll_write(task, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_flush(task),
            Self::Other(stream) => Pin::new(stream).poll_flush(task),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(stream) => Pin::new(stream).poll_shutdown(task),
            Self::Other(stream) => Pin::new(stream).poll_shutdown(task),
        }
    }
}

/// Where it is, which is nowhere else as long as it is there.
fn address<T: ?Sized>(of: &T) -> usize {
    std::ptr::from_ref(of).cast::<()>().addr()
}

impl Outside {
    /// Polls the connection whose other side this is. Whatever it has written goes out, as far as the system takes it.
    ///
    /// # Errors
    ///
    /// Fails where the system does; the connection has broken.
    pub(super) fn poll<T>(
        &mut self,
        task: &mut Task<'_>,
        doing: Doing,
        asked: Asked,
        seat: Option<&mut ConnectionSeat<'_>>,
        poll: impl FnOnce(&mut Task<'_>) -> Poll<T>,
    ) -> io::Result<(Poll<T>, Seen)> {
        let mut scope = Polled::enter(self.id, doing, asked, seat, &mut self.out);
        let polled = poll(task);
        let mut seen = scope.done();
        let went_out = OUT.with_borrow_mut(|out| {
            if let Some(half) = &self.half {
                let before = out.len();
                match poll_out(half, task, out) {
                    Poll::Ready(Ok(())) => {}
                    Poll::Pending => seen.blocked = true,
                    Poll::Ready(Err(error)) => {
                        // nobody else may get it
                        out.clear();
                        return Err(error);
                    }
                }
                seen.written += before - out.len();
            }
            if !out.is_empty() {
                // an idle connection keeps no memory for what it writes, and one that waits keeps all of it
                self.out = take(out);
            }
            Ok(())
        });
        scope.leave();
        went_out?;
        Ok((polled, seen))
    }

    /// Writes what has not gone out yet.
    pub(super) fn poll_out(&mut self, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        match &self.half {
            Some(half) => poll_out(half, task, &mut self.out),
            None => Poll::Ready(Ok(())),
        }
    }

    /// Adds `bytes` to what goes out.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// The stream, if it can be asked from here.
    pub(super) fn socket(&self) -> Option<&TcpStream> {
        self.half.as_ref().map(AsRef::as_ref)
    }

    /// Has the system forget what it has not sent, once the stream is dropped. It would go on for as long as the client answers, even
    /// that it has no room, and keep megabytes.
    pub(super) fn abandon(&self) {
        if let Some(socket) = self.socket() {
            crate::server::socket::forget(socket);
        }
    }

    /// Leaves the stream to who has the [`Wire`].
    pub(super) fn hand_on(mut self) {
        if let Some(half) = self.half.take() {
            half.forget();
        }
    }
}

/// Writes what is kept.
fn poll_out(half: &OwnedWriteHalf, task: &mut Task<'_>, out: &mut Vec<u8>) -> Poll<io::Result<()>> {
    while !out.is_empty() {
        match half.try_write(out) {
            Ok(0) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            Ok(written) if written == out.len() => out.clear(),
            Ok(written) => drop(out.drain(..written)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                ready!(half.as_ref().poll_write_ready(task))?;
            }
            Err(error) => return Poll::Ready(Err(error)),
        }
    }
    Poll::Ready(Ok(()))
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, task: &mut Task<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.before.is_empty() {
            this.read_before(task, buffer);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(this.half.poll_read(task, buffer))?;
        if buffer.filled().len() > before {
            this.has_read();
        }
        Poll::Ready(Ok(()))
    }
}

impl Wire {
    #[inline]
    fn is_polled(&self) -> bool {
        SCOPE.with(|scope| scope.is_of(self.id))
    }

    #[cold]
    fn read_before(&mut self, task: &mut Task<'_>, buffer: &mut ReadBuf<'_>) {
        let some = self.before.len().min(buffer.remaining());
        buffer.put_slice(&self.before[..some]);
        self.before.advance(some);
        if self.before.is_empty() {
            // with it what is there by now, as hyper sets aside more room for each read; if it fails, so will the next
            let _ = self.half.poll_read(task, buffer);
        }
        self.has_read();
    }

    #[inline]
    fn has_read(&self) {
        SCOPE.with(|scope| {
            if scope.is_of(self.id) {
                scope.has_read();
            }
        });
    }

    /// [`Outside::abandon`], of a stream that was handed on.
    #[cfg(feature = "websocket")]
    pub(super) fn abandon(&self) {
        if let Half::Tcp(half) = &self.half {
            crate::server::socket::forget(half.as_ref());
        }
    }

    /// Writes without keeping anything back.
    #[inline(never)]
    fn poll_write_now(&mut self, task: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let is_polled = self.is_polled();
        let mut written = 0;
        let polled = match &mut self.half {
            Half::Other(stream) => Pin::new(stream).poll_write(task, bytes),
            Half::Tcp(half) if !is_polled => poll_through(half.as_ref(), task, &mut Vec::new(), bytes),
            Half::Tcp(half) => OUT.with_borrow_mut(|out| {
                let before = out.len();
                let polled = poll_through(half.as_ref(), task, out, bytes);
                written = before - out.len() + if let Poll::Ready(Ok(written)) = polled { written } else { 0 };
                polled
            }),
        };
        if is_polled && (written > 0 || polled.is_pending()) {
            SCOPE.with(|scope| scope.has_written(written, polled.is_pending()));
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, task: &mut Task<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if matches!(this.half, Half::Tcp(_)) && this.is_polled() && keep(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        this.poll_write_now(task, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().half {
            // what is kept goes out when the poll is over
            Half::Tcp(_) => Poll::Ready(Ok(())),
            Half::Other(stream) => Pin::new(stream).poll_flush(task),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<io::Result<()>> {
        let is_polled = self.is_polled();
        match &mut self.get_mut().half {
            // not before what is kept has gone out, after which the connection does it
            Half::Tcp(_) if is_polled => Poll::Ready(Ok(())),
            Half::Tcp(half) => Poll::Ready(SockRef::from(half.as_ref()).shutdown(Shutdown::Write)),
            Half::Other(stream) => Pin::new(stream).poll_shutdown(task),
        }
    }
}

/// Keeps `bytes` until the end of the poll, if they are not too many.
#[inline]
fn keep(bytes: &[u8]) -> bool {
    OUT.with_borrow_mut(|out| {
        let fits = out.len() + bytes.len() <= KEPT && !SCOPE.with(Scope::is_upgraded);
        if fits {
            out.extend_from_slice(bytes);
        }
        fits
    })
}

/// Writes `bytes`, after what is kept.
fn poll_through(stream: &TcpStream, task: &mut Task<'_>, kept: &mut Vec<u8>, bytes: &[u8]) -> Poll<io::Result<usize>> {
    loop {
        match stream.try_write_vectored(&[IoSlice::new(kept), IoSlice::new(bytes)]) {
            Ok(0) if !bytes.is_empty() => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
            Ok(written) => match written.checked_sub(kept.len()) {
                None => drop(kept.drain(..written)),
                Some(0) if !bytes.is_empty() => kept.clear(),
                Some(written) => {
                    kept.clear();
                    return Poll::Ready(Ok(written));
                }
            },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => ready!(stream.poll_write_ready(task))?,
            Err(error) => return Poll::Ready(Err(error)),
        }
    }
}
