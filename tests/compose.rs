//! The onion's semantics: koa-compose's rows, and Koa's K-006 to K-010. What cannot be written here is impossible by type, and
//! a test in `ui` shows the message.
//!
//! | row | shown by |
//! |---|---|
//! | K-443 not an array | `ui/pipeline/number.rs`, `ui/pipeline/string.rs` and the others there: a stage that is no layer does not compile |
//! | K-445, K-459 nested arrays, composed compositions | [`nesting_is_associative`] |
//! | K-446 the empty composition | [`the_empty_pipeline_hands_on`] |
//! | K-447 two runs at once | [`requests_run_independently_and_at_once`] |
//! | K-006, K-448 order | [`layers_run_inward_in_the_order_written_and_outward_in_reverse`] |
//! | K-449 `next()` is always a promise | by type: `Next::run` returns a future |
//! | K-450 return values | by type: a layer returns `Result`, and what an endpoint returns becomes the response (`user_bodies.rs`) |
//! | K-452 `next` twice | `ui/next/called_twice.rs` |
//! | K-454 arguments to `next` | `ui/next/run_with_a_value_not_named.rs`: `run` takes what the signature names |
//! | K-455 a terminal `next` | [`an_optional_endpoint_lets_the_rest_run_when_it_is_off`], `dynamic.rs` |
//! | K-008, K-456 a synchronous throw | by type: a layer returns its error; a panic is in `panic.rs` |
//! | K-457 a rejection caught upstream | [`an_error_from_inside_can_be_caught_and_the_layer_goes_on`] |
//! | K-458 one context | [`the_context_is_one_and_the_same_all_the_way`] |
//! | K-461 no arguments at all | [`the_empty_pipeline_hands_on`] |
//! | K-143, K-462 `next` not awaited | `ui/next/not_awaited.rs` |

use std::sync::{Arc, Mutex};

use koa_runtime::prelude::*;

/// What ran, in the order it ran.
type Log = Arc<Mutex<Vec<u8>>>;

fn log() -> Log {
    Log::default()
}

fn logged(log: &Log) -> Vec<u8> {
    log.lock().unwrap().clone()
}

#[middleware]
async fn around(#[config] before: u8, #[config] after: u8, log: &Log, ctx: &mut Context, next: Next) -> Result {
    log.lock().unwrap().push(before);
    tokio::task::yield_now().await;
    next.run(ctx).await?;
    tokio::task::yield_now().await;
    log.lock().unwrap().push(after);
    Ok(())
}

