//! What `Allow` says where several lines of a table, or several tables, know a path.

use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

#[middleware]
async fn passes(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

routes! {
    fn api() {
        GET "/items" => shown,
        PUT "/me" => shown,
    }
}

/// The status, and `Allow`.
async fn ask(app: &Application, method: &str, url: &str) -> (u16, String) {
    let reply = app.request(method.parse().unwrap(), url).header("Host", "a.test").await;
    (reply.status().as_u16(), reply.header("Allow").to_owned())
}

fn allowed(methods: &str) -> (u16, String) {
    (405, methods.to_owned())
}

#[tokio::test]
async fn a_mount_that_hands_on_hides_no_route_before_it() {
    let app = Application::new(pipeline![routes! { GET "/health" => shown, "/" => api() }]);
    assert_eq!(ask(&app, "POST", "/health").await, allowed("HEAD, GET"));
    assert_eq!(ask(&app, "OPTIONS", "/health").await, (200, "HEAD, GET".to_owned()));
    assert_eq!(ask(&app, "DELETE", "/items").await, allowed("HEAD, GET"));
    assert_eq!(ask(&app, "POST", "/none").await, (404, String::new()));
    assert_eq!(ask(&app, "BREW", "/none").await.0, 501);
    let app = Application::new(pipeline![routes! { "/api" => { GET "/me" => shown }, "/api" => api() }]);
    assert_eq!(ask(&app, "DELETE", "/api/me").await, allowed("HEAD, GET, PUT"));
}

#[tokio::test]
async fn nor_does_one_behind_a_group_with_layers_or_for_a_host() {
    let app = Application::new(pipeline![routes! {
        host "a.test" => { POST "/me" => shown },
        host "b.test" => { DELETE "/me" => shown },
        "/" => [passes] { GET "/me" => shown, "/" => [passes] { "/" => api() } },
    }]);
    assert_eq!(ask(&app, "DELETE", "/me").await, allowed("HEAD, GET, POST, PUT"));
    assert_eq!(ask(&app, "PUT", "/me").await, (200, String::new()));
}

#[tokio::test]
async fn nor_does_one_without_a_table_in_it() {
    let app = Application::new(pipeline![routes! { PURGE "/x" => shown, GET "/x" => shown, "/" => passes }]);
    assert_eq!(ask(&app, "POST", "/x").await, allowed("HEAD, GET, PURGE"));
    assert_eq!(ask(&app, "GET", "/y").await.0, 404);
}

#[tokio::test]
async fn nor_does_one_in_which_the_path_is_changed() {
    #[middleware]
    async fn rewrite(ctx: &mut Context, next: Next) -> Result {
        ctx.request.set_path("/none")?;
        next.run(ctx).await
    }
    let app = Application::new(pipeline![routes! { GET "/x" => shown, "/" => pipeline![rewrite, api()] }]);
    assert_eq!(ask(&app, "POST", "/x").await, allowed("HEAD, GET"));
}

/// No method leads there, as the mount takes them all.
#[tokio::test]
async fn a_route_behind_a_mount_that_takes_its_path_allows_nothing() {
    let app = Application::new(pipeline![routes! { "/{a}/me" => api(), GET "/x/{b}" => shown }]);
    assert_eq!(ask(&app, "POST", "/x/me").await.0, 404);
    assert_eq!(ask(&app, "GET", "/x/me").await.0, 404);
    assert_eq!(ask(&app, "POST", "/x/you").await, allowed("HEAD, GET"));
}

#[tokio::test]
async fn who_answers_in_a_mount_or_behind_it_is_not_overruled() {
    #[middleware]
    async fn leaves_a_404(_ctx: &mut Context) {}
    let app = Application::new(pipeline![routes! { GET "/x" => shown, "/" => leaves_a_404 }]);
    assert_eq!(ask(&app, "POST", "/x").await, (404, String::new()));
    let app = Application::new(pipeline![routes! { GET "/x" => shown, "/" => api() }, shown]);
    assert_eq!(ask(&app, "POST", "/x").await, (200, String::new()));
}

#[tokio::test]
async fn the_methods_are_in_one_order_whichever_table_names_them() {
    let app =
        Application::new(pipeline![routes! { PURGE "/x" => shown, PUT "/x" => shown }, routes! { GET "/x" => shown }]);
    assert_eq!(ask(&app, "POST", "/x").await, allowed("HEAD, GET, PUT, PURGE"));
}

#[tokio::test]
async fn the_other_spelling_of_a_path_is_known_as_the_path_is() {
    let app = Application::new(pipeline![routes! {
        #![trailing_slash(redirect)]
        GET "/x" => shown,
        POST "/dir/" => shown,
    }]);
    assert_eq!(ask(&app, "OPTIONS", "/x/").await, (200, "HEAD, GET".to_owned()));
    assert_eq!(ask(&app, "PUT", "/x/").await, allowed("HEAD, GET"));
    assert_eq!(ask(&app, "GET", "/dir").await, allowed("POST"));
    assert_eq!(ask(&app, "GET", "/x/").await.0, 301);
}
