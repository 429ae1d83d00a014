//! Layers, ready made: one file each.

pub(crate) mod access_log;
pub(crate) mod health;
pub(crate) mod limit_body;
pub(crate) mod metrics;
pub(crate) mod observe;
#[cfg(feature = "tracing")]
pub(crate) mod trace;
