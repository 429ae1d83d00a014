//! What a program usually names: `use koa_runtime::prelude::*;`

#[cfg(feature = "json")]
pub use crate::Json;
#[cfg(feature = "cookies")]
pub use crate::cookies::{Cookie, Keys, SameSite};
pub use crate::{
    Application, Body, BoxedLayer, Bytes, Context, Error, Html, Is, LogFormat, LogOutput, Next, Protocol, Readiness,
    Redirect, Replace, Request, Respond, Response, Result, Segments, Settings, Status, access_log, boxed, dynamic,
    ensure, health, http, limit_body, middleware, pipeline, provide, ready, routes, throw,
};
