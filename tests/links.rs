//! The urls of named routes: whatever the values are, they lead to their route and nowhere else.

use koa_runtime::prelude::*;
use proptest::prelude::*;

/// Says which route was taken, and what it captured.
#[middleware]
async fn shown(ctx: &mut Context) -> String {
    let Some(route) = ctx.route() else { return "no route".to_owned() };
    let params: Vec<String> = route.params().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{} {}", route.name().unwrap_or_default(), params.join(" ")).trim_end().to_owned()
}

routes! {
    fn pages() {
        GET "/users/{id}" as user => shown,
        GET "/urls/{url}" as url => shown,
        GET "/files/{name}.{ext}" as file => shown,
        GET "/hidden/.{name}" as hidden => shown,
        GET "/ended/{name}." as ended => shown,
        GET "/archive/{year?}/{month?}" as archive => shown,
        GET "/tree/{path..}" as tree => shown,
        POST "/{path..}" as page => shown,
        GET "/{one}/{two}" as two => shown,
        GET "/{path?..}" as any => shown,
    }
}

async fn get(method: &str, url: &str) -> String {
    let reply = Application::new(pipeline![pages]).request(method.parse().unwrap(), url).await;
    if reply.status() == 200 { reply.text().to_owned() } else { reply.status().as_u16().to_string() }
}

#[tokio::test]
async fn a_redirect_takes_a_link() {
    #[middleware]
    async fn by_value() -> Redirect {
        Redirect::to(urls::user("a b")).see_other()
    }
    #[middleware]
    async fn by_context(ctx: &mut Context) {
        ctx.redirect(urls::user(7));
    }
    #[middleware]
    async fn back(ctx: &mut Context) {
        ctx.back(urls::user(8));
    }
    let app = Application::new(pipeline![routes! { GET "/a" => by_value, GET "/b" => by_context, GET "/c" => back }]);
    let reply = app.get("/a").await;
    assert_eq!((reply.status().as_u16(), reply.header("Location")), (303, "/users/a%20b"));
    assert_eq!(app.get("/b").await.header("Location"), "/users/7");
    assert_eq!(app.get("/c").await.header("Location"), "/users/8");
    assert_eq!(std::borrow::Cow::from(&urls::user(7)), "/users/7");
}

#[tokio::test]
async fn a_value_that_no_segment_can_be_is_replaced() {
    let none = "%EF%BF%BD";
    for value in ["", ".", ".."] {
        assert_eq!(urls::user(value), format!("/users/{none}").as_str());
    }
    assert_eq!(get("GET", &urls::user("..")).await, "user id=\u{FFFD}");
    assert_eq!(urls::user("..."), "/users/...");
    assert_eq!(urls::user("%2e%2e"), "/users/%252e%252e");
    assert_eq!(urls::page("/evil.example".split('/')), format!("/{none}/evil.example").as_str());
    assert_eq!(urls::two("", "evil.example"), format!("/{none}/evil.example").as_str());
    assert_eq!(urls::tree(["a", "..", "b"]), format!("/tree/a/{none}/b").as_str());
    assert_eq!(urls::tree([""; 0]), format!("/tree/{none}").as_str());
    assert_eq!(urls::any([""; 0]), "/");
    assert_eq!(urls::hidden("."), format!("/hidden/.{none}").as_str());
    assert_eq!(urls::ended("."), format!("/ended/{none}.").as_str());
    assert_eq!(urls::file("", ""), format!("/files/{none}.{none}").as_str());
    assert_eq!(get("GET", &urls::file(".", ".")).await, "file name=. ext=.");
}

#[test]
fn a_capture_may_be_called_as_the_url_is_inside() {
    assert_eq!(urls::url("a/b"), "/urls/a%2Fb");
}

#[test]
fn a_url_ends_before_what_is_missing() {
    assert_eq!(urls::archive(Some(2026), Some(3)), "/archive/2026/3");
    assert_eq!(urls::archive(Some(2026), None::<u8>), "/archive/2026");
    assert_eq!(urls::archive(None::<u16>, Some(3)), "/archive");
}

#[test]
fn a_prefix_is_read_as_a_pattern_is() {
    let user = || urls::user(7);
    for prefix in ["blog", "/blog", "/blog/", "//blog"] {
        assert_eq!(user().under(prefix), "/blog/users/7", "{prefix}");
    }
    assert_eq!(user().under(""), "/users/7");
    assert_eq!(user().under("/"), "/users/7");
    assert_eq!(user().under("//evil.example/a b"), "/evil.example/a%20b/users/7");
    assert_eq!(user().under("/café/%C3%A9/100%?x#y"), "/caf%C3%A9/%C3%A9/100%25%3Fx%23y/users/7");
    assert_eq!(user().under("/a/%2e%2E/../b"), "/a/%EF%BF%BD/%EF%BF%BD/b/users/7");
    assert_eq!(user().under(&urls::user("a/b")), "/users/a%2Fb/users/7");
    assert_eq!(user().query("a", "b").under("x"), "/x/users/7?a=b");
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof!["[./%2e]{0,4}", "\\PC{0,4}", Just(String::new())]
}

fn answer(method: &str, url: &str) -> String {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(get(method, url))
}

proptest! {
    #[test]
    fn whatever_the_values_are_a_link_leads_to_its_route(a in values(), b in values(), several in prop::collection::vec(values(), 0..4)) {
        for (method, link, name) in [
            ("GET", urls::user(&a), "user"),
            ("GET", urls::file(&a, &b), "file"),
            ("GET", urls::hidden(&a), "hidden"),
            ("GET", urls::ended(&a), "ended"),
            ("GET", urls::tree(&several), "tree"),
            ("POST", urls::page(&several), "page"),
        ] {
            prop_assert!(link.starts_with('/') && !link.starts_with("//"), "{}", link);
            let answer = answer(method, &link);
            prop_assert!(answer.starts_with(&format!("{name} ")), "{} is answered by {}", link, answer);
        }
        for link in [urls::two(&a, &b), urls::any(&several)] {
            prop_assert!(link.starts_with('/') && !link.starts_with("//"), "{}", link);
            prop_assert!(answer("GET", &link) != "404", "{}", link);
        }
    }

    #[test]
    fn whatever_the_prefix_is_a_link_leads_to_no_other_host(prefix in "[./%2e\\\\a?#:]{0,6}") {
        let link = urls::user(7).under(&prefix);
        prop_assert!(link.starts_with('/') && !link.starts_with("//") && !link.contains(['\\', '?', '#']), "{}", link);
        prop_assert!(link.split('/').all(|segment| !matches!(&*segment.to_ascii_lowercase().replace("%2e", "."), "." | "..")));
    }
}
