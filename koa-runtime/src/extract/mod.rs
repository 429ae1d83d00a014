//! What a request says, as values: its query and its body, for the methods of [`Request`](crate::Request) and for
//! `#[query]` and `#[body]`.

pub(crate) mod charset;
pub(crate) mod encoding;
mod fault;
#[cfg(any(feature = "json", feature = "query"))]
pub(crate) mod format;
#[cfg(feature = "json")]
pub(crate) mod json;
#[cfg(feature = "query")]
pub(crate) mod pairs;
pub(crate) mod wanted;
