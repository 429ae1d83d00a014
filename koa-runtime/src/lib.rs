//! Koa's onion, compiled: `#[middleware]` makes a layer of an async fn, `pipeline!` makes one statically typed nest of calls
//! of layers, and [`Application`] answers HTTP with it.
//!
//! ```
//! use koa_runtime::prelude::*;
//!
//! struct User(String);
//!
//! /// A layer: code before `next`, code after it.
//! #[middleware]
//! async fn served_by(ctx: &mut Context, next: Next) -> Result {
//!     next.run(ctx).await?;
//!     ctx.set("X-Served-By", "koa");
//!     Ok(())
//! }
//!
//! /// A provider: it goes on only by handing a `&User` inward.
//! #[middleware]
//! async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
//!     let name = ctx.get("Authorization").to_owned();
//!     ensure!(!name.is_empty(), 401);
//!     next.run(ctx, &User(name)).await
//! }
//!
//! /// An endpoint: what it returns becomes the response. It reads `&User`, so a layer outside it must provide one.
//! #[middleware]
//! async fn profile(user: &User) -> String {
//!     format!("Hello {}", user.0)
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let app = Application::new(pipeline![served_by, authenticate, profile]);
//! let response = app.get("/").header("Authorization", "ada").await;
//! assert_eq!(response.text(), "Hello ada");
//! assert_eq!(response.header("X-Served-By"), "koa");
//! # });
//! ```
//!
//! - **If it compiles, the values are there.** Leave `authenticate` out and the program does not compile; the error points at
//!   `profile` in the pipeline.
//! - **`next` is linear.** It cannot be run twice, and a forgotten `.await` does not compile.
//! - **A layer costs what the hand-written call costs**: no box, no allocation, no lookup.
//!
//! # Features
//!
//! | feature | default | adds | with |
//! |---|---|---|---|
//! | `charset` | no | bodies in other charsets than UTF-8: `Request::text`, `#[body]` | `encoding_rs` |
//! | `cookies` | yes | [`cookies`], `Context::cookies`, `Request::cookie`, `Settings::keys` | hmac, sha1, sha2 |
//! | `http2` | yes | HTTP/2 with prior knowledge, beside HTTP/1.1 | h2, through hyper |
//! | `json` | yes | [`Json`], [`Body::json`], `set_json`, `Request::json`, `#[body]` as JSON; `json` of requests and responses in [`mod@test`] | serde, `serde_json` |
//! | `query` | yes | `query_as` and `#[query]`, `Request::form` and `#[body]` as a form | serde, `serde_html_form`, `serde_path_to_error` |
//! | `tracing` | no | the layers `trace` and `span`: a span around each request, of HTTP and of any protocol | tracing |
//! | `websocket` | no | `websocket`, `Context::websocket` and `websocket_messages` | `sockudo-ws`, bytestring |
//!
//! Without any of them there is HTTP/1.1, and all that the table does not name.

mod application;
mod body;
mod context;
#[cfg(feature = "cookies")]
pub mod cookies;
mod date;
mod error;
pub mod errors;
mod extract;
mod finish;
mod header;
mod inline;
mod location;
mod middleware;
mod mime;
mod negotiation;
mod onion;
mod payload;
pub mod prelude;
mod readiness;
mod request;
mod respond;
mod response;
mod router;
mod server;
mod settings;
mod status;
pub mod test;
mod throw;
mod type_is;

