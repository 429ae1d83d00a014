//! `routes!`: which route a request takes.

use std::sync::atomic::{AtomicUsize, Ordering};

use koa_runtime::prelude::*;

use asked::{ask, fallback, first, get, passes, second, shown, third};

#[path = "routes/asked.rs"]
mod asked;

#[tokio::test]
async fn a_route_is_taken_by_its_path_and_its_method() {
    let app = Application::new(pipeline![routes! {
        GET "/" => first,
        GET "/users" => second,
        POST | PUT "/users" => third,
        GET "/users/{id}" => shown,
    }]);
    assert_eq!(get(&app, "/").await, "first");
    assert_eq!(get(&app, "/users?page=2").await, "second");
    assert_eq!(ask(&app, "PUT", "/users").await, (200, "third".to_owned()));
    assert_eq!(get(&app, "/users/7").await, "/users/{id} id=7");
    for nowhere in ["/user", "/users7", "/users/7/posts", "/Users", "//users", "/users//", "/users/."] {
        assert_eq!(get(&app, nowhere).await, "404", "{nowhere}");
    }
}

#[tokio::test]
async fn of_two_routes_that_match_the_first_is_taken() {
    // K-523, K-524
    let app = Application::new(pipeline![routes! {
        GET "/{a}/x" => first,
        GET "/y/{b}" => second,
        GET "/y/{b}/{c}" => third,
        GET "/{rest..}" => shown,
    }]);
    assert_eq!(get(&app, "/y/x").await, "first");
    assert_eq!(get(&app, "/y/z").await, "second");
    assert_eq!(get(&app, "/y/z/x").await, "third");
    assert_eq!(get(&app, "/z/y").await, "/{rest..} rest=z/y");
}

/// A later branch of the tree that fits must not win over an earlier route, nor spoil what that has captured.
#[tokio::test]
async fn an_earlier_route_wins_wherever_it_lies_in_the_tree() {
    let app = Application::new(pipeline![routes! {
        GET "/a/{b}/c/{d}" => shown,
        GET "/{x}/b/{y..}" => shown,
        GET "/a/{p}/{q}/{r}/{s}" => shown,
    }]);
    assert_eq!(get(&app, "/a/b/c/7").await, "/a/{b}/c/{d} b=b d=7");
    assert_eq!(get(&app, "/a/b/d/7").await, "/{x}/b/{y..} x=a y=d/7");
    assert_eq!(get(&app, "/a/b/1/2/3").await, "/{x}/b/{y..} x=a y=1/2/3");
    assert_eq!(get(&app, "/a/n/1/2/3").await, "/a/{p}/{q}/{r}/{s} p=n q=1 r=2 s=3");
}

#[tokio::test]
async fn a_route_with_a_method_that_does_not_fit_lets_a_later_one_be_taken() {
    let app = Application::new(pipeline![routes! {
        PUT "/users/me" => first,
        GET "/users/{id}" => shown,
    }]);
    assert_eq!(get(&app, "/users/me").await, "/users/{id} id=me");
    let reply = app.request("DELETE".parse().unwrap(), "/users/me").await;
    assert_eq!((reply.status().as_u16(), reply.header("Allow")), (405, "HEAD, GET, PUT"));
}

#[tokio::test]
async fn a_router_without_a_route_for_a_request_hands_on() {
    let app = Application::new(pipeline![routes! { GET "/x" => first }, routes! {}, fallback]);
    assert_eq!(get(&app, "/x").await, "first");
    assert_eq!(get(&app, "/y").await, "fallback");
}

#[tokio::test]
async fn a_branch_that_hands_on_goes_to_what_follows_the_router() {
    let app = Application::new(pipeline![
        routes! { GET "/{id}" => passes, GET "/{id}/{more}" => first },
        routes! { GET "/seen" => shown },
        shown,
    ]);
    let reply = app.get("/seen").await;
    assert_eq!((reply.text(), reply.header("X-Passed")), ("/seen", "yes"));
    // and nothing is left of what it has captured
    assert_eq!(get(&app, "/other").await, "no route");
}

struct User(&'static str);

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    ensure!(!ctx.get("Authorization").is_empty(), 401);
    next.run(ctx, &User("ada")).await
}

