//! The onion: no I/O, no protocol.
//!
//! A pipeline is checked once, at compile time, and then runs as one nest of calls.
//!
//! - [`check`] is the check walk: what the compiler proves about the stages of a pipeline, one obligation a stage.
//!   [`depth`] counts the layers on the way, [`found`] and [`whole`] hold the run-time types back until all is proven.
//! - [`middleware`], [`chain`] and [`environment`] are the run time: layers, their nest, and the provided values, one pointer.

#![allow(
    clippy::type_complexity,
    reason = "what inference finds is carried in type parameters, in tuples and `PhantomData`"
)]

pub(crate) mod answer;
pub(crate) mod chain;
pub(crate) mod check;
pub(crate) mod depth;
pub(crate) mod describe;
pub(crate) mod dynamic;
pub(crate) mod environment;
pub(crate) mod found;
pub(crate) mod layer;
pub(crate) mod middleware;
pub(crate) mod nested;
pub(crate) mod next;
pub(crate) mod optional;
pub(crate) mod pipeline;
pub(crate) mod provide;
pub(crate) mod unsaid;
pub(crate) mod whole;

pub use self::layer::Layer;
pub(crate) use self::middleware::{Done, Downstream, Middleware};
