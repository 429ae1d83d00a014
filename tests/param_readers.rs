//! `#[param]`, told from what does not fit, what is borrowed, and what stands around it.

use std::{fmt::Write as _, num::ParseIntError, str::FromStr};

use koa_runtime::{prelude::*, test::TestResponse};
use proptest::prelude::*;
use serde::Deserialize;

fn said(response: &TestResponse) -> (u16, &str) {
    (response.status().as_u16(), response.text())
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[middleware]
async fn owned(#[param] name: String) -> String {
    name
}

#[middleware]
async fn borrowed(#[param] name: &str) -> String {
    name.to_owned()
}

#[middleware]
async fn number(#[param] id: u32) -> String {
    id.to_string()
}

/// What a route parses, and counts how often that is cloned.
#[derive(Debug)]
struct Id(u32, u8);

impl FromStr for Id {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(|id| Self(id, 0))
    }
}

impl Clone for Id {
    fn clone(&self) -> Self {
        Self(self.0, self.1 + 1)
    }
}

#[middleware]
async fn typed(#[param] id: Id) -> String {
    format!("{id:?}")
}

#[middleware]
async fn lent(#[param] id: &Id) -> String {
    format!("{id:?}")
}

#[tokio::test]
async fn a_value_is_decoded_and_a_slash_in_it_separates_nothing() {
    let app = Application::new(pipeline![routes! {
        GET "/owned/{name}" => owned,
        GET "/borrowed/{name}" => borrowed,
        GET "/number/{id}" => number,
        GET "/typed/{id: Id}" => typed,
    }]);
    for prefix in ["/owned", "/borrowed"] {
        for (raw, text) in [("a%2Fb", "a/b"), ("%C3%A9", "é"), ("a+b", "a+b"), ("100%", "100%"), ("%2525", "%25")] {
            assert_eq!(said(&app.get(format!("{prefix}/{raw}")).await), (200, text), "{raw}");
        }
    }
    assert_eq!(said(&app.get("/number/%34%32").await), (200, "42"));
    assert_eq!(said(&app.get("/typed/%34%32").await), (200, "Id(42, 1)"));
}

#[tokio::test]
async fn what_the_reader_cannot_parse_is_a_404_that_gives_nothing_away() {
    let app = Application::new(pipeline![routes! {
        GET "/number/{id}" => number,
        GET "/owned/{name}" => owned,
        GET "/borrowed/{name}" => borrowed,
    }]);
    for url in ["/number/x", "/number/-1", "/number/4294967296", "/number/%FF", "/owned/%FF", "/borrowed/%FF"] {
        assert_eq!(said(&app.get(url).await), (404, "Not Found"), "{url}");
    }
}

#[tokio::test]
async fn a_route_can_answer_400_and_say_what_it_wanted() {
    #[middleware]
    async fn page(#[param] page: Option<u32>) -> String {
        format!("{page:?}")
    }
    #[middleware]
    async fn list(#[param] path: Vec<String>) -> String {
        path.join(" ")
    }
    #[middleware]
    async fn each(#[param] path: Segments<'_>) -> Result<String> {
        path.collect::<Result<Vec<_>>>().map(|all| all.join(" "))
    }
    let app = Application::new(pipeline![routes! {
        #[bad_param(400)] GET "/number/{id}" => number,
        #[bad_param(400)] GET "/owned/{name}" => owned,
        #[bad_param(400)] GET "/borrowed/{name}" => borrowed,
        #[bad_param(400)] GET "/page/{page?}" => page,
        #[bad_param(400)] GET "/list/{path..}" => list,
        #[bad_param(400)] GET "/each/{path..}" => each,
    }]);
    for (url, sentence) in [
        ("/number/x", "the path parameter id is no u32"),
        ("/number/%FF", "the path parameter id is no UTF-8"),
        ("/owned/%FF", "the path parameter name is no UTF-8"),
        ("/borrowed/%FF", "the path parameter name is no UTF-8"),
        ("/page/x", "the path parameter page is no u32"),
        ("/list/a/%FF", "the path parameter path is no UTF-8"),
        ("/each/a/%FF", "a segment of the path is no UTF-8"),
    ] {
        assert_eq!(said(&app.get(url).await), (400, sentence), "{url}");
    }
    assert_eq!(said(&app.get("/page").await), (200, "None"));
}

