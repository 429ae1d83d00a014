//! `#[cfg]` in `routes!`: of what is switched off, nothing need be there.

use koa_runtime::prelude::*;

#[middleware]
async fn index() -> &'static str {
    "index"
}

#[middleware]
async fn show(#[param] id: u64) -> String {
    format!("show {id}")
}

#[middleware]
async fn by_name(#[param] name: &str) -> String {
    format!("by name {name}")
}

#[middleware]
async fn mark(ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Mark", "1");
    next.run(ctx).await
}

routes! {
    fn named() {
        GET "/" => index,
        #[cfg(any())]
        GET "/typed/{id: Missing}" as typed => missing,
        #[cfg(any())]
        GET "/mixed/v{id: Missing}" => missing,
        #[cfg(any())]
        "/group/{id: Missing}" => [missing, missing(7)] { GET "/" => missing },
        #[cfg(any())]
        "/mount/{id: Missing}" => missing(),
        #[cfg(any())]
        host "missing.example" => [missing] { GET "/" => missing },
        #[cfg(all())]
        GET "/on/{id: u64}" as on => show,
        #[cfg(all())]
        "/marked/{id: u64}" => [mark] { GET "/" => show, #[cfg(any())] GET "/{other: Missing}" => missing },
    }
}

routes! {
    fn needing() needs(u64) {
        #[cfg(any())]
        GET "/typed/{id: Missing}" => missing,
        #[cfg(any())]
        "/group/{id: Missing}" => [missing] { GET "/" => missing },
        GET "/" => index,
    }
}

pipeline! {
    fn around() => [
        mark,
        routes! {
            #[cfg(any())]
            GET "/typed/{id: Missing}" => missing,
            #[cfg(any())]
            "/group/{id: Missing}" => [missing] { GET "/" => missing },
            GET "/" => index,
        },
    ]
}

#[tokio::test]
async fn of_a_named_table_what_is_off_need_not_exist() {
    let app = Application::new(pipeline![named()]);
    assert_eq!(app.get("/").await.text(), "index");
    assert_eq!(app.get(urls::on(7)).await.text(), "show 7");
    assert_eq!(app.get("/on/x").await.status(), 404);
    let marked = app.get("/marked/7").await;
    assert_eq!((marked.header("X-Mark"), marked.text()), ("1", "show 7"));
    for path in ["/typed/7", "/mixed/v7", "/group/7", "/mount/7", "/marked/7/8"] {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(Application::new(pipeline![provide(7_u64), needing()]).get("/").await.text(), "index");
    assert_eq!(Application::new(pipeline![around()]).get("/").await.text(), "index");
}

#[tokio::test]
async fn of_a_table_what_is_off_need_not_exist() {
    let app = Application::new(pipeline![routes! {
        GET "/" => index,
        #[cfg(any())]
        GET "/typed/{id: Missing}" => missing,
        #[cfg(any())]
        GET "/mixed/v{id: Missing}" => missing,
        #[cfg(any())]
        "/group/{id: Missing}" => [missing, missing(7)] { GET "/" => missing },
        #[cfg(any())]
        "/mount/{id: Missing}" => missing(),
        #[cfg(all())]
        "/marked/{id: u64}" => [mark] { GET "/" => show, #[cfg(any())] GET "/{other: Missing}" => missing },
    }]);
    assert_eq!(app.get("/").await.text(), "index");
    assert_eq!(app.get("/marked/7").await.text(), "show 7");
    for path in ["/typed/7", "/mixed/v7", "/group/7", "/mount/7", "/marked/7/8"] {
        assert_eq!(app.get(path).await.status(), 404, "{path}");
    }
}

/// Large tables are checked sixteen routes at once.
#[tokio::test]
async fn of_a_large_table_what_is_off_need_not_exist() {
    macro_rules! large {
        ($($path:literal)*) => {
            routes! {
                #[cfg(any())]
                GET "/typed/{id: Missing}" => missing,
                #[cfg(all())]
                GET "/on/{id: u64}" => show,
                #[cfg(any())]
                "/group/{id: Missing}" => [missing] { GET "/" => missing },
                $(GET $path => index,)*
            }
        };
    }
    let app = Application::new(pipeline![large!(
        "/0" "/1" "/2" "/3" "/4" "/5" "/6" "/7" "/8" "/9" "/a" "/b" "/c" "/d" "/e" "/f" "/g" "/h" "/i" "/j" "/k" "/l" "/m"
        "/n" "/o" "/p" "/q" "/r" "/s" "/t"
    )]);
    assert_eq!(app.get("/t").await.text(), "index");
    assert_eq!(app.get("/on/7").await.text(), "show 7");
    assert_eq!(app.get("/typed/7").await.status(), 404);
}

#[tokio::test]
async fn a_route_that_is_off_leaves_its_paths_to_the_others() {
    let app = Application::new(pipeline![routes! {
        #[cfg(any())]
        GET "/{id: u64}" => missing,
        #[cfg(all())]
        GET "/{id: u64}/show" => show,
        #[cfg(any())]
        GET "/{id: i64}" => missing,
        GET "/{name}" => by_name,
    }]);
    assert_eq!(app.get("/7").await.text(), "by name 7");
    assert_eq!(app.get("/7/show").await.text(), "show 7");
}

#[tokio::test]
async fn a_group_can_be_without_its_layer() {
    let app = Application::new(pipeline![routes! {
        "/a/{id: u64}" => [#[cfg(any())] missing] { GET "/" => show },
        "/b/{id: u64}" => [#[cfg(any())] missing, mark, #[cfg(any())] missing] { GET "/" => show },
    }]);
    assert_eq!(app.get("/a/7").await.text(), "show 7");
    let marked = app.get("/b/7").await;
    assert_eq!((marked.header("X-Mark"), marked.text()), ("1", "show 7"));
}

#[tokio::test]
async fn what_is_off_is_not_described_and_its_method_not_known() {
    let app = Application::new(pipeline![routes! {
        GET "/" => index,
        #[cfg(any())]
        PURGE "/cache" => missing,
        #[cfg(any())]
        "/group" => [missing] { LINK "/" => missing },
        #[cfg(all())]
        PROPFIND "/files" => index,
    }]);
    let described = app.describe();
    let patterns: Vec<_> = described.stages[0].stages.iter().map(|route| &*route.name).collect();
    assert_eq!(patterns, ["/", "/files"]);
    for (method, status) in [("PURGE", 501), ("LINK", 501), ("PROPFIND", 405)] {
        assert_eq!(app.get("/").method(method.parse().unwrap()).await.status(), status, "{method}");
    }
}

#[tokio::test]
async fn a_route_for_get_that_is_off_takes_the_one_for_head_nowhere() {
    #[middleware]
    async fn says(ctx: &mut Context, #[config] what: &'static str) -> &'static str {
        ctx.set("X-Says", what);
        ""
    }
    let app = Application::new(pipeline![routes! {
        #[cfg(any())]
        GET "/x/{id}" => says("off"),
        GET "/x/me" => says("me"),
        #[cfg(all())]
        GET "/y/{id}" => says("get"),
        GET "/y/me" => says("me"),
        HEAD "/x/{id}" => says("head"),
        HEAD "/y/{id}" => says("head"),
    }]);
    let asked = async |url: &str| app.request("HEAD".parse().unwrap(), url).await.header("X-Says").to_owned();
    assert_eq!(asked("/x/me").await, "me");
    assert_eq!(asked("/x/7").await, "head");
    assert_eq!(asked("/y/me").await, "head");
    assert_eq!(asked("/y/7").await, "head");
}

pipeline! {
    #[cfg(any())]
    fn off() => [missing, async |ctx, next, missing: &Missing| { next.run(ctx).await }]
}

pipeline! {
    fn inside() => [
        mark,
        #[cfg(any())]
        pipeline![missing, async |ctx, missing: &Missing, next| { next.run(ctx).await }, #[cfg(all())] missing],
        #[cfg(any())]
        routes! {
            #[cfg(all())]
            GET "/typed/{id: Missing}" => missing,
            "/group/{id: Missing}" => [missing] { GET "/" => pipeline![missing, missing] },
            GET "/inline" => async |missing: &Missing| "no",
        },
        #[cfg(all())]
        pipeline![mark, #[cfg(any())] missing, #[cfg(all())] mark],
        index,
    ]
}

routes! {
    fn inside_of_routes() {
        #[cfg(any())]
        GET "/off" => pipeline![missing, missing],
        #[cfg(any())]
        GET "/inline" => async |missing: &Missing| "no",
        #[cfg(any())]
        "/nested" => pipeline![routes! { GET "/typed/{id: Missing}" => missing }],
        GET "/" => inside,
    }
}

#[tokio::test]
async fn of_what_stands_inside_of_a_stage_that_is_off_nothing_need_exist() {
    assert_eq!(Application::new(pipeline![inside()]).get("/").await.text(), "index");
    let app = Application::new(pipeline![inside_of_routes()]);
    assert_eq!(app.get("/").await.text(), "index");
    assert_eq!(app.get("/nested/typed/7").await.status(), 404);
}