#[middleware]
async fn greet(user: &User, #[param] id: u64) -> String {
    format!("{} {id}", user.0)
}

#[tokio::test]
async fn the_layers_of_a_group_run_for_its_routes_and_for_no_other_request() {
    // K-527, K-529, K-541
    let app = Application::new(pipeline![routes! {
        "/admin/{id}" => [passes, authenticate] {
            GET "/" => greet,
            "/deep" => [passes] { GET "/x" => greet, POST "/x" => first },
        },
        GET "/open" => second,
    }]);
    let reply = app.get("/admin/7").header("Authorization", "x").await;
    assert_eq!((reply.text(), reply.headers().get_all("X-Passed").iter().count()), ("ada 7", 1));
    let reply = app.get("/admin/7/deep/x").header("Authorization", "x").await;
    assert_eq!((reply.text(), reply.headers().get_all("X-Passed").iter().count()), ("ada 7", 2));
    assert_eq!(ask(&app, "GET", "/admin/7").await.0, 401);
    assert_eq!(ask(&app, "GET", "/admin/7/none").await.0, 404);
    let reply = app.request("PUT".parse().unwrap(), "/admin/7/deep/x").await;
    assert_eq!(
        (reply.status().as_u16(), reply.header("X-Passed"), reply.header("Allow")),
        (405, "", "HEAD, GET, POST")
    );
    assert_eq!(get(&app, "/open").await, "second");
}

/// Counts how often it is made and how often it runs.
#[middleware]
async fn count(#[config] runs: &AtomicUsize, ctx: &mut Context, next: Next) -> Result {
    let run = runs.fetch_add(1, Ordering::Relaxed) + 1;
    ctx.set("X-Runs", run);
    next.run(ctx).await
}

#[tokio::test]
async fn the_routes_of_a_group_share_its_layers() {
    let app = Application::new(pipeline![routes! {
        "/g" => [count(AtomicUsize::default())] { GET "/a" => first, GET "/b" => second },
    }]);
    app.get("/g/a").await;
    assert_eq!(app.get("/g/b").await.header("X-Runs"), "2");
}

mod blog {
    use koa_runtime::prelude::*;

    #[middleware]
    async fn show_post(ctx: &mut Context, #[param] post: u64) -> String {
        let under = ctx.param("id").map_or_else(String::new, |id| format!(" of {id}"));
        let pattern = ctx.route().map_or_else(Default::default, |route| route.pattern());
        format!("post {post}{under} at {pattern}")
    }

    #[middleware]
    async fn list() -> &'static str {
        "posts"
    }

    routes! {
        /// The posts of a blog, or of a user.
        pub fn posts() {
            GET "/" => list,
            GET "/{post}" as post => show_post,
        }
    }
}
use blog::posts;

#[tokio::test]
async fn a_named_table_is_mounted_under_any_prefix_and_several_times() {
    // K-540, K-542
    let app = Application::new(pipeline![
        routes! {
            "/blog" => posts(),
            "/users/{id}/posts" => pipeline![passes, posts],
        },
        fallback,
    ]);
    for (url, is) in [
        ("/blog", "posts"),
        ("/blog/", "posts"),
        ("/blog/7", "post 7 at /blog/{post}"),
        ("/users/3/posts", "posts"),
        ("/users/3/posts/8", "post 8 of 3 at /users/{id}/posts/{post}"),
        ("/blogs/7", "fallback"),
        ("/blog/7/8", "fallback"),
        ("/users/3", "fallback"),
    ] {
        assert_eq!(get(&app, url).await, is, "{url}");
    }
    assert_eq!(blog::urls::post("a b").under("/blog"), "/blog/a%20b");
}