pub use application::{Application, IntoApplication};
pub use body::Body;
pub use bytes::Bytes;
pub use context::Context;
pub use error::{Error, Result, StdError};
pub use extract::wanted::{FromBody, FromQuery};
pub use finish::finish;
pub use header::{IntoHeaderName, IntoHeaderValue};
pub use http;
pub use http::StatusCode as Status;
pub use koa_macros::middleware;
pub use middleware::{
    access_log::{LogFormat, access_log},
    catch_panic::catch_panic,
    duration::duration,
    health::{health, ready},
    limit_body::limit_body,
    limit_concurrency::limit_concurrency,
    log_output::LogOutput,
    logger::logger,
    metrics::{Metrics, metrics},
    observe::{Observation, Observer, observe},
    request_id::{RequestId, request_id},
    response_time::response_time,
    timeout::timeout,
};
#[cfg(feature = "tracing")]
pub use middleware::{span::span, trace::trace};
pub use negotiation::choices::Choices;
pub use onion::{
    Layer,
    describe::{CaptureDescription, Description, Kind, RouteDescription},
    dynamic::{BoxedLayer, Reads, boxed, dynamic},
    next::{Next, Replace},
    pipeline::Pipeline,
    provide::provide,
};
pub use readiness::Readiness;
pub use request::{Pairs, Query, Request};
#[cfg(feature = "json")]
pub use respond::Json;
pub use respond::{Html, Redirect, Respond};
pub use response::{Attachment, Response};
#[doc(hidden)]
pub use router::group::routes;
pub use router::{link::Link, param::Segments, trail::TakenRoute};
#[cfg(feature = "proxy-protocol")]
pub use server::proxied::{Proxied, ProxyProtocol};
#[cfg(feature = "tls")]
pub use server::tls::{Secured, Tls};
#[cfg(unix)]
pub use server::unix::Unix;
pub use server::{
    address::Address,
    connection::{Connection, Requests, Socket},
    drain::Drained,
    events::{Emit, ErrorListener, Events},
    http::callback::Callback,
    http::upgrade::Upgraded,
    limits::Limits,
    protocol::Protocol,
    server::Server,
    socket::SocketOptions,
};
pub use settings::Settings;
pub use status::IntoStatus;
pub use type_is::Is;

/// WebSocket (RFC 6455): an endpoint that becomes one, [`Context::websocket`], or whose messages run through a pipeline of their own,
/// [`Context::websocket_messages`].
///
/// `docs/websocket.md` is the guide: both, limits, groups, and how it ends.
#[cfg(feature = "websocket")]
pub mod websocket {
    pub use crate::server::websocket::{
        context::{Context, Received, Replied, Settings},
        group::{Group, Member, Slow},
        message::{Close, CloseCode, Message, Text},
        options::{Deflate, Options, Origins},
        shared::{Broken, NotSent},
        socket::{Sender, WebSocket},
    };
}

/// What a route captures a value as: errors about `#[param]` speak of these.
pub mod captured {
    pub use crate::router::param::{Maybe, Parsed, Rest, Text};
}

/// Puts layers in a row, outermost first, and checks that every value they read is provided.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn logger(ctx: &mut Context, next: Next) -> Result {
///     next.run(ctx).await
/// }
///
/// #[middleware]
/// async fn limit(#[config] bytes: u64, ctx: &mut Context, next: Next) -> Result {
///     ensure!(ctx.request.length().unwrap_or(0) <= bytes, 413);
///     next.run(ctx).await
/// }
///
/// #[middleware]
/// async fn count(number: &u8) -> String {
///     number.to_string()
/// }
///
/// let verbose = true;
/// let app = Application::new(pipeline![
///     provide(7_u8),                            // a call of a layer with options
///     verbose.then(logger),                     // an `Option`: switched on or off when the pipeline is made
///     async |ctx, next| {                       // written here; it captures nothing
///         ctx.set("X-Inline", "1");
///         next.run(ctx).await
///     },
///     #[cfg(debug_assertions)]
///     logger,                                   // there or not
///     pipeline![limit(1 << 20), count],         // nested: the same as written flat
/// ]);
/// ```
///
/// # A named pipeline
///
/// In the item form a pipeline has a name, so it can live in its own module or crate. It is a fn and a type of the same
/// name, and itself a layer. With `needs(…)` it is checked where it is written, from an environment of just those values;
/// without, where it is mounted.
///
/// ```
/// # use koa_runtime::prelude::*;
/// # #[middleware]
/// # async fn logger(ctx: &mut Context, next: Next) -> Result {
/// #     next.run(ctx).await
/// # }
/// # #[middleware]
/// # async fn count(number: &u8) -> String {
/// #     number.to_string()
/// # }
/// pipeline! {
///     /// The whole service.
///     pub fn service(verbose: bool) needs(u8) => [verbose.then(logger), count]
/// }
///
/// let app = Application::new(pipeline![provide(7_u8), service(true)]);
/// ```
///
/// Its type is read off the paths of its stages, so a generic layer is written with its types, as in
/// `provide::<Db>(db)`, and a value without a path as `value as Type`. The types it provides must be visible where it is
/// mounted.
#[macro_export]
macro_rules! pipeline {
    ($($stages:tt)*) => {
        $crate::__private::pipeline! { [$crate] $($stages)* }
    };
}

