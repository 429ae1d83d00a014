//! From a connection to the onion and back.

pub(crate) mod http;
pub(crate) mod panic;
pub(crate) mod protocol;
