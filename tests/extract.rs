//! `#[query]`, `#[body]` and the methods that read a body: what fits is there, and what does not is an error that says so.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use koa_runtime::{Settings, prelude::*, test::TestResponse};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only printed")]
struct Page {
    page: Option<u32>,
    #[serde(default)]
    tag: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only printed")]
struct NewPost {
    title: String,
    #[serde(default)]
    stars: Vec<u8>,
}

#[middleware]
async fn create(#[query] page: Page, #[body] post: NewPost) -> String {
    format!("{page:?} {post:?}")
}

#[middleware]
async fn text(#[body] text: String) -> String {
    text.to_uppercase()
}

#[middleware]
async fn bytes(#[body] bytes: Bytes) -> String {
    format!("{} bytes", bytes.len())
}

/// The whole limit of `#[body]`.
const LIMIT: usize = 65_536;

fn said(response: &TestResponse) -> (u16, &str) {
    (response.status().as_u16(), response.text())
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[tokio::test]
async fn query_and_body_are_there_as_values() {
    let app = Application::new(pipeline![create]);
    let expected = r#"Page { page: Some(2), tag: ["a", "b"] } NewPost { title: "x y", stars: [1, 2] }"#;
    let url = "/?page=2&tag=a&tag=b";
    let response = app.post(url).json(&json!({ "title": "x y", "stars": [1, 2] })).await;
    assert_eq!(said(&response), (200, expected));
    let response = app.post(url).header("Content-Type", FORM).body("title=x+y&stars=1&stars=2").await;
    assert_eq!(said(&response), (200, expected));
}

#[tokio::test]
async fn what_does_not_fit_is_told_with_its_field() {
    let app = Application::new(pipeline![create]);
    for (url, body, status, message) in [
        ("/?page=x", json!({ "title": "" }), 400, "invalid query: page: invalid digit found in string"),
        ("/", json!({}), 422, "invalid body: missing field `title` at line 1 column 2"),
        (
            "/",
            json!({ "title": "", "stars": [1, -1] }),
            422,
            "invalid body: stars[1]: invalid value: integer `-1`, expected u8 at line 1 column 14",
        ),
    ] {
        let response = app.post(url).json(&body).await;
        assert_eq!(said(&response), (status, message));
        assert_eq!(response.header("Content-Type"), "text/plain; charset=utf-8");
    }
}

#[tokio::test]
async fn what_is_no_json_is_a_400_what_is_of_another_type_a_415() {
    let app = Application::new(pipeline![create]);
    let ask = |mime: &'static str, body: &'static str| app.post("/").header("Content-Type", mime).body(body);
    let response = ask("application/json", "{\"title\": \"a\",\n \"stars\"}").await;
    assert_eq!(said(&response), (400, "invalid JSON: expected `:` at line 2 column 9"));
    let response = ask("text/csv", "a,b").await;
    let list = "`application/json` or `application/x-www-form-urlencoded`";
    assert_eq!(said(&response), (415, &*format!("the request body is of the type `text/csv`, and this takes {list}")));
    assert_eq!(response.header("Accept"), "application/json, application/x-www-form-urlencoded");
    let response = app.post("/").await;
    assert_eq!(said(&response), (400, &*format!("the request has no body, and this takes {list}")));
    let response = app.post("/").header("Content-Type", "application/json").await;
    assert_eq!(said(&response), (400, &*format!("the request has no body, and this takes {list}")));
}

#[tokio::test]
async fn a_form_without_fields_fits_if_all_are_optional() {
    #[middleware]
    async fn optional(#[body] page: Page) -> String {
        format!("{page:?}")
    }
    let app = Application::new(pipeline![optional]);
    let response = app.post("/").header("Content-Type", FORM).await;
    assert_eq!(said(&response), (200, "Page { page: None, tag: [] }"));
    let response = Application::new(pipeline![create]).post("/").header("Content-Type", FORM).await;
    assert_eq!(said(&response).0, 400);
}

#[tokio::test]
async fn text_and_bytes_are_taken_of_any_type() {
    for mime in ["text/plain", "application/json", "image/png", "nonsense"] {
        let ask = |app: Application| app.post("/").header("Content-Type", mime).body("{ab");
        assert_eq!(said(&ask(Application::new(pipeline![text])).await), (200, "{AB"));
        assert_eq!(said(&ask(Application::new(pipeline![bytes])).await), (200, "3 bytes"));
    }
    assert_eq!(said(&Application::new(pipeline![text]).post("/").await), (200, ""));
    let response = Application::new(pipeline![text]).post("/").body(vec![b'a', 0xFF]).await;
    assert_eq!(said(&response), (400, "the request body is not UTF-8: its byte 1, counted from 0, is wrong"));
}

#[tokio::test]
async fn a_body_that_is_encoded_is_a_415_for_each_of_them() {
    for app in
        [Application::new(pipeline![create]), Application::new(pipeline![text]), Application::new(pipeline![bytes])]
    {
        let ask = |coding: &'static str| app.post("/").json(&json!({ "title": "" })).header("Content-Encoding", coding);
        let response = ask("gzip").await;
        let message = "the request body is encoded with `gzip`, and this takes it only as it is";
        assert_eq!(said(&response), (415, message));
        assert_eq!(response.header("Accept-Encoding"), "identity");
        assert_eq!(ask("identity").await.status(), 200);
    }
}

#[tokio::test]
async fn a_type_parameter_and_an_alias_are_read_as_what_they_stand_for() {
    type Text = String;
    #[middleware]
    async fn generic<T: serde::de::DeserializeOwned + std::fmt::Debug + Send>(#[body] value: T) -> String {
        format!("{value:?}")
    }
    // what rustc proposes for a `T` without a bound
    #[middleware]
    async fn bounded<T: koa_runtime::FromBody + Send>(#[body] _value: T) {}
    #[middleware]
    async fn alias(#[body] text: Text) -> String {
        text
    }
    let app = Application::new(pipeline![generic::<Vec<u8>>]);
    assert_eq!(said(&app.post("/").json(&[1, 2]).await), (200, "[1, 2]"));
    assert_eq!(Application::new(pipeline![bounded::<u8>]).post("/").json("a").await.status(), 422);
    assert_eq!(said(&Application::new(pipeline![alias]).post("/").json(&[1, 2]).await), (200, "[1,2]"));
}

mod order {
    use super::*;

    static READ: AtomicUsize = AtomicUsize::new(0);

    #[derive(Deserialize)]
    #[serde(from = "Page")]
    struct First(usize);

    impl From<Page> for First {
        fn from(_: Page) -> Self {
            Self(READ.fetch_add(1, Ordering::Relaxed))
        }
    }

    #[derive(Deserialize)]
    #[serde(from = "NewPost")]
    struct Second(usize);

    impl From<NewPost> for Second {
        fn from(_: NewPost) -> Self {
            Self(READ.fetch_add(1, Ordering::Relaxed))
        }
    }

    #[middleware]
    async fn three(#[query] a: First, #[body] b: Second, #[query] c: First) -> String {
        format!("{} {} {} {}", a.0, b.0, c.0, READ.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn they_are_read_in_the_order_written_and_before_the_body_of_the_fn() {
        let app = Application::new(pipeline![three]);
        assert_eq!(said(&app.post("/").json(&json!({ "title": "" })).await), (200, "0 1 2 3"));
    }
}

struct Author(String);
struct Draft(String);

/// A provider, of something in the body.
#[middleware]
async fn author(#[body] post: NewPost, ctx: &mut Context, next: Next<Author>) -> Result {
    next.run(ctx, &Author(post.title)).await
}

/// One that gives away, with a value read and an option beside.
#[middleware]
async fn draft(
    #[config] prefix: &str,
    next: Next<&mut Draft>,
    #[query] Page { page, .. }: Page,
    author: &Author,
    ctx: &mut Context,
) -> Result {
    let mut draft = Draft(format!("{prefix}{}{}", author.0, page.unwrap_or(0)));
    next.run(ctx, &mut draft).await?;
    ctx.set("X-Draft", &draft.0);
    Ok(())
}

#[middleware]
async fn publish(draft: &mut Draft, #[body(limit = 1 << 10)] mut text: String) -> String {
    draft.0.push('!');
    text.insert(0, '>');
    text
}

#[middleware]
async fn catch(ctx: &mut Context, next: Next) -> Result {
    if let Err(error) = next.run(ctx).await {
        ctx.set_status(299);
        ctx.set_body(format!("caught {}: {error}", error.status().as_u16()));
    }
    Ok(())
}

#[tokio::test]
async fn a_layer_that_reads_the_body_does_not_take_it_from_those_inside() {
    let app = Application::new(pipeline![author, draft("#"), publish]);
    let response = app.post("/?page=3").json(&json!({ "title": "a" })).await;
    assert_eq!(said(&response), (200, r#">{"title":"a"}"#));
    assert_eq!(response.header("X-Draft"), "#a3!");
}

#[tokio::test]
async fn a_failure_travels_outward_as_any_error() {
    let app = Application::new(pipeline![catch, author, draft("#"), publish]);
    let response = app.post("/?page=x").json(&json!({ "title": "a" })).await;
    assert_eq!(said(&response), (299, "caught 400: invalid query: page: invalid digit found in string"));
    let response = app.post("/").json(&json!({})).await;
    assert_eq!(said(&response), (299, "caught 422: invalid body: missing field `title` at line 1 column 2"));
}

#[tokio::test]
async fn a_layer_that_is_switched_off_reads_nothing() {
    #[middleware]
    async fn checked(#[body] _post: NewPost, ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await
    }
    for (on, status) in [(true, 415), (false, 200)] {
        let app = Application::new(pipeline![on.then(checked), text]);
        assert_eq!(app.post("/").body("a").await.status(), status);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_a_413() {
    for (app, limit) in [
        (Application::new(pipeline![text]), LIMIT),
        (Application::new(pipeline![bytes]), LIMIT),
        (Application::new(pipeline![limit_body(1 << 20), bytes]), 1 << 20),
        (Application::new(pipeline![limit_body(10), bytes]), 10),
        // the innermost counts
        (Application::new(pipeline![limit_body(10), limit_body(20), bytes]), 20),
        (Application::new(pipeline![pipeline![limit_body(10), pipeline![bytes]]]), 10),
        // its own counts more
        (Application::new(pipeline![limit_body(10), publish_all]), 1 << 10),
        (Application::new(pipeline![limit_body(1 << 20), publish_all]), 1 << 10),
    ] {
        let ask = |length: usize| app.post("/").body("a".repeat(length));
        assert_eq!(ask(limit).await.status(), 200);
        let message = format!("the request body is larger than {limit} bytes");
        assert_eq!(said(&ask(limit + 1).await), (413, &*message));
        // unannounced
        let chunks = futures_util::stream::iter(vec![Ok::<_, Infallible>("a"); limit + 1]);
        let response = app.post("/").body(Body::from_stream(chunks)).await;
        assert_eq!(said(&response), (413, &*message));
    }
}

#[middleware]
async fn publish_all(#[body(limit = 1 << 10)] text: String) -> String {
    text.len().to_string()
}

#[tokio::test]
async fn each_reader_has_its_own_limit() {
    /// Reads with a limit, and goes on whether that was enough or not.
    #[middleware]
    async fn peek(#[config] limit: usize, ctx: &mut Context, next: Next) -> Result {
        let length = ctx.bytes(limit).await.map_or(0, |bytes| bytes.len());
        next.run(ctx).await?;
        ctx.set("X-Length", length);
        Ok(())
    }
    let body = "a".repeat(2000);
    // what a layer has read with a large limit is too much for an endpoint with a small one
    let response = Application::new(pipeline![peek(1 << 20), publish_all]).post("/").body(body.clone()).await;
    assert_eq!(said(&response), (413, "the request body is larger than 1024 bytes"));
    // and what is too much for a layer is still there
    let response = Application::new(pipeline![peek(1000), bytes]).post("/").body(body.clone()).await;
    assert_eq!((said(&response), response.header("X-Length")), ((200, "2000 bytes"), "0"));
    let chunks = futures_util::stream::iter(vec![Ok::<_, Infallible>("aa"); 1000]);
    let response = Application::new(pipeline![peek(1000), bytes]).post("/").body(Body::from_stream(chunks)).await;
    assert_eq!((said(&response), response.header("X-Length")), ((200, "2000 bytes"), "0"));
}

#[tokio::test]
async fn a_limit_ends_with_the_layers_inside_it_even_if_they_are_dropped() {
    #[middleware]
    async fn slow(ctx: &mut Context, next: Next) -> Result {
        let _ = tokio::time::timeout(Duration::from_millis(1), next.run(ctx)).await;
        ctx.set_body(ctx.request.body_limit().to_string());
        Ok(())
    }
    #[middleware]
    async fn never() {
        std::future::pending::<()>().await;
    }
    let app = Application::new(pipeline![slow, limit_body(1), never]);
    assert_eq!(app.get("/").await.text(), LIMIT.to_string());
    let app = Application::new(pipeline![slow, limit_body(1), text]);
    assert_eq!(app.get("/").await.text(), LIMIT.to_string());
}

#[test]
fn reading_a_body_takes_at_most_256_bytes_of_future() {
    #[middleware]
    async fn plain() {}
    #[middleware]
    async fn typed(#[body] post: NewPost) {
        drop(post);
    }
    fn size<S: tower_service::Service<http::Request<Body>>>(mut service: S) -> usize {
        size_of_val(&service.call(http::Request::new(Body::empty())))
    }
    let plain = size(pipeline![plain].callback(Settings::default()));
    let typed = size(pipeline![typed].callback(Settings::default()));
    assert!(typed - plain <= 256, "{plain} {typed}");
}

#[test]
fn a_stage_says_what_it_makes_of_the_request() {
    let description = Application::new(pipeline![create]).describe();
    let stage = &description.stages[0];
    assert_eq!((&stage.query[..], &stage.body[..]), (&["Page".into()][..], &["NewPost".into()][..]));
    assert!(description.to_string().contains("create  query Page  body NewPost  ("), "{description}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_is_answered(
        mime in "|application/json|application/x-www-form-urlencoded|text/plain|[ -~]{0,20}",
        charset in "|; charset=(utf-8|latin1|utf-16|[ -~]{0,8})",
        query in "(page|tag|=|&|%|[0-9a-f]){0,8}",
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            "\\{(\"title\"|\"stars\"|:|,|\\[|\\]|\\}|[0-9]|\"){0,12}\\}".prop_map(String::into_bytes),
            "(title|stars|=|&|%|[0-9a-f]){0,12}".prop_map(String::into_bytes),
        ],
    ) {
        let response = block(async {
            let app = Application::new(pipeline![create]);
            app.post(format!("/?{query}")).header("Content-Type", format!("{mime}{charset}")).body(body).await
        });
        prop_assert!(matches!(response.status().as_u16(), 200 | 400 | 415 | 422), "{}", response.status());
        prop_assert!(response.text().chars().count() < 500);
    }
}
