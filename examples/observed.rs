//! Seen from outside: an access log, metrics for Prometheus, probes for an orchestrator, spans.
//!
//! ```sh
//! cargo run --release -p examples --example observed
//! url=http://127.0.0.1:3000
//! curl -i $url/users/7
//! curl -i $url/users/7 -H 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
//! curl -i $url/users/0                                 # 404: in the log, in the metrics, in its span
//! curl -i "$url/x\"%0aforged"                          # no client writes a line of its own
//! curl -m 1 $url/slow                                  # goes away: 499
//! curl -i $url/metrics                                 # what Prometheus asks for
//! curl -i $url/healthz                                 # alive
//! curl -i $url/readyz                                  # 200, until:
//! curl -i $url/drain -X POST                           # 202
//! curl -i $url/readyz                                  # 503
//! ```

use std::time::Duration;

use koa_runtime::{Metrics, metrics, observe, prelude::*, trace};
use tokio::net::TcpListener;
use tracing_subscriber::fmt::format::FmtSpan;

#[middleware]
async fn show_user(#[param] id: u64) -> Result<String> {
    // in the span of this request, however many others there are
    tracing::info!(id, "looking for a user");
    ensure!(id != 0, 404, "there is no such user");
    Ok(format!("user {id}"))
}

#[middleware]
async fn slow() -> &'static str {
    tokio::time::sleep(Duration::from_secs(5)).await;
    "at last"
}

#[middleware]
async fn broken() -> Result<&'static str> {
    Err(std::io::Error::other("disk on fire"))?
}

/// What a server does when it is told to stop: it finishes what it has, and wants no more.
#[middleware]
async fn drain(readiness: &Readiness) -> Status {
    readiness.set(false);
    Status::ACCEPTED
}

fn app() -> Application {
    let (counted, readiness) = (Metrics::new(), Readiness::new());
    let mut app = Application::new(pipeline![
        // outermost, so that they see what the client sees
        access_log(LogFormat::JsonLines),
        observe(counted.clone()),
        trace,
        provide(readiness.clone()),
        routes! {
            GET "/users/{id: u64}" => show_user,
            GET "/slow" => slow,
            GET "/broken" => broken,
            POST "/drain" => drain,

            // for the orchestrator and for Prometheus: elsewhere if not everybody may ask
            GET "/healthz" => health,
            GET "/readyz" => ready(readiness),
            GET "/metrics" => metrics(counted),
        },
    ]);
    // errors are in the log and in the spans
    app.settings_mut().silent = true;
    app
}

#[tokio::main]
async fn main() -> Result {
    // spans and events go to stderr, the access log to stdout
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).with_span_events(FmtSpan::CLOSE).init();

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