#[middleware]
async fn stop(ctx: &mut Context, next: Next) -> Result {
    if ctx.path() == "/on" {
        return next.run(ctx).await;
    }
    ctx.set_body("stopped");
    Ok(())
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

#[tokio::test]
async fn layers_run_inward_in_the_order_written_and_outward_in_reverse() {
    // K-006, K-448
    let log = log();
    let app = Application::new(pipeline![provide(log.clone()), around(1, 6), around(2, 5), around(3, 4), hello]);
    app.get("/").await;
    assert_eq!(logged(&log), [1, 2, 3, 4, 5, 6]);
}

#[tokio::test]
async fn nesting_is_associative() {
    // K-445, K-459
    let flat = log();
    let app = Application::new(pipeline![provide(flat.clone()), around(1, 6), around(2, 5), around(3, 4), hello]);
    app.get("/").await;
    for nest in 0..3 {
        let nested = log();
        let provided = provide(nested.clone());
        let app = match nest {
            0 => Application::new(pipeline![
                pipeline![provided, around(1, 6), around(2, 5)],
                pipeline![around(3, 4), hello]
            ]),
            1 => Application::new(pipeline![
                provided,
                pipeline![around(1, 6), pipeline![around(2, 5), around(3, 4), hello]]
            ]),
            _ => {
                let inner = pipeline![around(2, 5), pipeline![], around(3, 4)];
                Application::new(pipeline![pipeline![pipeline![provided], around(1, 6)], inner, hello])
            }
        };
        assert_eq!(app.get("/").await.text(), "hello");
        assert_eq!(logged(&nested), logged(&flat), "nest {nest}");
    }
}

#[tokio::test]
async fn the_empty_pipeline_hands_on() {
    // K-446, K-010
    let nothing = Application::new(pipeline![]).get("/").await;
    assert_eq!(nothing.status(), 404);
    assert_eq!(nothing.text(), "Not Found");
    assert_eq!(Application::new(pipeline![pipeline![], hello,]).get("/").await.text(), "hello");
}

#[tokio::test]
async fn a_layer_that_does_not_run_next_ends_the_request() {
    let log = log();
    let app = Application::new(pipeline![provide(log.clone()), around(1, 4), stop, around(2, 3), hello]);
    assert_eq!(app.get("/").await.text(), "stopped");
    assert_eq!(logged(&log), [1, 4]);
    assert_eq!(app.get("/on").await.text(), "hello");
    assert_eq!(logged(&log), [1, 4, 1, 2, 3, 4]);
}

#[tokio::test]
async fn a_layer_sees_after_next_what_the_inner_layers_did() {
    #[middleware]
    async fn after(ctx: &mut Context, next: Next) -> Result {
        assert_eq!(ctx.status(), 404, "K-017");
        next.run(ctx).await?;
        let seen = format!("{} {:?}", ctx.status().as_u16(), ctx.length());
        ctx.set("X-Seen", seen);
        Ok(())
    }
    let response = Application::new(pipeline![after, hello]).get("/").await;
    assert_eq!(response.header("x-seen"), "200 Some(5)");
}

#[tokio::test]
async fn requests_run_independently_and_at_once() {
    // K-447: the second request finishes while the first one still waits for it
    #[middleware]
    async fn meet(barrier: &tokio::sync::Barrier, ctx: &mut Context, next: Next) -> Result {
        barrier.wait().await;
        let path = ctx.path().to_owned();
        next.run(ctx).await?;
        ctx.set_body(path);
        Ok(())
    }
    let app = Application::new(pipeline![provide(tokio::sync::Barrier::new(2)), meet]);
    let (one, two) = tokio::join!(app.get("/1"), app.get("/2"));
    assert_eq!((one.text(), two.text()), ("/1", "/2"));
}

#[tokio::test]
async fn the_context_is_one_and_the_same_all_the_way() {
    // K-458
    #[middleware]
    async fn address(ctx: &mut Context, next: Next) -> Result {
        let address = format!("{:p}", &raw const *ctx);
        ctx.append("X-Address", address);
        next.run(ctx).await
    }
    let response = Application::new(pipeline![address, pipeline![address], address]).get("/").await;
    let addresses: Vec<_> = response.headers().get_all("x-address").iter().collect();
    assert_eq!(addresses.len(), 3);
    assert!(addresses.iter().all(|address| *address == addresses[0]), "{addresses:?}");
}

#[tokio::test]
async fn an_error_from_inside_can_be_caught_and_the_layer_goes_on() {
    // K-457, K-186, K-187
    #[middleware]
    async fn rescue(ctx: &mut Context, next: Next) -> Result {
        if let Err(error) = next.run(ctx).await {
            ctx.set_body(format!("rescued: {error}"));
        }
        Ok(())
    }
    #[middleware]
    async fn fail() -> Result {
        throw!(418, "short and stout")
    }
    let response = Application::new(pipeline![rescue, fail]).get("/").await;
    assert_eq!((response.status().as_u16(), response.text()), (200, "rescued: short and stout"));
}

#[tokio::test]
async fn an_optional_layer_runs_only_when_it_is_on() {
    for (on, expected) in [(true, &[1, 2][..]), (false, &[])] {
        let log = log();
        let app = Application::new(pipeline![provide(log.clone()), on.then(|| around(1, 2)), hello]);
        assert_eq!(app.get("/").await.text(), "hello");
        assert_eq!(logged(&log), expected);
    }
}

#[tokio::test]
async fn an_optional_endpoint_lets_the_rest_run_when_it_is_off() {
    #[middleware]
    async fn maintenance() -> (Status, &'static str) {
        (Status::SERVICE_UNAVAILABLE, "back soon")
    }
    for (on, status) in [(true, 503), (false, 200)] {
        let app = Application::new(pipeline![on.then(maintenance), hello]);
        assert_eq!(app.get("/").await.status(), status);
    }
}

#[tokio::test]
async fn a_stage_under_cfg_is_there_or_not() {
    let log = log();
    let app = Application::new(pipeline![
        provide(log.clone()),
        #[cfg(test)]
        around(1, 4),
        #[cfg(not(test))]
        around(9, 9),
        around(2, 3),
        #[cfg(any())]
        not_even_a_name,
    ]);
    app.get("/").await;
    assert_eq!(logged(&log), [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_stage_can_be_written_inline() {
    let log = log();
    let app = Application::new(pipeline![
        provide(log.clone()),
        async |ctx, next| {
            next.run(ctx).await?;
            ctx.set("X-Inline", "1");
            Ok(())
        },
        async |log: &Log, ctx, next| {
            log.lock().unwrap().push(7);
            next.run(ctx).await
        },
        async |ctx| -> String { ctx.path().to_owned() },
    ]);
    let response = app.get("/here").await;
    assert_eq!((response.text(), response.header("x-inline")), ("/here", "1"));
    assert_eq!(logged(&log), [7]);
}
