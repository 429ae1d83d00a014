//! From a connection to the onion and back.
//!
//! [`server`] is what a user sets and awaits. It binds [`listener`]s, each of an [`address`], and lets [`accept`] take connections from
//! them, which all share what is [`running`]: [`limits`], a [`clock`], and how far the [end](drain) has come. What is spoken on a
//! connection is [`http`]'s matter.

mod accept;
pub(crate) mod address;
pub(crate) mod clock;
pub(crate) mod drain;
pub(crate) mod http;
pub(crate) mod limits;
mod listen;
pub(crate) mod listener;
pub(crate) mod panic;
pub(crate) mod peer;
pub(crate) mod protocol;
#[cfg(feature = "proxy-protocol")]
pub(crate) mod proxied;
pub(crate) mod running;
#[allow(clippy::module_inception)]
pub(crate) mod server;
mod signal;
pub(crate) mod socket;
#[cfg(feature = "tls")]
pub(crate) mod tls;
#[cfg(unix)]
pub(crate) mod unix;
mod workers;
