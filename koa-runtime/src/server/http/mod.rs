//! HTTP/1.1 and HTTP/2, which are hyper's.

pub(crate) mod address;
pub(crate) mod callback;
pub(crate) mod connection;
pub(crate) mod exchange;
pub(crate) mod head;
pub(crate) mod listen;
