//! What has gone wrong between a client and its server: a 502, and how far the call had come.

use std::io;

use koa_runtime::Error;
#[cfg(any(feature = "http-client", feature = "websocket-client"))]
use koa_runtime::Status;

use crate::ProtocolError;

/// How far a call had come that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reached {
    /// Nothing of it was written: the method has not run.
    Nobody,
    /// Whether the method has run, nobody knows.
    #[default]
    Unknown,
    /// A reply has come, and is of no use: the method has run.
    Answered,
}

/// Why there is no reply that is of use.
pub(super) struct Failed {
    pub(super) error: Error,
    pub(super) reached: Reached,
}

impl Failed {
    pub(super) fn before(error: Error) -> Self {
        Self { error, reached: Reached::Nobody }
    }

    pub(super) fn meanwhile(error: Error) -> Self {
        Self { error, reached: Reached::Unknown }
    }

    pub(super) fn behind(error: Error) -> Self {
        Self { error, reached: Reached::Answered }
    }

    /// While the reply was read, of which a part had come or nothing.
    pub(super) fn reading(error: Error, has_begun: bool) -> Self {
        let error = error.with_status(502);
        if has_begun { Self::behind(error) } else { Self::meanwhile(error) }
    }
}

/// What the other end is to blame for.
pub(super) fn because(what: &'static str) -> Error {
    Error::new(502).with_message(what)
}

pub(super) fn nonsense(error: ProtocolError) -> Error {
    Error::from(error).with_status(502)
}

/// What the connection is to blame for.
pub(super) fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::from(error).with_status(502)
}

/// The server has closed the connection.
pub(super) fn ended() -> Error {
    broken(io::Error::from(io::ErrorKind::UnexpectedEof))
}

/// Another status than that which was wanted.
#[cfg(any(feature = "http-client", feature = "websocket-client"))]
pub(super) fn answered(status: Status) -> Error {
    Error::new(502).with_message(format!("the server has answered {status}"))
}