#[tokio::test]
async fn what_the_route_parses_is_part_of_matching_and_is_lent_or_cloned() {
    #[middleware]
    async fn other() -> &'static str {
        "another route"
    }
    let app = Application::new(pipeline![routes! {
        GET "/lent/{id: Id}" => lent,
        GET "/typed/{id: Id}" => typed,
        #[bad_param(400)] GET "/strict/{id: Id}" => lent,
        GET "/{rest..}" => other,
    }]);
    assert_eq!(said(&app.get("/lent/7").await), (200, "Id(7, 0)"));
    assert_eq!(said(&app.get("/typed/7").await), (200, "Id(7, 1)"));
    for url in ["/lent/x", "/typed/x", "/strict/x"] {
        assert_eq!(said(&app.get(url).await), (200, "another route"), "{url}");
    }
}

#[tokio::test]
async fn what_may_be_missing_is_an_option() {
    #[middleware]
    async fn page(#[param] page: Option<u32>) -> String {
        format!("{page:?}")
    }
    #[middleware]
    async fn id(#[param] id: Option<Id>) -> String {
        format!("{id:?}")
    }
    #[middleware]
    async fn rest(#[param] rest: Option<Vec<String>>) -> String {
        format!("{rest:?}")
    }
    #[middleware]
    async fn segments(#[param] rest: Segments<'_>) -> String {
        rest.count().to_string()
    }
    #[middleware]
    async fn borrowed(#[param] page: Option<&str>) -> String {
        format!("{page:?}")
    }
    #[middleware]
    async fn lent(#[param] id: Option<&Id>, ctx: &mut Context, next: Next) -> Result {
        ctx.set("X-Lent", format!("{id:?}"));
        next.run(ctx).await
    }
    let app = Application::new(pipeline![routes! {
        GET "/text/{page?}" => page,
        GET "/borrowed/{page?}" => borrowed,
        GET "/lines/{page?..}" => borrowed,
        GET "/typed/{id?: Id}" => pipeline![lent, id],
        GET "/rest/{rest?..}" => rest,
        GET "/segments/{rest?..}" => segments,
    }]);
    for (url, text) in [
        ("/text", "None"),
        ("/text/7", "Some(7)"),
        ("/borrowed", "None"),
        ("/borrowed/a%20b", "Some(\"a b\")"),
        ("/lines", "None"),
        ("/lines/a/b%20c", "Some(\"a/b c\")"),
        ("/typed", "None"),
        ("/typed/7", "Some(Id(7, 1))"),
        ("/rest", "None"),
        ("/rest/a/b", "Some([\"a\", \"b\"])"),
        ("/segments", "0"),
        ("/segments/a/b", "2"),
    ] {
        assert_eq!(said(&app.get(url).await), (200, text), "{url}");
    }
    assert_eq!(app.get("/typed/7").await.header("X-Lent"), "Some(Id(7, 0))");
    for url in ["/text/x", "/borrowed/%FF", "/typed/x"] {
        assert_eq!(app.get(url).await.status(), 404, "what is there must fit: {url}");
    }
}

#[tokio::test]
async fn the_rest_of_a_path_is_lent_as_text() {
    let app = Application::new(pipeline![routes! { GET "/{name..}" => borrowed }]);
    assert_eq!(said(&app.get("/a/b").await), (200, "a/b"));
    assert_eq!(said(&app.get("/a/b%2Fc").await), (200, "a/b/c"));
}