#[tokio::test]
async fn a_table_sees_nothing_where_nothing_follows_its_prefix() {
    let app = Application::new(pipeline![routes! {
        "/a" => routes! { "/" => routes! { GET "/{rest?..}" => shown } },
        "/b" => routes! {
            #![trailing_slash(redirect)]
            GET "/{x?}" => shown,
        },
    }]);
    assert_eq!(get(&app, "/a").await, "/a/{rest?..}");
    assert_eq!(get(&app, "/a/").await, "/a/{rest?..}");
    assert_eq!(get(&app, "/a/x/y").await, "/a/{rest?..} rest=x/y");
    // and none of them leads to another one for ever
    assert_eq!(get(&app, "/b").await, "/b/{x?}");
    assert_eq!(get(&app, "/b/").await, "/b/{x?}");
    assert_eq!(get(&app, "/b/x/").await, "301");
}

#[middleware]
async fn strip_version(ctx: &mut Context, next: Next) -> Result {
    if let Some(path) = ctx.path().strip_prefix("/v1").map(str::to_owned) {
        ctx.request.set_path(&path)?;
    }
    next.run(ctx).await
}

#[middleware]
async fn rewrite(ctx: &mut Context) -> Result<String> {
    ctx.request.set_path("/elsewhere")?;
    Ok(format!("{} {}", ctx.param("id").unwrap_or_default(), ctx.path()))
}

#[tokio::test]
async fn a_path_that_was_rewritten_before_the_router_counts_and_one_rewritten_behind_it_does_not() {
    // K-563
    let app = Application::new(pipeline![strip_version, routes! { GET "/users/{id}" => rewrite }]);
    assert_eq!(get(&app, "/v1/users/7").await, "7 /elsewhere");
}

