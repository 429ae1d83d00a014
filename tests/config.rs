//! `#[config]`: by value, by reference, with defaults.

use std::sync::atomic::{AtomicUsize, Ordering};

use koa_runtime::prelude::*;

#[derive(Clone)]
struct Options {
    prefix: String,
}

#[middleware]
async fn by_value(#[config] options: Options, #[config] times: usize, ctx: &mut Context, next: Next) -> Result {
    let moved = options;
    ctx.set("X-Value", moved.prefix.repeat(times));
    next.run(ctx).await
}

#[middleware]
async fn by_reference(#[config] hits: &AtomicUsize, #[config] name: &str, ctx: &mut Context, next: Next) -> Result {
    let hit = hits.fetch_add(1, Ordering::Relaxed);
    ctx.set("X-Reference", format!("{name} {hit}"));
    next.run(ctx).await
}

#[middleware]
async fn with_defaults(
    #[config] path: &str,
    #[config(default = 3)] tries: u8,
    #[config(default = vec!["a".to_owned()])] names: &[String],
    ctx: &mut Context,
    next: Next,
) -> Result {
    ctx.set("X-Default", format!("{path} {tries} {}", names.join(",")));
    next.run(ctx).await
}

#[middleware]
async fn all_defaulted(#[config(default = 60)] seconds: u64, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Seconds", seconds);
    next.run(ctx).await
}

#[middleware]
async fn generic<F>(#[config] make: &F, ctx: &mut Context, next: Next) -> Result
where
    F: Fn(u8) -> String + Send + Sync + 'static,
{
    ctx.set("X-Generic", make(1));
    next.run(ctx).await
}

#[middleware]
async fn text(#[config] text: &'static str) -> &'static str {
    text
}

#[tokio::test]
async fn a_value_is_cloned_for_each_request() {
    let app = Application::new(pipeline![by_value(Options { prefix: "ab".into() }, 2)]);
    for _ in 0..2 {
        assert_eq!(app.get("/").await.header("x-value"), "abab");
    }
}

#[tokio::test]
async fn a_reference_is_to_what_the_layer_holds() {
    let app = Application::new(pipeline![by_reference(AtomicUsize::new(0), "hit")]);
    assert_eq!(app.get("/").await.header("x-reference"), "hit 0");
    assert_eq!(app.get("/").await.header("x-reference"), "hit 1");
}

#[tokio::test]
async fn a_default_holds_until_it_is_said_otherwise() {
    let app = Application::new(pipeline![with_defaults("/tmp")]);
    assert_eq!(app.get("/").await.header("x-default"), "/tmp 3 a");
    let app = Application::new(pipeline![with_defaults("/").tries(9).names(vec![])]);
    assert_eq!(app.get("/").await.headers()["x-default"], "/ 9 ");
}

#[tokio::test]
async fn a_layer_whose_options_all_have_defaults_needs_no_call() {
    for (app, seconds) in [
        (Application::new(pipeline![all_defaulted]), "60"),
        (Application::new(pipeline![all_defaulted()]), "60"),
        (Application::new(pipeline![all_defaulted().seconds(5)]), "5"),
    ] {
        assert_eq!(app.get("/").await.header("x-seconds"), seconds);
    }
}

#[tokio::test]
async fn an_option_can_be_of_any_type() {
    let app = Application::new(pipeline![generic(|n| format!("made {n}")), text("end")]);
    let response = app.get("/").await;
    assert_eq!((response.header("x-generic"), response.text()), ("made 1", "end"));
}

#[tokio::test]
async fn two_of_one_layer_hold_their_own_options() {
    #[middleware]
    async fn add(#[config] n: u8, ctx: &mut Context, next: Next) -> Result {
        ctx.append("X-N", n);
        next.run(ctx).await
    }
    let response = Application::new(pipeline![add(1), add(2)]).get("/").await;
    assert_eq!(response.headers().get_all("x-n").iter().count(), 2);
}
