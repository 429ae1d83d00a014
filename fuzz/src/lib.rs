//! Hostile input for everything that koa-runtime and koa-thrift parse or encode, and what must hold whatever the input is.
//!
//! A [`Target`] takes bytes and panics if something does not hold. Only the public API is used, so a target reaches what a
//! client or a careless program could reach.

mod accept;
mod attachment;
mod conditional;
mod cookies;
mod forwarded;
mod headers;
mod host;
mod input;
mod query;
pub mod random;
mod redirect;
mod routes;
mod thrift;
mod type_is;
mod websocket;

/// One thing to fuzz.
#[derive(Debug)]
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Panics if what must hold does not.
    pub run: fn(&[u8]),
    /// Inputs to start from.
    pub seeds: &'static [&'static [u8]],
    /// What the grammar is made of.
    pub words: &'static [&'static str],
}

/// All targets.
pub const TARGETS: &[Target] = &[
    host::TARGET,
    forwarded::TARGET,
    accept::TARGET,
    type_is::TARGET,
    cookies::TARGET,
    conditional::TARGET,
    query::TARGET,
    attachment::TARGET,
    redirect::TARGET,
    headers::TARGET,
    routes::TARGET,
    thrift::TARGET,
    websocket::TARGET,
];

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
