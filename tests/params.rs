//! `#[param]`: what a route captures, as a layer reads it.

use std::{
    net::IpAddr,
    str::FromStr,
    sync::atomic::{AtomicUsize, Ordering},
};

use koa_runtime::prelude::*;

async fn ask(app: &Application, url: &str) -> (u16, String) {
    let reply = app.get(url).await;
    (reply.status().as_u16(), reply.text().to_owned())
}

async fn get(app: &Application, url: &str) -> String {
    let (status, text) = ask(app, url).await;
    if status == 200 { text } else { status.to_string() }
}

#[middleware]
async fn number(#[param] id: u64) -> String {
    format!("number {id}")
}

#[middleware]
async fn text(#[param] id: &str) -> String {
    format!("text {id}")
}

#[middleware]
async fn owned(#[param(id)] name: String, #[param] ip: IpAddr) -> String {
    format!("owned {name} {ip}")
}

#[tokio::test]
async fn text_is_parsed_as_the_type_of_the_parameter() {
    let app = Application::new(pipeline![routes! {
        GET "/n/{id}" => number,
        GET "/t/{id}" => text,
        GET "/o/{id}/{ip}" => owned,
    }]);
    assert_eq!(get(&app, "/n/42").await, "number 42");
    assert_eq!(get(&app, "/n/%34%32").await, "number 42");
    assert_eq!(get(&app, "/t/a%20b%2Fc").await, "text a b/c");
    assert_eq!(get(&app, "/o/%C3%A9/127.0.0.1").await, "owned é 127.0.0.1");
}

