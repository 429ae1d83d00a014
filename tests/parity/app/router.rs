//! Tables of routes.

use std::time::Duration;

use koa_runtime::prelude::*;

use super::Case;

pub(super) const CASES: &[Case] = &[
    ("routes", |_| boxed(pipeline![table])),
    ("routes-alone", |_| boxed(pipeline![table])),
    ("routes-strict", |_| {
        boxed(pipeline![routes! {
            #![trailing_slash(strict)]
            GET "/users" => at("users"),
            GET "/users/{id}" => at("user"),
        }])
    }),
    ("routes-exact", |_| boxed(pipeline![table])),
    ("routes-any-case", |_| {
        boxed(pipeline![routes! {
            #![case(ignore)]
            GET "/users/{id}" => at("user"),
        }])
    }),
    ("routes-decoded", |_| boxed(pipeline![routes! { GET "/café" => at("decoded") }])),
    ("put-before-get", |_| boxed(pipeline![routes! { PUT "/x" => at("put"), GET "/x" => at("get") }])),
    ("own-methods", |_| boxed(pipeline![routes! { GET "/x" => at("get"), PURGE "/x" => at("purge") }])),
    ("answered-behind", |_| boxed(pipeline![table, behind])),
    ("leaves-404", |_| boxed(pipeline![routes! { GET "/x" => leaves_a_404 }])),
    ("layer-leaves-404", |_| {
        boxed(pipeline![
            routes! { POST "/x" => at("never") },
            routes! { "/x" => [turns_back] { GET "/" => at("never") } },
        ])
    }),
    ("no-handlers", |_| boxed(pipeline![routes! { GET "/x" => pipeline![] }])),
    ("two-routers", |_| {
        boxed(
            pipeline![routes! { GET "/x" => at("one") }, routes! { POST "/x" => at("two"), GET "/y" => at("three") },],
        )
    }),
    ("several-handlers", |_| {
        boxed(pipeline![routes! {
            GET "/x" => pipeline![passes("a"), passes("b"), at("end")],
            GET "/stops" => pipeline![passes("a"), stops, at("never")],
        }])
    }),
    // the routes that Koa has behind these would be hidden by them, which is refused
    ("two-that-match", |_| {
        boxed(pipeline![
            routes! {
                GET "/ends/{a}" => at("first"),
                GET "/goes-on/{a}" => passes("first"),
            },
            elsewhere("behind"),
        ])
    }),
    ("static-before-param", |_| boxed(pipeline![routes! { GET "/x" => at("static"), GET "/{a}" => at("param") }])),
    ("used", |_| {
        boxed(pipeline![routes! {
            "/t/{tid}" => [passes_tid("all")] {
                GET "/" => pipeline![passes("root"), passes("every"), at("/")],
                "/a" => [passes_tid("some"), passes_tid("every")] { GET "/" => at("/a") },
                "/b" => [passes_tid("some"), passes_tid("every")] { GET "/" => at("/b") },
                GET "/c" => pipeline![passes("every"), at("/c")],
            },
        }])
    }),
    ("used-without-types", |_| boxed(pipeline![routes! { "/t/{tid}" => [passes("all")] { GET "/" => at("/") } }])),
    ("used-with-param", |_| boxed(pipeline![routes! { "/{id}" => [passes_id("under")] { GET "/" => at("user") } }])),
    ("unrelated", |_| {
        boxed(pipeline![
            routes! { "/accounts" => [passes("accounts")] { GET "/" => at("accounts") } },
            routes! { "/users" => { GET "/{id}/accounts" => at("of") } },
        ])
    }),
    ("prefixed", |_| boxed(pipeline![routes! { "/foo" => { GET "/" => at("root"), GET "/x/{id}" => at("x") } }])),
    ("prefixed-strictly", |_| {
        boxed(pipeline![routes! {
            #![trailing_slash(strict)]
            "/foo" => { GET "/" => at("root"), GET "/x" => at("x") },
        }])
    }),
    ("nested-routers", |_| {
        boxed(pipeline![routes! {
            "/v1" => {
                "/forums/{fid}" => [passes_fid("parent")] {
                    GET "/about" => at("about"),
                    "/posts" => posts(),
                },
                "/archive" => posts(),
            },
        }])
    }),
    ("optional", |_| boxed(pipeline![routes! { GET "/r/{id}.{ext}" => at("file"), GET "/r/{id}" => at("file") }])),
    ("rewritten", |_| boxed(pipeline![without_version, routes! { GET "/users/{id}" => at("user") }])),
    ("matched", |_| {
        boxed(pipeline![matched, routes! { GET "/users/{id}" as user => at("user"), GET "/plain" => at("plain") }])
    }),
    ("matched-seen-inside", |_| boxed(pipeline![routes! { GET "/x" => is_matched }])),
    ("redirects", |_| {
        boxed(pipeline![routes! {
            * "/old" => redirects("/new", 301),
            * "/moved" => redirects("/new", 307),
            * "/away" => redirects("http://example.org", 301),
        }])
    }),
    ("host", |_| {
        boxed(pipeline![
            routes! {
                host "example.com" => { GET "/x" => at("here") },
                host "example.org" => { GET "/x" => at("here") },
            },
            elsewhere("elsewhere"),
        ])
    }),
    ("throws", |_| boxed(pipeline![routes! { GET "/x" => conflict }])),
    ("route-waits", |_| boxed(pipeline![routes! { GET "/x" => later }])),
];

