//! A connection of which a message, framed or not, is all that is said.

use std::io;

use tokio::io::AsyncWriteExt as _;

use super::{
    failure::{Failed, broken, ended, nonsense},
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
            Ok(None) => return Err(Failed::meanwhile(ended())),
            Err(error) => {
                let has_begun = !self.incoming.is_empty() || error.is::<ProtocolError>();
                return Err(Failed::reading(error, has_begun));
            }
        };
        match reply.broken {
            Some(wrong) => Err(Failed::behind(nonsense(wrong))),
            None => Ok(reply),
        }
    }

    /// Whether the server has said nothing unasked, and has not closed it. What is missed of that is not taken for the reply to a call.
    ///
    /// Gives back the room that a large reply has taken.
    pub(super) async fn is_quiet(&mut self) -> bool {
        if !self.incoming.is_empty() {
            return false;
        }
        self.incoming.shrink();
        self.incoming.more_at_once(&mut self.stream).await.is_none()
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
