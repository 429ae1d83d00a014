//! What an orchestrator asks: `health` and `ready(readiness)`.

use http::header::{CACHE_CONTROL, HeaderValue};

use crate::{Context, Readiness, middleware};

/// An endpoint that says that the process answers: 200 `ok`, with `Cache-Control: no-store`.
///
/// It is for a liveness probe (`/healthz`), which restarts a process that does not answer: it looks at nothing, so that a
/// database that is away does not restart what only waits for it.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![routes! { GET "/healthz" => health }]);
/// assert_eq!(app.get("/healthz").await.text(), "ok");
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn health(ctx: &mut Context) -> &'static str {
    forbid_caches(ctx);
    "ok"
}

/// An endpoint that says whether requests are wanted: 200 `ok` or 503 `not ready`, with `Cache-Control: no-store`.
///
/// It is for a readiness probe (`/readyz`), which takes a process out of the load balancer and puts it back. A 503 is an answer
/// here and no error: the error event is not told.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let readiness = Readiness::new();
/// let app = Application::new(pipeline![routes! { GET "/readyz" => ready(readiness.clone()) }]);
/// assert_eq!(app.get("/readyz").await.status(), 200);
/// readiness.set(false);
/// assert_eq!(app.get("/readyz").await.status(), 503);
/// # });
/// ```
#[middleware(crate = crate)]
pub async fn ready(#[config] readiness: &Readiness, ctx: &mut Context) -> &'static str {
    forbid_caches(ctx);
    if readiness.is_ready() {
        return "ok";
    }
    ctx.set_status(503);
    "not ready"
}

/// What was so a minute ago is no answer.
fn forbid_caches(ctx: &mut Context) {
    ctx.response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}
