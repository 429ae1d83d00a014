//! A connection of which a message, framed or not, is all that is said.

use std::{future::poll_fn, io, pin::pin, task::Poll};

use bytes::Bytes;
use tokio::{io::AsyncWriteExt as _, task::coop::unconstrained};

use super::{
    failure::{Failed, broken, nonsense},
    link::Stream,
};
use crate::{Message, ProtocolError, Settings, incoming::Incoming};

pub(super) struct Raw {
    stream: Stream,
    incoming: Incoming,
}

impl Raw {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, incoming: Incoming::default() }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), Failed> {
        write(&mut self.stream, bytes).await
    }

    pub(super) async fn read(&mut self, settings: &Settings) -> Result<Message, Failed> {
        let reply = match self.incoming.next(&mut self.stream, settings).await {
            Ok(Some((reply, _))) => reply,
            Ok(None) => return Err(Failed::meanwhile(broken(io::Error::from(io::ErrorKind::UnexpectedEof)))),
            Err(error) => {
                let has_begun = !self.incoming.is_empty() || error.is::<ProtocolError>();
                let error = error.with_status(502);
                return Err(if has_begun { Failed::behind(error) } else { Failed::meanwhile(error) });
            }
        };
        match reply.broken {
            Some(wrong) => Err(Failed::behind(nonsense(wrong))),
            None => Ok(reply),
        }
    }

    /// Whether the server has said nothing unasked, and has not closed it. While it has not, this is no system call: the system says by
    /// itself when something comes. What it has not come to say yet is missed; then the reply is not that to the call.
    ///
    /// Gives back the room that a large reply has taken.
    pub(super) async fn is_quiet(&mut self) -> bool {
        let Self { stream, incoming } = self;
        if !incoming.is_empty() {
            return false;
        }
        incoming.shrink();
        let looked = poll_fn(|task| Poll::Ready(pin!(incoming.more(stream)).poll(task).is_pending()));
        // who has done much in one turn is told that nothing is there
        unconstrained(looked).await
    }
}

/// Writes what has to be there as a whole.
pub(super) async fn write(stream: &mut Stream, bytes: &[u8]) -> Result<(), Failed> {
    let mut written = 0;
    while written < bytes.len() {
        let step = stream.write(&bytes[written..]).await;
        let step = step.and_then(|step| if step == 0 { Err(io::ErrorKind::WriteZero.into()) } else { Ok(step) });
        written += step.map_err(|error| {
            let error = broken(error);
            if written == 0 { Failed::before(error) } else { Failed::meanwhile(error) }
        })?;
    }
    stream.flush().await.map_err(|error| Failed::meanwhile(broken(error)))
}

/// A message, as it is written on such a connection.
pub(super) fn written(message: &Message, is_framed: bool) -> Result<Bytes, ProtocolError> {
    if is_framed { message.framed() } else { message.encode() }
}
