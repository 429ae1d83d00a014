//! What an orchestrator is told: alive, ready or not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use koa_runtime::prelude::*;

fn app(readiness: Readiness) -> Application {
    Application::new(pipeline![routes! {
        GET "/healthz" => health,
        GET "/readyz" => ready(readiness),
    }])
}

#[tokio::test]
async fn readiness_flips_and_flips_back() {
    let readiness = Readiness::new();
    let app = app(readiness.clone());
    for (is_ready, status, text) in [(true, 200, "ok"), (false, 503, "not ready"), (true, 200, "ok")] {
        readiness.set(is_ready);
        let response = app.get("/readyz").await;
        assert_eq!((response.status().as_u16(), response.text()), (status, text));
        assert_eq!(response.header("cache-control"), "no-store");
        assert_eq!(readiness.is_ready(), is_ready);
        assert_eq!(app.request(http::Method::HEAD, "/readyz").await.status(), status);
    }
}

#[tokio::test]
async fn it_begins_as_ready() {
    assert!(Readiness::new().is_ready() && Readiness::default().is_ready());
}

#[tokio::test]
async fn what_is_not_ready_is_healthy() {
    let readiness = Readiness::new();
    readiness.set(false);
    let response = app(readiness).get("/healthz").await;
    assert_eq!((response.status().as_u16(), response.text()), (200, "ok"));
    assert_eq!(response.header("cache-control"), "no-store");
    assert_eq!(response.header("content-type"), "text/plain; charset=utf-8");
}

#[tokio::test]
async fn not_ready_is_an_answer_and_no_error() {
    let told = Arc::new(AtomicUsize::new(0));
    let count = told.clone();
    let readiness = Readiness::new();
    let app = app(readiness.clone()).on_error(move |_, _| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    readiness.set(false);
    assert_eq!(app.get("/readyz").await.status(), 503);
    assert_eq!(told.load(Ordering::Relaxed), 0);
}
