//! What the layers of a group know of the route that a request is on its way to.

use koa_runtime::prelude::*;

/// Says, before it goes on, which route this is, and what it has captured.
#[middleware]
async fn tells(ctx: &mut Context, next: Next) -> Result {
    let seen = ctx.route().map_or("no route".into(), |route| route.pattern());
    let id = ctx.param("id").unwrap_or("no id".into());
    let post = ctx.param("post").map_or("", |_| "post");
    let told = format!("{seen} {id}{post}");
    ctx.set("X-Seen", told);
    next.run(ctx).await
}

#[middleware]
async fn shown(ctx: &mut Context) -> String {
    ctx.route().map_or_else(String::new, |route| route.pattern().into_owned())
}

#[middleware]
async fn wants_a_key(ctx: &mut Context, next: Next) -> Result {
    if ctx.get("X-Key") == "yes" { next.run(ctx).await } else { Ok(()) }
}

async fn seen(app: &Application, url: &str) -> (String, String) {
    let reply = app.get(url).await;
    (reply.header("X-Seen").to_owned(), reply.text().to_owned())
}

#[tokio::test]
async fn the_layers_of_a_group_know_the_route_and_what_their_prefix_captures() {
    // K-537, K-542
    let app = Application::new(pipeline![routes! {
        "/users/{id}" => [tells] {
            GET "/" => shown,
            "/posts" => [tells] { GET "/{post}" => shown },
        },
    }]);
    let user = ("/users/{id} 7".to_owned(), "/users/{id}".to_owned());
    assert_eq!(seen(&app, "/users/7").await, user);
    let post = ("/users/{id}/posts/{post} 7".to_owned(), "/users/{id}/posts/{post}".to_owned());
    assert_eq!(seen(&app, "/users/7/posts/1").await, post);
}

#[tokio::test]
async fn a_404_of_a_layer_of_a_group_stays_one() {
    // K-513
    let app = Application::new(pipeline![
        routes! { POST "/x" => shown },
        routes! { "/" => [wants_a_key] { GET "/x" => shown } }
    ]);
    assert_eq!(app.get("/x").await.status(), 404);
}

#[tokio::test]
async fn a_router_inside_of_a_mount_in_a_group_goes_on_behind_the_mount() {
    let app = Application::new(pipeline![routes! {
        "/users/{id}" => [tells] {
            "/posts" => [tells] { "/{post}" => routes! { GET "/likes" => shown } },
        },
    }]);
    let likes = ("/users/{id}/posts/{post} 7".to_owned(), "/users/{id}/posts/{post}/likes".to_owned());
    assert_eq!(seen(&app, "/users/7/posts/1/likes").await, likes);
}

#[tokio::test]
async fn a_router_among_the_layers_of_a_group_sees_the_path_as_the_group_does() {
    let app = Application::new(pipeline![routes! {
        "/a" => [routes! { GET "/a/{id}/here" => tells, GET "/a/here" => shown }] {
            "/{id}" => routes! { GET "/{last}" => shown },
        },
    }]);
    assert_eq!(seen(&app, "/a/1/there").await, (String::new(), "/a/{id}/{last}".to_owned()));
    // one that hands on leaves nothing behind
    assert_eq!(seen(&app, "/a/1/here").await, ("/a/{id}/here 1".to_owned(), "/a/{id}/{last}".to_owned()));
}

#[tokio::test]
async fn a_router_in_place_of_a_handler_has_the_whole_pattern() {
    let app = Application::new(pipeline![routes! {
        "/m" => [tells] { GET "/{a}/x" => pipeline![routes! { GET "/m/{b}/{c}" => shown }] },
    }]);
    assert_eq!(seen(&app, "/m/1/x").await.1, "/m/{b}/{c}");
}

/// Says a `T`.
#[middleware]
async fn says<T: std::fmt::Display + Send + Sync + 'static>(#[config] what: T, #[param] id: u64) -> String {
    format!("{what} {id}")
}

routes! {
    fn saying<T: std::fmt::Display + Clone + Send + Sync + 'static, const N: usize>(what: T, more: [&'static str; N]) {
        GET "/one/{id}" => says(what.clone()) as says<T>,
        "/all/{id}" => [tells] { GET "/" => says(more.len()) as says<usize> },
    }
}

#[tokio::test]
async fn a_named_table_can_be_generic() {
    let app = Application::new(pipeline![saying(1.5, ["a", "b"])]);
    assert_eq!(app.get("/one/7").await.text(), "1.5 7");
    assert_eq!(seen(&app, "/all/7").await, ("/all/{id} 7".to_owned(), "2 7".to_owned()));
}

#[middleware]
async fn marks(ctx: &mut Context, #[config] mark: Mark, next: Next) -> Result {
    ctx.append("X-Mark", mark.0.clone());
    next.run(ctx).await
}

#[derive(Debug, Clone)]
struct Mark(String);

#[middleware]
async fn marked(#[config] mark: Mark) -> String {
    mark.0.clone()
}

/// Large tables are checked sixteen routes at once, which is nothing that their layers may notice.
#[tokio::test]
async fn of_a_large_table_the_layers_are_made_in_the_order_written() {
    macro_rules! large {
        ($mark:ident $($path:literal)*) => {
            routes! {
                "/g" => [marks($mark.clone())] { GET "/" => marked($mark) },
                $(GET $path => tells,)*
            }
        };
    }
    let mark = Mark("7".to_owned());
    let app = Application::new(pipeline![large!(
        mark "/0" "/1" "/2" "/3" "/4" "/5" "/6" "/7" "/8" "/9" "/a" "/b" "/c" "/d" "/e" "/f" "/h" "/i" "/j" "/k" "/l" "/m"
        "/n" "/o" "/p" "/q" "/r" "/s" "/t"
    )]);
    let reply = app.get("/g").await;
    assert_eq!((reply.header("X-Mark"), reply.text()), ("7", "7"));
}
