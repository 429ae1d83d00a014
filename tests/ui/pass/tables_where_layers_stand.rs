//! A table of routes, and a pipeline, are layers like any other: boxed, switched on or off.

use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn greets(#[config] greeting: String, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Greeting", greeting);
    next.run(ctx).await
}

routes! {
    fn named() {
        GET "/named" => shown,
    }
}

pipeline! { fn switched(is_on: bool) => [is_on.then(greets("hello".to_owned())), is_on.then(named()), logger] }

#[tokio::main]
async fn main() {
    let is_on = std::env::args().count() > 0;
    let variable = boxed(routes! { GET "/variable" => shown });
    let app = Application::new(pipeline![
        variable,
        boxed(routes! { GET "/boxed" => shown }),
        is_on.then(routes! { GET "/table" => shown }),
        is_on.then(pipeline![logger, routes! { GET "/pipeline" => shown }]),
        is_on.then(named()),
        switched(is_on),
    ]);
    for url in ["/variable", "/boxed", "/table", "/pipeline", "/named"] {
        assert_eq!(app.get(url).await.text(), "shown", "{url}");
    }
    assert_eq!(app.get("/off").await.header("X-Greeting"), "hello");
    let app = Application::new(pipeline![
        is_on.then(named),
        is_on.then_some(routes! { GET "/some" => shown, POST "/other" => shown }),
        Some(routes! { GET "/optional" => shown }),
        (!is_on).then(routes! { GET "/off" => shown }),
    ]);
    for url in ["/named", "/some", "/optional"] {
        assert_eq!(app.get(url).await.text(), "shown", "{url}");
    }
    assert_eq!(app.get("/off").await.status(), 404);
    assert_eq!(app.get("/other").await.status(), 405);
}
