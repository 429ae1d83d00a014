//! Errors are values that travel outward: an outer layer catches some, one place shows the rest to the client, and the
//! error event hears of them.
//!
//! ```sh
//! cargo run --release -p examples --example errors
//! curl -i http://127.0.0.1:3000/coffee    # thrown with a status, told to the client
//! curl -i http://127.0.0.1:3000/coffee -H 'Accept: text/html'           # as a page
//! curl -i http://127.0.0.1:3000/coffee -H 'Accept: application/json'    # as problem details
//! curl -i http://127.0.0.1:3000/file      # an outer layer knows what it is: a 404
//! curl -i http://127.0.0.1:3000/number    # any other `std::error::Error`: a 500, told to the error event only
//! curl -i http://127.0.0.1:3000/panic     # so is a panic, and the server lives on
//! curl -i http://127.0.0.1:3000/tape      # and what breaks off half-way
//! ```

use std::io;

use futures_util::stream;
use koa_runtime::{errors, prelude::*};
use tokio::net::TcpListener;

/// Koa's `try { await next() } catch (error) { … }`: a file that is not there is the client's mistake.
#[middleware]
async fn missing_files(ctx: &mut Context, next: Next) -> Result {
    let outcome = next.run(ctx).await;
    outcome.map_err(|error| match error.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(io::ErrorKind::NotFound) => Error::new(404).with_message("there is no such file").with_source(error),
        _ => error,
    })
}

/// Each way to fail.
#[middleware]
async fn fail(ctx: &mut Context) -> Result<Body> {
    if !matches!(ctx.method().as_str(), "GET" | "HEAD") {
        throw!(Error::new(405).with_header("Allow", "GET, HEAD"));
    }
    match ctx.path() {
        "/" => Ok("ask for /coffee, /file, /number, /panic or /tape\n".into()),
        "/coffee" => throw!(Error::new(418).with_message("this is a <teapot>").with_member("spout", "short")),
        "/file" => Ok(tokio::fs::read_to_string("/no/such/file").await?.into()),
        "/number" => Ok(format!("{}\n", "many".parse::<u8>()?).into()),
        "/panic" => panic!("out of tea"),
        "/tape" => Ok(Body::from_stream(stream::iter([Ok("some\n"), Err(io::Error::other("the tape is torn"))]))),
        _ => throw!(404, "there is nothing here"),
    }
}

fn app() -> Application {
    Application::new(pipeline![missing_files, fail])
        // in place of plain text: what the client likes best
        .render_errors(errors::negotiated)
        // in place of this, what the client is not told would be printed to stderr
        .on_error(|error, ctx| eprintln!("error event: {} {}: {error}", ctx.method(), ctx.path()))
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
