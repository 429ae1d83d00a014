//! Koa's onion, compiled.

mod application;
mod body;
mod context;
mod error;
mod finish;
mod header;
mod location;
mod mime;
mod onion;
mod payload;
pub mod prelude;
mod request;
mod respond;
mod response;
mod server;
mod settings;
mod status;
pub mod test;
mod throw;

pub use application::{Application, IntoApplication};
pub use body::Body;
pub use context::Context;
pub use error::{Error, Result, StdError};
pub use finish::finish;
pub use koa_macros::middleware;
pub use onion::{
    Layer,
    describe::{Description, Kind},
    dynamic::{BoxedLayer, Reads, boxed, dynamic},
    next::{Next, Replace},
    pipeline::Pipeline,
    provide::provide,
};
pub use server::{http::callback::Callback, protocol::Protocol};
pub use header::{IntoHeaderName, IntoHeaderValue};
pub use http;
pub use http::StatusCode as Status;
pub use request::Request;
#[cfg(feature = "json")]
pub use respond::Json;
pub use respond::{Html, Redirect, Respond};
pub use response::Response;
pub use settings::Settings;
pub use status::IntoStatus;

/// Puts layers in a row, outermost first.
#[macro_export]
macro_rules! pipeline {
    ($($stages:tt)*) => {
        $crate::__private::pipeline! { [$crate] $($stages)* }
    };
}

/// For the macros' expansions; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use koa_macros::pipeline;

    pub use crate::onion::{
        Layer,
        chain::{Chain, Empty},
        check::{
            Exclusively, Here, Hidden, Needs, Passes, Probe, Provided, Replaces, Root, RunsOn, Stage, Takes, Walk, Walked, any, close, open, open_with,
        },
        depth::{FitsTheRecursionLimit, Layers},
        describe::Description,
        environment::{At, Environment, Exclusive, Node, Take},
        found::{decide, never},
        layer::{Alone, Named, WithTheRest},
        middleware::{Downstream, Middleware},
        nested::Nested,
        next::{Bound, Next, Slot},
        pipeline::Pipeline,
        provide::Override,
    };
    pub use crate::{
        Context, Error, Protocol, Respond, Result,
        throw::{has_placeholder, thrown},
    };
}