routes! {
    fn table() {
        GET "/" => at("root"),
        GET "/users" => at("users"),
        PUT "/users" => at("put"),
        POST "/posts" => at("post"),
        HEAD "/both" => own_head,
        GET "/both" => at("both"),
        GET "/users/{id}" => at("user"),
        GET "/users/{id}/posts/{post}" => at("of"),
        GET "/dir/" => at("dir"),
        GET "/f/{path..}" => at("file"),
        GET "/g/{path?..}" => at("any"),
        GET "/café" => at("encoded"),
    }
}

routes! {
    fn posts() {
        "/" => [passes("child")] { GET "/" => at("list"), GET "/{pid}" => at("post") },
    }
}

/// Says which route was taken, and what it captured.
#[middleware]
async fn at(#[config] name: &'static str, ctx: &mut Context) -> String {
    let mut params: Vec<String> = Vec::new();
    if let Some(route) = ctx.route() {
        params.extend(route.params().map(|(name, value)| format!("{name}={value}")));
    }
    params.sort();
    params.insert(0, name.to_owned());
    params.join(" ")
}

/// Notes that it ran, and what was captured then.
#[middleware]
async fn passes(#[config] name: &'static str, ctx: &mut Context, next: Next) -> Result {
    let mut note = name.to_owned();
    for (_, value) in ctx.route().iter().flat_map(koa_runtime::TakenRoute::params) {
        note.push(' ');
        note.push_str(&value);
    }
    ctx.append("X-Passed", note);
    next.run(ctx).await
}

macro_rules! passes_with {
    ($($name:ident $param:ident)*) => { $(
        #[middleware]
        async fn $name(#[config] name: &'static str, #[param] $param: &str, ctx: &mut Context, next: Next) -> Result {
            ctx.append("X-Passed", format!("{name} {}", $param));
            next.run(ctx).await
        }
    )* };
}
passes_with!(passes_tid tid passes_id id passes_fid fid);

#[middleware]
async fn stops(ctx: &mut Context, next: Next) -> Result {
    if ctx.path() == "/never" {
        return next.run(ctx).await;
    }
    ctx.set_status(204);
    Ok(())
}

#[middleware]
async fn own_head(ctx: &mut Context) -> Status {
    ctx.set("X-Head", "own");
    Status::NO_CONTENT
}

#[middleware]
async fn behind() -> (Status, &'static str) {
    (Status::ACCEPTED, "behind")
}

#[middleware]
async fn elsewhere(#[config] word: &'static str) -> &'static str {
    word
}

#[middleware]
async fn leaves_a_404(_ctx: &mut Context) {}

#[middleware]
async fn turns_back(ctx: &mut Context, next: Next) -> Result {
    if ctx.path() == "/never" {
        return next.run(ctx).await;
    }
    Ok(())
}

#[middleware]
async fn without_version(ctx: &mut Context, next: Next) -> Result {
    if let Some(path) = ctx.path().strip_prefix("/v1").map(str::to_owned) {
        ctx.set_path(&path)?;
    }
    next.run(ctx).await
}

#[middleware]
async fn matched(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    let name = ctx.route().and_then(|route| route.name().map(str::to_owned)).unwrap_or_else(|| "none".to_owned());
    let is_matched = ctx.route().is_some();
    ctx.set("X-Name", name);
    ctx.set("X-Matched", is_matched.to_string());
    Ok(())
}

#[middleware]
async fn is_matched(ctx: &mut Context) -> String {
    ctx.route().is_some().to_string()
}

#[middleware]
async fn redirects(#[config] to: &'static str, #[config] status: u16) -> Redirect {
    Redirect::to(to).with_status(status)
}

#[middleware]
async fn conflict() -> Result<&'static str> {
    throw!(409, "inside")
}

#[middleware]
async fn later() -> &'static str {
    tokio::time::sleep(Duration::from_millis(5)).await;
    "later"
}
