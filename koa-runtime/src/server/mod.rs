//! From a connection to the onion and back.
//!
//! [`server`] is what a user sets and awaits. It binds [`listener`]s, each of an [`address`], and lets [`accept`] take connections from
//! them, which all share what is [`running`]: [`limits`], a [`clock`], and how far the [end](drain) has come. What is spoken on a
//! [`connection`] is the [`protocol`]'s matter, and that of [`life`] for how long. [`http`] is one, and looks after its connections itself.

mod accept;
pub(crate) mod address;
pub(crate) mod clock;
pub(crate) mod connection;
pub(crate) mod drain;
pub(crate) mod events;
pub(crate) mod http;
pub(crate) mod in_place;
mod life;
pub(crate) mod limits;
mod listen;
pub(crate) mod listener;
mod noted;
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
mod watch;
#[cfg(feature = "websocket")]
pub(crate) mod websocket;
mod workers;
