//! Errors are values that travel outward: an outer layer catches some, the error event hears of the rest.
//!
//! ```sh
//! cargo run --release -p examples --example errors
//! curl -i http://127.0.0.1:3000/coffee   # thrown with a status, caught, told to the client
//! curl -i http://127.0.0.1:3000/file     # any `std::error::Error`: a 500, told to the error event only
//! curl -i http://127.0.0.1:3000/panic    # so is a panic, and the server lives on
//! ```

use koa_runtime::prelude::*;
use tokio::net::TcpListener;

/// Koa's `try { await next() } catch (error) { … }`: what went wrong by the client's fault is told as a page.
///
/// What is not exposed is no business of the client. It goes on outward, to the error event.
#[middleware]
async fn error_page(ctx: &mut Context, next: Next) -> Result {
    match next.run(ctx).await {
        Err(error) if error.is_exposed() => {
            ctx.set_status(error.status());
            for (name, value) in error.headers() {
                ctx.set(name, value);
            }
            ctx.set_body(format!("<h1>{}</h1>\n", error.message()));
            Ok(())
        }
        outcome => outcome,
    }
}

/// Each way to fail. The messages are ours: text of the client's in a page of HTML would have to be escaped first.
#[middleware]
async fn fail(ctx: &mut Context) -> Result<String> {
    if !matches!(ctx.method().as_str(), "GET" | "HEAD") {
        return Err(Error::new(405).with_header("Allow", "GET, HEAD"));
    }
    match ctx.path() {
        "/" => Ok("ask for /coffee, /file or /panic\n".to_owned()),
        "/coffee" => throw!(418, "this is a teapot"),
        "/file" => Ok(tokio::fs::read_to_string("/no/such/file").await?),
        "/panic" => panic!("out of tea"),
        _ => throw!(404, "there is nothing here"),
    }
}

fn app() -> Application {
    // in place of this, what the client is not told would be printed to stderr
    Application::new(pipeline![error_page, fail]).on_error(|error, ctx| {
        eprintln!("error event: {} {}: {error}", ctx.method(), ctx.path());
    })
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
