//! Named pipelines live in their own modules and crates.

use koa_runtime::prelude::*;
use shared_pipelines::{Language, Posts, api, language, stored};

#[middleware]
async fn speak(language: &Language, number: &u8) -> String {
    format!("{} {number}", language.0)
}

fn app(quiet: bool) -> Application {
    let posts = Posts { titles: vec!["one".into(), "two".into()] };
    Application::new(pipeline![provide(posts), api("a", quiet)])
}

#[tokio::test]
async fn a_pipeline_of_another_crate_is_a_layer() {
    let response = app(false).get("/").header("Accept-Language", "eo").await;
    assert_eq!(response.text(), "eo: one, two");
    assert_eq!(
        (response.header("x-served-by"), response.header("x-inline"), response.header("x-count")),
        ("a", "1", "2")
    );
}

#[tokio::test]
async fn an_optional_stage_of_a_named_pipeline_is_switched_by_its_argument() {
    assert!(!app(true).get("/").await.headers().contains_key("x-count"));
}

#[tokio::test]
async fn what_it_needs_can_be_replaced_in_a_test() {
    let response = app(false).provide_instead(Posts::default()).get("/").await;
    assert_eq!(response.header("x-count"), "0");
}

#[tokio::test]
async fn a_named_pipeline_can_be_generic_and_provide_to_what_follows() {
    let response = Application::new(pipeline![stored(7_u8), speak]).get("/").header("Accept-Language", "eo").await;
    assert_eq!(response.text(), "eo 7");
}

#[tokio::test]
async fn a_layer_of_another_crate_stands_beside_our_own() {
    pipeline! { fn here() needs() => [provide::<u8>(3), language, speak] }
    let response = Application::new(pipeline![here]).get("/").header("Accept-Language", "fr").await;
    assert_eq!(response.text(), "fr 3");
}

#[test]
fn a_named_pipeline_is_described_nested() {
    let described = app(false).describe();
    assert_eq!(described.stages[1].name, "api");
    let names: Vec<_> = described.stages[1].stages.iter().map(|stage| &*stage.name).collect();
    assert_eq!(names, ["hush", "served_by", "language", "api_inline_1", "pipeline"]);
}

#[tokio::test]
async fn a_generic_stage_under_cfg_is_there_or_not() {
    pipeline! {
        fn app<S: Send + Sync + 'static>(store: S, _other: S) => [
            #[cfg(any())] provide::<S>(_other),
            #[cfg(test)] provide::<S>(store),
            language,
            speak,
        ]
    }
    let response = Application::new(pipeline![app(4_u8, 5)]).get("/").await;
    assert_eq!(response.text(), " 4");
}

#[tokio::test]
async fn a_named_pipeline_can_need_what_it_takes() {
    #[middleware]
    async fn add(total: &mut u32, number: &u8) {
        *total += u32::from(*number);
    }
    #[middleware]
    async fn sum(ctx: &mut Context, next: Next<&mut u32>) -> Result {
        let mut total = 1;
        next.run(ctx, &mut total).await?;
        ctx.set_body(total.to_string());
        Ok(())
    }
    pipeline! { fn adding() needs(u8, &mut u32) => [add] }
    assert_eq!(Application::new(pipeline![provide(7_u8), sum, adding]).get("/").await.text(), "8");
}

mod elsewhere {
    //! An inline stage needs no import, and does not mind other things of these names.
    #![allow(dead_code, reason = "they are only in the way")]

    struct Context;
    struct Next;
    type Result = std::fmt::Result;

    pub(super) fn app() -> koa_runtime::Application {
        koa_runtime::Application::new(koa_runtime::pipeline![async |ctx, next| {
            ctx.set("X-Inline", "1");
            next.run(ctx).await
        }])
    }
}

#[tokio::test]
async fn an_inline_stage_knows_its_names() {
    assert_eq!(elsewhere::app().get("/").await.header("x-inline"), "1");
}
