//! What this answers, held against what Koa 3.3.0, and @koa/router 15.7.0 on it, answered to the same bytes.
//!
//! - `scenarios/` says what is asked of which handler: data that both sides read.
//! - `koa/` is the application on the real Koa; `node record.mjs` there writes its answers into `golden/`.
//! - `app/` is the same application here.
//! - `differences.txt` lists the scenarios that are answered otherwise on purpose, each with the row of
//!   `docs/differences-from-koa.md` that says why; `ours/` holds those answers, so that they cannot drift.
//!   `PARITY_ACCEPT=1 cargo test -p tests --test parity` writes them anew, and takes off the lists what has no place there
//!   any more.
//! - `unwritten.txt` lists the scenarios that are not answered here: what is not built yet, and what the types forbid.
//! - `ledger.txt` says of each row of the table of Koa's behaviour where it is tested.
//!
//! Not compared, because they are node's and hyper's choice and not Koa's: the time in `Date` (that it is there is), `Connection`
//! and `Keep-Alive` (whether the connection was closed is), the order of headers of different names, the case of their
//! names, where a body is cut into chunks (that it is, is), and the headers of a 400 or 431 without a type and a body, which
//! the parser answers.

mod answer;
mod app;
mod driver;
mod ledger;
mod lists;
mod scenario;
mod section;

use section::Section;

#[test]
fn the_application_is_koas() {
    Section::read("application").check();
}

#[test]
fn the_responder_is_koas() {
    Section::read("respond").check();
}

#[test]
fn errors_are_koas() {
    Section::read("context").check();
}

#[test]
fn the_request_is_koas() {
    Section::read("request").check();
}

#[test]
fn the_response_is_koas() {
    Section::read("response").check();
}

#[test]
fn cookies_are_koas() {
    Section::read("cookies").check();
}

/// Broken requests, and what is below Koa: node's parser, and hyper's.
#[test]
fn the_wire_is_koas() {
    Section::read("wire").check();
}

#[test]
fn the_onion_is_koas() {
    Section::read("compose").check();
}

/// Held against @koa/router 15.7.0.
#[test]
fn the_router_is_koa_routers() {
    Section::read("router").check();
}
