//! One HTTP/1 connection, from its first request to its last byte.

use std::{
    future::poll_fn,
    io,
    pin::pin,
    task::{Poll, ready},
};

use bytes::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, sleep, timeout};

use super::{
    exchange::Requests,
    scope::{Asked, Doing},
    seat::ConnectionSeat,
    wire::{Outside, Stream},
};
use crate::{
    Limits,
    server::{
        accept::Held,
        drain::Stage,
        life::{LEAVES, LINGER},
        running::Running,
        watch::{Late, Watch},
    },
};

/// hyper, set to these limits.
fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // what is written is gathered by the wire: one buffer in place of several is all that hyper has to do
    builder.writev(false).max_header_size(limits.head_size);
    // with a limit here, hyper goes once more through all it does for each request
    builder.header_read_timeout(None);
    if limits.fields != Limits::default().fields {
        builder.max_headers(limits.fields);
    }
    builder
}

/// Serves one connection until either side ends it. When it breaks there is nobody left to tell.
pub(super) async fn serve(
    // boxed, as the arguments of an async fn keep their room as long as it runs
    begin: Box<(Stream, Bytes, Requests)>,
    held: Held,
) {
    let (stream, before, requests) = *begin;
    let (wire, mut outside) = stream.split(before);
    let running = &**held.opened.owner();
    let Running { limits, clock, drain, .. } = running;
    // a block, so that what closes the connection lies in the memory that this does not need any more
    let end = {
        // dropped after the layers that sit there
        let mut seat = ConnectionSeat::new(running);
        let mut http = pin!(builder(limits).serve_connection(TokioIo::new(wire), requests).with_upgrades());
        let mut watch = Watch::new(clock.exactly());
        let mut alarm = pin!(sleep(Watch::pace(limits)));
        let mut stages = pin!(drain.stages());
        let (mut is_first, mut asked) = (true, Asked::default());
        // until when it is kept without a request
        let mut leaves = None;

        poll_fn(|task| {
            // it wakes this task from now on
            if is_first {
                is_first = false;
                let _ = alarm.as_mut().poll(task);
            }
            let mut drains = false;
            while let Some(stage) = stages.as_mut().next(task) {
                match stage {
                    Stage::Open => {}
                    Stage::Draining => {
                        asked.closes = true;
                        drains = watch.is_busy();
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
            if alarm.is_elapsed() {
                match watch.look(clock.exactly(), limits) {
                    Ok(next) => {
                        let next = clock.instant(next);
                        let is_over = leaves.is_some_and(|until| until <= Instant::now());
                        drains |= is_over;
                        alarm.as_mut().reset(leaves.filter(|_| !is_over).map_or(next, |until| until.min(next)));
                        let _ = alarm.as_mut().poll(task);
                    }
                    Err(late) => {
                        if let Some(end) = act_on(late, &mut outside, &mut asked) {
                            return Poll::Ready(end);
                        }
                        alarm.as_mut().reset(clock.instant(clock.exactly().after(Watch::pace(limits))));
                        let _ = alarm.as_mut().poll(task);
                    }
                }
            }
            loop {
                let Ok((polled, seen)) =
                    outside.poll(task, watch.doing, asked, Some(&mut seat), |task| http.as_mut().poll(task))
                else {
                    return Poll::Ready(End::Gone);
                };
                watch.note(&seen, clock);
                asked.is_late &= !seen.is_new;
                match polled {
                    // not before what has come so far was read: hyper would not look
                    Poll::Pending if drains && watch.doing != Doing::Head => {
                        drains = false;
                        if !watch.has_begun() {
                            // hyper would wait for the first request
                            return Poll::Ready(End::Over);
                        }
                        http.as_mut().graceful_shutdown();
                    }
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(_) if seen.upgraded => return Poll::Ready(End::Upgraded),
                    Poll::Ready(_) => return Poll::Ready(End::Over),
                }
            }
        })
        .await
    };
    match end {
        End::Upgraded => outside.hand_on(),
        End::Over => {
            // who takes nothing is not waited for long
            if timeout(limits.grace, close(&mut outside)).await.is_err() {
                outside.abandon();
            }
        }
        End::Left => outside.abandon(),
        End::Gone => {}
    }
}

/// The connection ends, or goes on without its request.
fn act_on(late: Late, outside: &mut Outside, asked: &mut Asked) -> Option<End> {
    match late {
        Late::Close => Some(End::Over),
        Late::Head => {
            outside.write(b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
            Some(End::Over)
        }
        Late::Request => {
            asked.is_late = true;
            None
        }
        Late::Leave => Some(End::Left),
    }
}

enum End {
    /// hyper is done: what it has written goes out before the connection is closed.
    Over,
    /// Somebody else has the stream now.
    Upgraded,
    /// The client takes nothing.
    Left,
    /// There is nobody left to close it to.
    Gone,
}

/// Closes the connection, and hears the client out.
async fn close(outside: &mut Outside) -> io::Result<()> {
    poll_fn(|task| outside.poll_out(task)).await?;
    let Some(socket) = outside.socket() else { return Ok(()) };
    socket2::SockRef::from(socket).shutdown(std::net::Shutdown::Write)?;
    let (time, mut bytes) = LINGER;
    let heard_out = poll_fn(|task| {
        // here, and not in the future, which is as large as a connection for as long as that is open
        let mut waste = [0; 4096];
        loop {
            ready!(socket.poll_read_ready(task))?;
            match socket.try_read(&mut waste) {
                Ok(0) => return Poll::Ready(Ok(())),
                Ok(read) if read >= bytes => return Poll::Ready(Ok(())),
                Ok(read) => bytes -= read,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    });
    timeout(time, heard_out).await.unwrap_or(Ok(()))
}