#[tokio::test]
async fn layers_of_every_protocol_read_beside_all_that_a_layer_reads() {
    struct User(&'static str);
    #[derive(Deserialize)]
    struct Page {
        page: u8,
    }
    #[middleware]
    async fn outer<C: Protocol>(#[param] name: &str, ctx: &mut C, next: Next<String>) -> Result {
        next.run(ctx, &name.to_uppercase()).await
    }
    #[middleware]
    async fn inner(
        #[config] mark: &'static str,
        #[param] id: &Id,
        user: &User,
        shout: &String,
        #[query] Page { page }: Page,
        ctx: &mut Context,
        next: Next,
    ) -> Result {
        next.run(ctx).await?;
        ctx.set("X-Inner", format!("{mark} {} {} {shout} {page}", id.0, user.0));
        Ok(())
    }
    #[middleware]
    async fn end(#[body] text: String, #[param(id)] Id(id, _): Id, #[param] name: String, user: &User) -> String {
        format!("{text} {id} {name} {}", user.0)
    }
    let app = Application::new(pipeline![
        provide(User("ada")),
        routes! { POST "/{name}/{id: Id}" => pipeline![outer, inner("!"), end] },
    ]);
    let response = app.post("/bob/7?page=3").body("hi").await;
    assert_eq!(said(&response), (200, "hi 7 bob ada"));
    assert_eq!(response.header("X-Inner"), "! 7 ada BOB 3");
}

#[tokio::test]
async fn what_is_made_of_the_request_is_read_in_the_order_written() {
    #[derive(Deserialize)]
    struct Page {
        #[expect(dead_code)]
        page: u8,
    }
    #[middleware]
    async fn param_first(#[param] id: u8, #[query] _page: Page) -> String {
        id.to_string()
    }
    #[middleware]
    async fn query_first(#[query] _page: Page, #[param] id: u8) -> String {
        id.to_string()
    }
    let app = Application::new(pipeline![routes! {
        GET "/param/{id}" => param_first,
        GET "/query/{id}" => query_first,
    }]);
    assert_eq!(app.get("/param/x").await.status(), 404);
    assert_eq!(app.get("/query/x").await.status(), 400);
}

#[tokio::test]
async fn a_layer_with_a_parameter_that_does_not_fit_never_runs() {
    #[middleware]
    async fn mark(#[param(id)] _id: u8, ctx: &mut Context, next: Next) -> Result {
        ctx.set("X-Ran", "1");
        next.run(ctx).await
    }
    #[middleware]
    async fn keep(ctx: &mut Context, next: Next) -> Result {
        let outcome = next.run(ctx).await;
        ctx.set("X-Seen", if outcome.is_err() { "an error" } else { "a reply" });
        Ok(())
    }
    let app = Application::new(pipeline![keep, routes! { GET "/{id}" => pipeline![mark, borrowed_id] }]);
    #[middleware]
    async fn borrowed_id(#[param] id: &str) -> String {
        id.to_owned()
    }
    let response = app.get("/7").await;
    assert_eq!((response.header("X-Ran"), response.header("X-Seen")), ("1", "a reply"));
    // the error goes outward like any other
    let response = app.get("/x").await;
    assert_eq!((response.header("X-Ran"), response.header("X-Seen")), ("", "an error"));
}

#[tokio::test]
async fn generic_layers_read_what_their_type_says() {
    #[middleware]
    async fn show<T: FromStr + std::fmt::Debug + Send>(#[param] id: T) -> String {
        format!("{id:?}")
    }
    let app = Application::new(pipeline![routes! {
        GET "/u8/{id}" => show::<u8>(),
        GET "/text/{id}" => show::<String>(),
    }]);
    assert_eq!(said(&app.get("/u8/7").await), (200, "7"));
    assert_eq!(app.get("/u8/256").await.status(), 404);
    assert_eq!(said(&app.get("/text/7").await), (200, "\"7\""));
}

#[tokio::test]
async fn a_long_name_is_a_name() {
    #[middleware]
    async fn show(#[param] the_number_of_the_one_who_asks_for_it_again: u8) -> String {
        the_number_of_the_one_who_asks_for_it_again.to_string()
    }
    let app = Application::new(pipeline![routes! { GET "/{the_number_of_the_one_who_asks_for_it_again}" => show }]);
    assert_eq!(said(&app.get("/7").await), (200, "7"));
}

proptest! {
    /// Whatever a value is, it comes back as it was encoded.
    #[test]
    fn what_is_encoded_comes_back(text in "\\PC{1,20}", slash in any::<bool>()) {
        let text = if slash { format!("{text}/{text}") } else { text };
        let mut raw = String::new();
        for byte in text.bytes() {
            write!(raw, "%{byte:02X}").unwrap();
        }
        prop_assume!(text != "." && text != "..");
        let app = Application::new(pipeline![routes! {
            GET "/owned/{name}" => owned,
            GET "/borrowed/{name}" => borrowed,
        }]);
        for prefix in ["/owned", "/borrowed"] {
            let response = block(async { app.get(format!("{prefix}/{raw}")).await });
            prop_assert_eq!(said(&response), (200, &*text));
        }
    }
}
