//! What is answered where no route is: HEAD, OPTIONS, 405, 501.

use koa_runtime::prelude::*;

use asked::{ask, fallback, first, get, passes, second, third};

#[path = "routes/asked.rs"]
mod asked;

#[tokio::test]
async fn a_get_route_answers_head_without_a_body() {
    // K-501, K-502, K-504
    let app = Application::new(pipeline![routes! {
        GET "/a" => first,
        GET "/b" => second,
        HEAD "/b" => passes,
        POST "/c" => third,
    }]);
    let reply = app.request("HEAD".parse().unwrap(), "/a").await;
    assert_eq!((reply.status().as_u16(), reply.text(), reply.header("Content-Length")), (200, "", "5"));
    assert_eq!(app.request("HEAD".parse().unwrap(), "/b").await.header("X-Passed"), "yes");
    assert_eq!(ask(&app, "HEAD", "/c").await.0, 405); // K-503
}

#[tokio::test]
async fn another_method_is_a_405_that_says_which_are_allowed() {
    let app = Application::new(pipeline![routes! { PUT "/x" => first, GET "/x" => second, PURGE "/x" => third }]);
    let reply = app.post("/x").await;
    assert_eq!((reply.status().as_u16(), reply.text()), (405, "Method Not Allowed"));
    assert_eq!(reply.header("Allow"), "HEAD, GET, PUT, PURGE");
    assert_eq!(ask(&app, "POST", "/y").await.0, 404);
}

#[tokio::test]
async fn options_is_answered_where_a_path_is_known() {
    // K-507, K-510
    let app = Application::new(pipeline![routes! { GET "/x" => first, OPTIONS "/own" => second, GET "/own" => third }]);
    let reply = app.request("OPTIONS".parse().unwrap(), "/x").await;
    assert_eq!((reply.status().as_u16(), reply.text()), (200, ""));
    assert_eq!((reply.header("Allow"), reply.header("Content-Length")), ("HEAD, GET", "0"));
    assert_eq!(ask(&app, "OPTIONS", "/y").await.0, 404);
    assert_eq!(ask(&app, "OPTIONS", "/own").await, (200, "second".to_owned()));
}

#[tokio::test]
async fn a_method_that_the_application_does_not_know_is_a_501() {
    // K-509
    let app = Application::new(pipeline![
        routes! { GET "/x" => first },
        routes! { "/dav" => pipeline![passes, routes! { PROPFIND "/x" => second }] },
    ]);
    assert_eq!(ask(&app, "BREW", "/x").await.0, 501);
    assert_eq!(ask(&app, "BREW", "/nowhere").await.0, 501);
    // another route of the application is for this one
    assert_eq!(ask(&app, "PROPFIND", "/dav/x").await, (200, "second".to_owned()));
    assert_eq!(ask(&app, "PROPFIND", "/x").await.0, 405);
    assert_eq!(ask(&app, "PROPFIND", "/nowhere").await.0, 404);
    assert_eq!(ask(&app, "DELETE", "/nowhere").await.0, 404);
}

#[tokio::test]
async fn a_method_may_have_a_hyphen() {
    let app = Application::new(pipeline![routes! { M-SEARCH | GET "/x" => first, VERSION-CONTROL "/x" => second }]);
    assert_eq!(ask(&app, "M-SEARCH", "/x").await, (200, "first".to_owned()));
    assert_eq!(ask(&app, "VERSION-CONTROL", "/x").await, (200, "second".to_owned()));
    assert_eq!(app.post("/x").await.header("Allow"), "HEAD, GET, M-SEARCH, VERSION-CONTROL");
    assert_eq!(ask(&app, "SEARCH", "/x").await.0, 501);
}

/// RFC 9110 §15.6.2: a 501 is for a method that the server is for with no resource.
#[tokio::test]
async fn an_application_with_a_route_for_every_method_knows_all_of_them() {
    let app = Application::new(pipeline![routes! { GET "/x" => first, * "/y" => second }]);
    assert_eq!(ask(&app, "BREW", "/x").await.0, 405);
    assert_eq!(ask(&app, "BREW", "/none").await.0, 404);
}

#[tokio::test]
async fn a_route_for_every_method_takes_every_method() {
    let app = Application::new(pipeline![routes! { GET "/x" => first, * "/x" => second }]);
    assert_eq!(get(&app, "/x").await, "first");
    for method in ["POST", "OPTIONS", "BREW"] {
        assert_eq!(ask(&app, method, "/x").await, (200, "second".to_owned()), "{method}");
    }
}

#[tokio::test]
async fn several_routers_answer_with_one_allow() {
    // K-515
    let app = Application::new(pipeline![
        routes! { GET "/x" => first },
        passes,
        routes! { POST "/x" => second, GET "/y" => third },
    ]);
    let reply = app.request("DELETE".parse().unwrap(), "/x").await;
    assert_eq!(reply.status(), 405);
    assert_eq!(reply.headers().get_all("Allow").iter().count(), 1);
    assert_eq!((reply.header("Allow"), reply.header("X-Passed")), ("HEAD, GET, POST", "yes"));
    assert_eq!(ask(&app, "POST", "/x").await, (200, "second".to_owned()));
}

#[tokio::test]
async fn who_answers_behind_a_router_is_not_overruled() {
    // K-512
    let app = Application::new(pipeline![routes! { GET "/x" => first }, fallback]);
    assert_eq!(ask(&app, "POST", "/x").await, (200, "fallback".to_owned()));
}

#[middleware]
async fn leaves_a_404(_ctx: &mut Context) {}

#[tokio::test]
async fn a_route_that_leaves_a_404_leaves_it() {
    // K-513
    let app = Application::new(pipeline![routes! { POST "/x" => first }, routes! { GET "/x" => leaves_a_404 }]);
    assert_eq!(ask(&app, "GET", "/x").await, (404, "Not Found".to_owned()));
}

#[tokio::test]
async fn what_stands_before_a_router_sees_every_request() {
    let app = Application::new(pipeline![passes, routes! { GET "/x" => first }]);
    for (method, url) in [("GET", "/x"), ("GET", "/y"), ("OPTIONS", "/x"), ("POST", "/x"), ("BREW", "/x")] {
        assert_eq!(app.request(method.parse().unwrap(), url).await.header("X-Passed"), "yes", "{method} {url}");
    }
}

#[tokio::test]
async fn a_route_for_head_gives_way_to_nothing_but_its_own_pattern() {
    let app = Application::new(pipeline![routes! {
        GET "/a" => passes_as_get,
        HEAD "/a/{x?}" => first,
        GET "/{y}/b" => first,
        HEAD "/{y}/b" => passes_as_get,
    }]);
    let named = async |method: &str, url: &str| {
        let reply = app.request(method.parse().unwrap(), url).await;
        reply.headers().contains_key("x-get")
    };
    assert!(named("HEAD", "/a").await);
    assert!(named("HEAD", "/x/b").await);
    assert!(!named("HEAD", "/a/x").await);
}

#[middleware]
async fn passes_as_get(ctx: &mut Context) -> &'static str {
    ctx.set("X-Get", "yes");
    ""
}
