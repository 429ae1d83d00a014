//! Servers that answer `GET /`, to be measured from outside: `served SIDE PORT`.
//!
//! All run ten layers and a route on one thread, and answer the same bytes.

mod ours;
mod raw;

use std::env;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Result {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [side, port] = *arguments else { return Err("served raw|ours PORT".into()) };
    let port = port.parse()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match side {
        "raw" => runtime.block_on(raw::serve(port)),
        "ours" => Ok(runtime.block_on(ours::serve(port))?),
        other => Err(format!("no such server: {other}").into()),
    }
}
