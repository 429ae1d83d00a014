//! Rows of koa-router's behaviour that do not show on the wire, or have no Koa to be held against.

use koa_runtime::prelude::*;

#[middleware]
async fn shown(ctx: &mut Context) -> String {
    ctx.route().map_or_else(String::new, |route| route.pattern().into_owned())
}

routes! {
    fn pages() {
        GET "/{id}" as page => shown,
        GET "/f/{path..}" as file => shown,
        "/admin/" => { GET "/x" as admin => shown },
    }
}

#[tokio::test]
async fn a_prefix_that_ends_in_a_slash_is_none_the_worse() {
    // K-545
    let app = Application::new(pipeline![pages]);
    assert_eq!(app.get("/admin/x").await.text(), "/admin/x");
}

#[test]
fn a_url_is_encoded_piece_by_piece() {
    // K-571, K-575, K-576
    assert_eq!(urls::page("a/b ?é"), "/a%2Fb%20%3F%C3%A9");
    assert_eq!(urls::page("a:b@c&d=e"), "/a:b@c&d=e");
    assert_eq!(urls::file(["a/b", "c"]), "/f/a%2Fb/c");
    assert_eq!(urls::page(1).query("a", "x y").query("a", "&"), "/1?a=x%20y&a=%26");
}

#[tokio::test]
async fn of_two_captures_of_one_name_the_inner_one_is_read() {
    // K-540
    #[middleware]
    async fn id(ctx: &mut Context) -> String {
        ctx.param("id").unwrap_or_default().into_owned()
    }
    let app = Application::new(pipeline![routes! { "/a/{id}" => routes! { GET "/b/{id}" => id } }]);
    assert_eq!(app.get("/a/1/b/2").await.text(), "2");
}

#[tokio::test]
async fn an_escape_in_lower_case_is_the_same_text() {
    // K-562
    let app = Application::new(pipeline![routes! { GET "/café" => shown }]);
    assert_eq!(app.get("/caf%C3%A9").await.status(), 200);
    assert_eq!(app.get("/caf%c3%a9").await.status(), 200);
}
