//! Thrift on Koa's onion.
//!
//! [`Call`] is the context: an [`Application`](koa_runtime::Application) of it has everything that is not Thrift's (layers, listeners,
//! TLS, limits, the end of the server) from koa-runtime. Methods are those of an IDL, of which `koa-thrift-build` makes Rust at build
//! time.
//!
//! `docs/thrift.md` is the guide.
//!
//! # Features
//!
//! None is on by default.
//!
//! | feature | adds | with |
//! |---|---|---|
//! | `http-client` | `Pool::http`: clients over HTTP | hyper |
//! | `tls` | `Pool::tls`, `ClientTls`: clients over TLS | rustls, tokio-rustls, ring |
//! | `websocket` | `over_websocket`: an endpoint over WebSocket | `koa-runtime`'s |
//! | `websocket-client` | `Pool::websocket`: clients over WebSocket | `sockudo-ws`, getrandom |

mod call;
mod client;
mod connection;
mod cursor;
mod encoding;
mod error;
mod http;
mod incoming;
mod kind;
mod message;
mod reader;
mod scan;
mod service;
mod settings;
mod value;
#[cfg(feature = "websocket")]
mod websocket;
mod writer;

pub use bytes::Bytes;
pub use call::Call;
#[cfg(feature = "tls")]
pub use client::tls::ClientTls;
pub use client::{
    caller::{Caller, RemoteFault},
    pool::Pool,
    remote::remote,
    retry::retry,
};
pub use encoding::Encoding;
pub use error::{Fault, FaultKind, ProtocolError};
pub use http::over_http;
pub use kind::Kind;
pub use koa_runtime;
pub use message::{Message, MessageKind};
pub use reader::Reader;
pub use service::{Service, serve};
pub use settings::Settings;
pub use value::{Items, Pairs, Value};
#[cfg(feature = "websocket")]
pub use websocket::over_websocket;
pub use writer::Writer;

/// Has what koa-thrift-build made of an IDL, in a module of its own.
///
/// ```ignore
/// mod calculator {
///     koa_thrift::idl!("calculator");
/// }
/// ```
///
/// For that, `build.rs` says `koa_thrift_build::compile("idl/calculator.thrift")`.
#[macro_export]
macro_rules! idl {
    ($name:literal) => {
        ::core::include!(::core::concat!(
            ::core::env!("OUT_DIR", "there is no build.rs that says `koa_thrift_build::compile(…)`"),
            "/",
            $name,
            ".rs"
        ));
    };
}