/// Makes a layer of a table of routes, which the compiler checks and turns into code.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn show_user(#[param] id: u64) -> String {
///     format!("user {id}")
/// }
///
/// #[middleware]
/// async fn show_file(#[param] path: &str) -> String {
///     format!("file {path}")
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![routes! {
///     GET "/users/{id: u64}" => show_user,
///     GET "/files/{path..}" => show_file,
/// }]);
/// assert_eq!(app.get("/users/7").await.text(), "user 7");
/// assert_eq!(app.get("/files/a/b").await.text(), "file a/b");
/// assert_eq!(app.post("/users/7").await.status(), 405);
/// # });
/// ```
///
/// A line is a route, `GET | POST "/form" => form` (`*` for every method, `as name` before the arrow for a url); a group,
/// `"/admin" => [layers] { … }`; a mount, `"/blog" => blog()`; or `host "api.example.com" => { … }`. Of two routes that match the first
/// is taken, and one that can never be reached does not compile. Where no route matches, the router hands on, and answers 405, 501 or
/// OPTIONS if nobody else does.
///
/// In the item form, `routes! { pub fn users() needs(Db) { … } }`, a table has a name, as a [`pipeline!`](crate::pipeline) has; its named
/// routes have fns in the module `urls` that build their [`Link`](crate::Link)s.
///
/// `docs/routing.md` is the guide: patterns, policies, replies, urls.
#[macro_export]
macro_rules! routes {
    ($($lines:tt)*) => {
        $crate::__private::routes! { [$crate] $($lines)* }
    };
}

/// What a newcomer reads first compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/routing.md")]
mod routing {}

#[cfg(doctest)]
#[doc = include_str!("../../docs/protocols.md")]
mod protocols {}

#[cfg(all(doctest, feature = "tls"))]
#[doc = include_str!("../../docs/server.md")]
mod server_guide {}

#[cfg(all(doctest, feature = "json", feature = "websocket"))]
#[doc = include_str!("../../docs/websocket.md")]
mod websocket_guide {}

/// The guide is made of programs that run.
#[cfg(all(doctest, feature = "cookies", feature = "json", feature = "query"))]
#[doc = include_str!("../../docs/from-koa.md")]
mod from_koa {}

/// For the macros' expansions; no part of the public API.
#[doc(hidden)]
pub mod __private {
    pub use koa_macros::{pipeline, routes};

    pub use crate::onion::{
        Layer,
        answer::{Answer, lend},
        chain::{Chain, Empty, EmptyFor},
        check::{
            Ended, Exclusively, Here, Kept, Lent, Needs, Passes, Probe, Provided, Replaced, Replaces, Root, RunsOn,
            Stage, Stages, Stands, Taken, Takes, Walk, Walked, Walker, any, close, mounted, open, open_with,
        },
        depth::{FitsTheRecursionLimit, Heavier, Layers},
        describe::Description,
        environment::{At, Environment, Exclusive, Node, Place, Take},
        found::{decide, never},
        layer::{Alone, Refused, Several, StoodFor, Taking, WithTheRest},
        middleware::{Downstream, Middleware},
        nested::Nested,
        next::{Bound, Next, Slot},
        pipeline::Pipeline,
        provide::Override,
    };
    pub use crate::router::many::*;
    pub use crate::router::{
        branches::{Branches, Walks},
        entry::ParamAt,
        fall::Fall,
        group::Group,
        host::is_host,
        leaf::{Cap, Leaf},
        link::Url,
        matching::{Fits, Hit, Noted, Span, Unfit, Verb, is_any_rest, is_rest, segment, without_prefix},
        mixed::Mixed,
        near::Near,
        param::{Captured, Kind, Name, Params, Parse, Parser},
        read::{
            HeldText, Holds, HoldsOptional, IsOptionalText, IsRest, IsText, Reads, held, lent, optional_held,
            optional_lent, optional_text, segments, text, value,
        },
        reader::{HasParam, Lends, LendsOptional, ReadAs, ReadOptionalText, ReadSegments, ReadText},
        table::{Capture, End, Route, Router, Table},
        trail::Asked,
        walk::{Routes, enter},
    };
    pub use crate::{
        Context, Error, Protocol, Respond, Result,
        extract::wanted::{OverHttp, Typed, Wanted},
        inline::nothing,
        throw::{has_placeholder, thrown},
    };
}
