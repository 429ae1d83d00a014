//! Layers, ready made: one file each.

pub(crate) mod access_log;
pub(crate) mod catch_panic;
pub(crate) mod duration;
pub(crate) mod health;
pub(crate) mod limit_body;
pub(crate) mod limit_concurrency;
pub(crate) mod log_output;
pub(crate) mod logger;
pub(crate) mod metrics;
pub(crate) mod observe;
pub(crate) mod request_id;
pub(crate) mod response_time;
mod said;
#[cfg(feature = "tracing")]
pub(crate) mod span;
pub(crate) mod timeout;
#[cfg(feature = "tracing")]
pub(crate) mod trace;
