//! What is provided outside a router, in its routes and behind it.

use koa_runtime::prelude::*;

struct Tx(u32);

#[middleware]
async fn transaction(ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    next.run(ctx, &mut Tx(1)).await
}

#[middleware]
async fn insert(tx: &mut Tx, ctx: &mut Context, next: Next) -> Result {
    tx.0 += 1;
    next.run(ctx).await
}

#[middleware]
async fn insert_and_lend(tx: &mut Tx, ctx: &mut Context, next: Next<&mut Tx>) -> Result {
    tx.0 += 10;
    next.run(ctx, tx).await
}

#[middleware]
async fn create(#[config] by: &'static str, tx: &mut Tx) -> String {
    format!("{by} {}", tx.0)
}

#[middleware]
async fn passes(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn answers() -> &'static str {
    "the last"
}

routes! {
    fn posts() {
        POST "/" => create("posts"),
        GET "/" => passes,
    }
}

async fn get(app: &Application, url: &str) -> String {
    app.get(url).await.text().to_owned()
}

#[tokio::test]
async fn each_endpoint_of_a_router_takes_an_exclusive_value_and_so_does_what_follows_it() {
    let app = Application::new(pipeline![
        transaction,
        routes! {
            GET "/a" => create("a"),
            GET "/b/{id}" => pipeline![passes, create("b")],
            GET "/on/{id}" => passes,
            "/posts" => posts(),
            "/nested" => routes! { GET "/" => create("nested") },
            "/group" => [passes] { GET "/" => create("group"), GET "/on" => passes },
        },
        create("the last"),
    ]);
    for (url, says) in [
        ("/a", "a 1"),
        ("/b/7", "b 1"),
        ("/on/7", "the last 1"),
        ("/posts", "the last 1"),
        ("/posts/other", "the last 1"),
        ("/nested", "nested 1"),
        ("/nested/other", "the last 1"),
        ("/group", "group 1"),
        ("/group/on", "the last 1"),
        ("/other", "the last 1"),
    ] {
        assert_eq!(get(&app, url).await, says, "{url}");
    }
    assert_eq!(app.post("/posts").await.text(), "posts 1");
}

#[tokio::test]
async fn what_a_layer_takes_on_the_way_to_an_endpoint_is_still_there_behind_the_router() {
    let app = Application::new(pipeline![
        transaction,
        routes! {
            GET "/a" => pipeline![insert, answers],
            "/group" => [insert_and_lend] { GET "/" => create("group"), GET "/lent" => pipeline![insert_and_lend, create("lent")] },
        },
        create("the last"),
    ]);
    for (url, says) in
        [("/a", "the last"), ("/group", "group 11"), ("/group/lent", "lent 21"), ("/other", "the last 1")]
    {
        assert_eq!(get(&app, url).await, says, "{url}");
    }
}

#[tokio::test]
async fn a_route_that_takes_and_hands_on_leaves_the_rest_to_who_does_not_take() {
    let app = Application::new(pipeline![
        transaction,
        routes! { GET "/a" => insert, GET "/b" => insert_and_lend, "/c" => [insert] { GET "/" => passes } },
        passes,
        answers,
    ]);
    for url in ["/a", "/b", "/c", "/other"] {
        assert_eq!(get(&app, url).await, "the last", "{url}");
    }
}

#[tokio::test]
async fn what_a_route_gives_away_itself_says_nothing_of_what_was_there_before() {
    let app = Application::new(pipeline![
        transaction,
        routes! {
            GET "/inner" => pipeline![passes, transaction],
            GET "/both/{id}" => pipeline![routes! { GET "/both/1" => create("both") }, transaction],
        },
        create("the last"),
    ]);
    for (url, says) in [("/inner", "the last 1"), ("/both/1", "both 1"), ("/both/2", "the last 1")] {
        assert_eq!(get(&app, url).await, says, "{url}");
    }
}

#[tokio::test]
async fn a_value_that_a_route_replaces_is_the_old_one_behind_the_router() {
    #[middleware]
    async fn seven(number: &u32, ctx: &mut Context, next: Next<Replace<u32>>) -> Result {
        next.run(ctx, &(number + 7)).await
    }
    #[middleware]
    async fn number(number: &u32) -> String {
        number.to_string()
    }
    let app = Application::new(pipeline![
        provide(1_u32),
        seven,
        routes! {
            GET "/a" => pipeline![seven, number],
            GET "/on" => seven,
            "/group" => [seven] { GET "/on/{id}" => seven },
        },
        number,
    ]);
    for (url, says) in [("/a", "15"), ("/on", "8"), ("/group/on/1", "8"), ("/other", "8")] {
        assert_eq!(get(&app, url).await, says, "{url}");
    }
}

#[tokio::test]
async fn a_table_can_be_boxed_and_switched_off() {
    let list: Vec<BoxedLayer> = vec![boxed(routes! { GET "/boxed" => answers, GET "/on/{id}" => passes })];
    for is_on in [true, false] {
        let app = Application::new(pipeline![
            transaction,
            boxed::<(), _, _>(pipeline![transaction, routes! { GET "/inner" => insert }, passes]),
            is_on.then_some(routes! { GET "/a" => create("a"), GET "/b/{id}" => passes }),
            create("the last"),
        ]);
        assert_eq!(get(&app, "/a").await, if is_on { "a 1" } else { "the last 1" });
        assert_eq!(get(&app, "/b/1").await, "the last 1");
        assert_eq!(get(&app, "/inner").await, "the last 1");
    }
    let app = Application::new(pipeline![transaction, dynamic(list), create("the last")]);
    assert_eq!(get(&app, "/boxed").await, "the last");
    assert_eq!(get(&app, "/on/1").await, "the last 1");
}