#[tokio::test]
async fn what_does_not_parse_is_a_404_or_a_400_as_the_route_says() {
    let app = Application::new(pipeline![routes! {
        GET "/n/{id}" => number,
        #[bad_param(400)]
        GET "/strict/{id}" => number,
        #[bad_param(400)]
        "/g" => { GET "/{id}" => number, #[bad_param(404)] GET "/own/{id}" => number },
    }]);
    assert_eq!(ask(&app, "/n/x").await, (404, "Not Found".to_owned()));
    assert_eq!(ask(&app, "/strict/x").await, (400, "the path parameter id is no u64".to_owned()));
    assert_eq!(ask(&app, "/g/x").await.0, 400);
    assert_eq!(ask(&app, "/g/own/x").await.0, 404);
    let all = Application::new(pipeline![routes! { #![bad_param(400)] GET "/n/{id}" => number }]);
    assert_eq!(ask(&all, "/n/x").await.0, 400);
}

#[tokio::test]
async fn what_is_no_utf8_when_decoded_does_not_parse() {
    let app = Application::new(pipeline![routes! { GET "/t/{id}" => text, GET "/s/{id: String}" => owned_string }]);
    assert_eq!(get(&app, "/t/%FF").await, "404");
    assert_eq!(get(&app, "/t/%").await, "text %");
    assert_eq!(get(&app, "/s/%FF").await, "404");
}

#[middleware]
async fn owned_string(#[param] id: String) -> String {
    id
}

/// Counts how often it is parsed.
#[derive(Clone, Debug)]
struct Counted(u8);

static PARSED: AtomicUsize = AtomicUsize::new(0);

impl FromStr for Counted {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        PARSED.fetch_add(1, Ordering::Relaxed);
        text.parse().map(Self)
    }
}

#[middleware]
async fn borrows(#[param] n: &Counted, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Outer", n.0);
    next.run(ctx).await
}

#[middleware]
async fn clones_once(#[param] n: Counted) -> String {
    n.0.to_string()
}

#[tokio::test]
async fn what_the_route_parses_lives_in_the_frame_of_the_router_and_is_lent_to_every_reader() {
    let app = Application::new(pipeline![routes! { GET "/{n: Counted}" => pipeline![borrows, borrows, clones_once] }]);
    let reply = app.get("/7").await;
    assert_eq!((reply.text(), reply.header("X-Outer")), ("7", "7"));
    // once to match and once to keep, however many read it
    assert_eq!(PARSED.load(Ordering::Relaxed), 2);
}

#[middleware]
async fn page(#[param] page: Option<u32>, #[param] tag: Option<String>) -> String {
    format!("{page:?} {tag:?}")
}

#[tokio::test]
async fn what_may_be_missing_is_an_option() {
    let app = Application::new(pipeline![routes! {
        GET "/text/{page?}/{tag?}" => page,
        GET "/typed/{page?: u32}/{tag?: String}" => page,
    }]);
    for under in ["text", "typed"] {
        assert_eq!(get(&app, &format!("/{under}")).await, "None None");
        assert_eq!(get(&app, &format!("/{under}/7")).await, "Some(7) None");
        assert_eq!(get(&app, &format!("/{under}/7/a%20b")).await, "Some(7) Some(\"a b\")");
        assert_eq!(get(&app, &format!("/{under}/x")).await, "404");
    }
}

#[middleware]
async fn one_by_one(#[param] path: Segments<'_>) -> Result<String> {
    let raw = path.as_raw().to_owned();
    let segments: Vec<String> = path.map(|segment| segment.map(Into::into)).collect::<Result<_>>()?;
    Ok(format!("{segments:?} {raw}"))
}

#[middleware]
async fn all_at_once(#[param] path: Vec<String>) -> String {
    format!("{path:?}")
}

#[middleware]
async fn as_text(#[param] path: String) -> String {
    path
}

#[tokio::test]
async fn a_rest_offers_its_segments_one_by_one() {
    let app = Application::new(pipeline![routes! {
        GET "/one/{path..}" => one_by_one,
        GET "/all/{path..}" => all_at_once,
        GET "/text/{path..}" => as_text,
        GET "/any/{path?..}" => one_by_one,
    }]);
    assert_eq!(get(&app, "/one/a/b%2Fc/d%20e/").await, r#"["a", "b/c", "d e"] a/b%2Fc/d%20e/"#);
    assert_eq!(get(&app, "/all/a/b%2Fc").await, r#"["a", "b/c"]"#);
    assert_eq!(get(&app, "/text/a/b").await, "a/b");
    assert_eq!(get(&app, "/one/a/%FF").await, "404");
    assert_eq!(get(&app, "/any").await, "[] ");
}

#[middleware]
async fn everything(
    #[param] tenant: &str,
    #[param] id: u64,
    #[query] query: Vec<(String, String)>,
    ctx: &mut Context,
    db: &Db,
) -> String {
    format!("{tenant} {id} {} {} {}", query.len(), ctx.method(), db.0)
}

struct Db(u8);

#[tokio::test]
async fn parameters_of_every_kind_stand_beside_one_another() {
    let app = Application::new(pipeline![
        provide(Db(1)),
        routes! {
            host "{tenant}.example.com" => { GET "/{id}" => everything },
        }
    ]);
    let reply = app.get("/7?a=1&b=2").header("Host", "blue.example.com").await;
    assert_eq!(reply.text(), "blue 7 2 GET 1");
}

#[middleware]
async fn of_any_protocol<C: Protocol>(#[param] id: u64, ctx: &mut C, next: Next) -> Result {
    ensure!(id != 0, 400, "no zero");
    next.run(ctx).await
}

#[tokio::test]
async fn a_layer_for_every_protocol_reads_parameters_too() {
    let app = Application::new(pipeline![routes! { GET "/{id}" => pipeline![of_any_protocol, number] }]);
    assert_eq!(get(&app, "/7").await, "number 7");
    assert_eq!(ask(&app, "/0").await, (400, "no zero".to_owned()));
}

#[tokio::test]
async fn outer_and_inner_captures_are_both_there() {
    #[middleware]
    async fn both(#[param] user: u64, #[param] post: &str) -> String {
        format!("{user} {post}")
    }
    routes! { fn posts() { GET "/{post}" => both } }
    let app = Application::new(pipeline![routes! { "/users/{user: u64}/posts" => posts() }]);
    assert_eq!(get(&app, "/users/3/posts/a").await, "3 a");
}

#[tokio::test]
async fn a_layer_says_which_parameters_it_reads() {
    let app = Application::new(pipeline![routes! { GET "/{id}/{ip}" => owned }]);
    let described = app.describe();
    assert_eq!(described.stages[0].stages[0].stages[0].params, ["id: String", "ip: IpAddr"]);
}
