//! HTTP/1.1 and HTTP/2, which are hyper's.

mod at_once;
pub(crate) mod callback;
#[cfg(feature = "http2")]
mod connect;
pub(crate) mod connection;
pub(crate) mod exchange;
mod head;
mod http1;
#[cfg(feature = "http2")]
mod http2;
mod place;
pub(crate) mod scope;
mod seat;
pub(crate) mod upgrade;
pub(crate) mod wire;