#[tokio::test]
async fn the_route_is_known_to_layers_outside_of_the_router_once_it_is_done() {
    #[middleware]
    async fn log(ctx: &mut Context, next: Next) -> Result {
        assert!(ctx.route().is_none());
        next.run(ctx).await?;
        let route = ctx.route().map(|route| (route.pattern().into_owned(), route.name()));
        ctx.set("X-Route", format!("{route:?}"));
        Ok(())
    }
    let app = Application::new(pipeline![log, routes! { GET "/users/{id}" as user => first }]);
    assert_eq!(app.get("/users/7").await.header("X-Route"), r#"Some(("/users/{id}", Some("user")))"#); // K-517
    assert_eq!(app.get("/none").await.header("X-Route"), "None");
}

#[tokio::test]
async fn a_route_under_cfg_is_there_or_not() {
    let app = Application::new(pipeline![routes! {
        #[cfg(any())]
        GET "/x" => not_even_a_name,
        #[cfg(all())]
        GET "/x" => first,
        #[cfg(any())]
        POST "/x" => second,
    }]);
    assert_eq!(get(&app, "/x").await, "first");
    assert_eq!(app.post("/x").await.header("Allow"), "HEAD, GET");
}

#[tokio::test]
async fn a_table_describes_itself() {
    let app = Application::new(pipeline![
        passes,
        routes! {
            /// Shows a user.
            ///
            /// Anybody may ask.
            GET | PUT "/users/{id: u64}/{page?}" as user => pipeline![passes, shown],
            "/admin" => [passes] { DELETE "/{path..}" => first },
            "/blog" => posts(),
            host "api.example.com" => { * "/" => second },
        }
    ]);
    let described = app.describe();
    let routes = &described.stages[1].stages;
    let user = routes[0].route.as_deref().unwrap();
    assert_eq!((&*user.methods, &*user.pattern), (&["GET".into(), "PUT".into()][..], "/users/{id: u64}/{page?}"));
    assert_eq!((user.name.as_deref(), &*user.docs), (Some("user"), "Shows a user.\n\nAnybody may ask."));
    let captures: Vec<_> =
        user.captures.iter().map(|c| (&*c.name, c.ty.as_deref(), c.is_optional, c.is_rest)).collect();
    assert_eq!(captures, [("id", Some("u64"), false, false), ("page", None, true, false)]);
    assert_eq!(routes[0].stages[0].stages[1].name, "shown");
    let group = &routes[1];
    assert!(group.route.as_ref().unwrap().is_prefix);
    assert_eq!((&*group.stages[0].name, &*group.stages[1].name), ("passes", "/admin/{path..}"));
    assert!(group.stages[1].route.as_ref().unwrap().captures[0].is_rest);
    assert_eq!(&*routes[2].stages[0].name, "posts");
    assert_eq!(routes[3].route.as_ref().unwrap().host.as_deref(), Some("api.example.com"));
    let text = described.to_string();
    for line in ["GET | PUT /users/{id: u64}/{page?}", "/admin", "DELETE /admin/{path..}", "* api.example.com/"] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[tokio::test]
async fn provided_values_inside_of_routes_can_be_replaced_in_a_test() {
    struct Clock(u64);
    #[middleware]
    async fn now(clock: &Clock) -> String {
        clock.0.to_string()
    }
    let app = || {
        Application::new(pipeline![routes! {
            "/g" => [passes] { GET "/now" => pipeline![provide(Clock(7)), now] },
        }])
    };
    assert_eq!(get(&app(), "/g/now").await, "7");
    assert_eq!(get(&app().provide_instead(Clock(0)), "/g/now").await, "0");
}

/// As many routes as make a tree of three levels, told apart by their order.
#[tokio::test]
async fn every_route_of_a_large_table_is_found() {
    macro_rules! table {
        ($($number:literal)*) => { routes! { fn large() { $( GET $number => shown, )* } } };
    }
    table! {
        "/0" "/1" "/2" "/3" "/4" "/5" "/6" "/7" "/8" "/9" "/10" "/11" "/12" "/13" "/14" "/15" "/16" "/17" "/18" "/19"
        "/20" "/21" "/22" "/23" "/24" "/25" "/26" "/27" "/28" "/29" "/30" "/31" "/32" "/33" "/34" "/35" "/36" "/37" "/38" "/39"
        "/40" "/41" "/42" "/43" "/44" "/45" "/46" "/47" "/48" "/49" "/50" "/51" "/52" "/53" "/54" "/55" "/56" "/57" "/58" "/59"
        "/60" "/61" "/62" "/63" "/64" "/65" "/66" "/67" "/68" "/69" "/70" "/71" "/72" "/73" "/74" "/75" "/76" "/77" "/78" "/79"
        "/80" "/81" "/82" "/83" "/84" "/85" "/86" "/87" "/88" "/89" "/90" "/91" "/92" "/93" "/94" "/95" "/96" "/97" "/98" "/99"
        "/100" "/101" "/102" "/103" "/104" "/105" "/106" "/107" "/108" "/109" "/110" "/111" "/112" "/113" "/114" "/115" "/116" "/117" "/118" "/119"
        "/120" "/121" "/122" "/123" "/124" "/125" "/126" "/127" "/128" "/129" "/130" "/131" "/132" "/133" "/134" "/135" "/136" "/137" "/138" "/139"
    }
    let app = Application::new(pipeline![large()]);
    for number in 0..140 {
        assert_eq!(get(&app, &format!("/{number}")).await, format!("/{number}"));
    }
    assert_eq!(get(&app, "/140").await, "404");
}

/// A group whose routes are told apart by all the bits that a number of a route has.
#[tokio::test]
async fn a_route_as_deep_as_groups_may_stand_is_found() {
    let app = Application::new(pipeline![routes! {
        GET "/0" => first,
        "/a" => [passes] { GET "/0" => first, "/a" => [passes] { GET "/0" => first, "/a" => [passes] { GET "/0" => first,
        "/a" => [passes] { GET "/0" => first, "/a" => [passes] { GET "/0" => first, "/a" => [passes] { GET "/0" => first,
        "/a" => [passes] { GET "/0" => first, "/a" => [passes] { GET "/end" => second } } } } } } } },
    }]);
    assert_eq!(get(&app, "/a/a/a/a/a/a/a/a/end").await, "second");
}

routes! {
    fn pages() {
        #![urls(page_urls)]
        GET "/{page?}" as page => shown,
        POST "/{path?..}" as path => shown,
    }
}

#[tokio::test]
async fn the_url_of_a_route_without_its_optional_part_is_one() {
    assert_eq!(page_urls::page(Some(7)), "/7");
    assert_eq!(page_urls::page(None::<u8>), "/");
    assert_eq!(page_urls::path([""; 0]), "/");
    let app = Application::new(pipeline![pages()]);
    assert_eq!(get(&app, &page_urls::page(None::<u8>)).await, "/{page?}");
}
