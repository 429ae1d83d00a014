//! WebSocket (RFC 6455) with permessage-deflate (RFC 7692).
//!
//! An [`endpoint`] of HTTP checks the [`handshake`] and hands its connection to a [`pump`], which reads and writes [frames](framing) for
//! as long as it is open. Between it and the [`socket`] that a handler has, or the [`context`] of a message pipeline, lies what is
//! [`shared`]: two queues with a limit each.

pub(crate) mod context;
mod door;
mod endpoint;
mod framing;
pub(crate) mod group;
mod handshake;
pub(crate) mod message;
pub(crate) mod options;
mod pump;
pub(crate) mod shared;
pub(crate) mod socket;
