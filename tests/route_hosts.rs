//! Hosts in `routes!`: which routes they tell apart, and what stays of them.

use koa_runtime::prelude::*;

use asked::shown;

#[path = "routes/asked.rs"]
mod asked;

#[middleware]
async fn first(ctx: &mut Context) -> &'static str {
    ctx.set("X-Says", "first");
    "first"
}

#[middleware]
async fn second(ctx: &mut Context) -> &'static str {
    ctx.set("X-Says", "second");
    "second"
}

#[middleware]
async fn passes(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[tokio::test]
async fn a_host_tells_routes_apart() {
    // K-577
    let app = Application::new(pipeline![routes! {
        host "api.example.com" => { GET "/" => first },
        host "{tenant}.example.com" => [passes] { GET "/" => shown, GET "/{id}" => shown },
        GET "/" => second,
    }]);
    let asked = async |host: &str, url: &str| app.get(url).header("Host", host).await.text().to_owned();
    assert_eq!(asked("api.example.com", "/").await, "first");
    assert_eq!(asked("API.example.com:8080", "/").await, "first");
    assert_eq!(asked("blue.example.com", "/").await, "/ tenant=blue");
    assert_eq!(asked("blue.example.com", "/7").await, "/{id} tenant=blue id=7");
    assert_eq!(asked("a.b.example.com", "/").await, "second");
    assert_eq!(asked("api.example.com", "/x").await, "/{id} tenant=api id=x");
}

#[middleware]
async fn tenant(#[param] tenant: &str, ctx: &mut Context) -> String {
    format!("{tenant} {}", ctx.param("tenant").unwrap_or_default())
}

#[tokio::test]
async fn a_label_is_a_name_in_lower_case_and_nothing_is_decoded_in_it() {
    let app = Application::new(pipeline![routes! {
        host "{tenant}.x.test" => { GET "/" => tenant },
        GET "/" => second,
    }]);
    let asked = async |host: &str| app.get("/").header("Host", host).await.text().to_owned();
    for host in ["blue.x.test", "Blue.X.test", "BLUE.x.test:80", "blue.x.test."] {
        assert_eq!(asked(host).await, "blue blue", "{host}");
    }
    for host in ["%2e%2e.x.test", "a%2Fb.x.test", "a/b.x.test", "a b.x.test", ".x.test", "blue.x.test.."] {
        assert_eq!(asked(host).await, "second", "{host}");
    }
}

#[tokio::test]
async fn a_route_of_a_host_that_had_to_wait_comes_before_those_behind_the_host() {
    let app = Application::new(pipeline![routes! {
        host "api.example.com" => {
            GET "/a/{x}/p" => first,
            GET "/a/b/{y}" => first,
            GET "/a/{x}/{z}" => second,
        },
        GET "/a/{rest..}" => shown,
    }]);
    assert_eq!(app.get("/a/c/q").header("Host", "api.example.com").await.text(), "second");
    assert_eq!(app.get("/a/c/q").await.text(), "/a/{rest..} rest=c/q");
}

#[tokio::test]
async fn of_routes_that_match_the_first_is_taken_whatever_hosts_stand_between() {
    let app = Application::new(pipeline![routes! {
        host "{a}.example.com" => { GET "/{x}/1" => shown },
        GET "/y/{n: u64}" => first,
        host "{b}.example.com" => { GET "/y/{z}" => shown, GET "/{v}/{w}" => second },
    }]);
    let asked = async |host: &str, url: &str| app.get(url).header("Host", host).await.text().to_owned();
    assert_eq!(asked("h.example.com", "/y/1").await, "/{x}/1 a=h x=y");
    assert_eq!(asked("h.example.com", "/y/2").await, "first");
    assert_eq!(asked("h.example.com", "/y/a").await, "/y/{z} b=h z=a");
    assert_eq!(asked("h.example.com", "/z/2").await, "second");
    assert_eq!(asked("example.com", "/y/1").await, "first");
}

#[tokio::test]
async fn a_route_for_head_comes_before_that_for_get_with_a_host_between_them() {
    let app = Application::new(pipeline![routes! {
        GET "/x/{id}" => first,
        host "h.example.com" => { GET "/y" => shown },
        HEAD "/x/{id}" => second,
    }]);
    assert_eq!(app.request("HEAD".parse().unwrap(), "/x/7").await.header("X-Says"), "second");
    assert_eq!(app.get("/x/7").await.header("X-Says"), "first");
}

/// Sends the request to another host, in the middle of it.
#[middleware]
async fn elsewhere(ctx: &mut Context, next: Next) -> Result {
    ctx.request.headers_mut().insert("host", "other.test".parse().unwrap());
    next.run(ctx).await
}

#[tokio::test]
async fn what_a_host_had_captured_stays_when_a_layer_changes_it() {
    let app = Application::new(pipeline![routes! {
        host "{tenant}.test" => [elsewhere] { GET "/{id}" => shown },
        GET "/{name}" => pipeline![elsewhere, shown],
    }]);
    let asked = async |host: &str| app.get("/7").header("Host", host).await.text().to_owned();
    assert_eq!(asked("blue.test").await, "/{id} tenant=blue id=7");
    assert_eq!(asked("localhost").await, "/{name} name=7");
}
