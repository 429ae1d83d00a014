//! `routes!`, `ctx.route`, `ctx.params`: a table with everything in it, under every setting, against the model of the tests.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context as Task, Poll, Waker};

use koa_runtime::http::{Method, Uri};
use koa_runtime::prelude::*;
use koa_runtime::test::TestResponse;

use self::model::{Line, Model, Slash};
use crate::Target;
use crate::input::{Fields, percent_decode};

#[path = "../../tests/routes/model.rs"]
#[allow(missing_docs, unreachable_pub)]
mod model;

pub(crate) const TARGET: Target = Target {
    name: "routes",
    run,
    seeds: &[
        b"\x00\xFF/users/42",
        b"\x01\xFF/users/new/",
        b"\x02\xFF/files/a/b/c.tar.gz",
        b"\x03\xFF/a-b-c.d",
        b"\x04\xFF/m/x/deep/../er",
        b"\x05\xFF/v12/true",
        b"\x06\xFF/one/%2e%2E",
        b"\x00\xFF/caf%C3%A9/%FF",
        b"\x09\xFF/deep/deep/deep/deep/end",
        b"\x00\xFF/maybe/1/x",
    ],
    words: &[
        "/",
        "//",
        ".",
        "..",
        "%2e",
        "%2E",
        "%2f",
        "%2F",
        "%",
        "%FF",
        "%C3%A9",
        "\u{E9}",
        "users",
        "new",
        "files",
        "m",
        "v1",
        "42",
        "true",
        "-",
        "a-b.c",
        "deep",
        "end",
        "maybe",
        "one",
        "USERS",
        "caf",
        "~",
        "{",
        "0",
        "18446744073709551616",
    ],
};

/// Says which route a request has taken, and what that has captured.
#[middleware]
async fn found(ctx: &mut Context) -> String {
    let Some(route) = ctx.route() else { return "no route".to_owned() };
    let params: Vec<_> = route.params().map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
    let name = route.name();
    format!("{:?}", (name, route.pattern(), params))
}

routes! {
    pub(crate) fn inner() {
        * "/{tail?..}" => found,
    }
}

macro_rules! table {
    ($($name:ident [$($methods:tt)+] $pattern:tt,)+ => $prefix:tt) => {
        /// Methods and patterns; the last one is a mount.
        const LINES: &[(&str, &str)] = &[$((stringify!($($methods)+), $pattern),)+ ("", $prefix)];
        const NAMES: &[&str] = &[$(stringify!($name)),+];

        table! { @ ignored [#![urls(ignored_urls)]] $($name [$($methods)+] $pattern,)+ => $prefix }
        table! { @ strict [#![urls(strict_urls)] #![trailing_slash(strict)]] $($name [$($methods)+] $pattern,)+ => $prefix }
        table! { @ redirected [#![urls(redirected_urls)] #![trailing_slash(redirect)]] $($name [$($methods)+] $pattern,)+ => $prefix }
        table! { @ any_case [#![urls(any_case_urls)] #![case(ignore)]] $($name [$($methods)+] $pattern,)+ => $prefix }
    };
    (@ $table:ident [$($setting:tt)*] $($name:ident [$($methods:tt)+] $pattern:tt,)+ => $prefix:tt) => {
        routes! {
            fn $table() {
                $($setting)*
                $($($methods)+ $pattern as $name => found,)+
                $prefix => inner(),
            }
        }
    };
}

table! {
    root [GET] "/",
    new_user [GET] "/users/new",
    user [GET | POST] "/users/{id: u64}",
    remove_user [DELETE] "/users/{name}",
    user_by_name [GET] "/users/{name}",
    head_of_user [HEAD] "/users/{name}",
    pipe [GET] "/{a}-{b}.{c}",
    versioned [GET] "/v{major: u64}/{stable: bool}",
    cafe [PURGE] "/café/{text}",
    slashed [GET] "/one/{two}/",
    deep1 [GET] "/deep/{a}/{b}/{c}/end",
    deep2 [GET] "/{a}/deep/{b}/{c: u64}",
    deep3 [GET] "/{a}/{b}/deep/{c}/{d}",
    deep4 [GET] "/{a}/{b}/{c}/deep",
    maybe [GET] "/maybe/{a?: u64}/{b?}",
    files [GET] "/files/{path..}",
    all_files [POST] "/files/{path?..}",
    mixed [GET] "/@{name}/{file}.{kind: u64}x",
    => "/m/{x}"
}

struct Tried {
    app: Application,
    model: Model,
    is_redirecting: bool,
}

fn tried(slash: Slash, ignores_case: bool, app: Application) -> Tried {
    let line = |(methods, pattern): &(&str, &str)| Line {
        host: None,
        methods: methods.split(" | ").filter(|method| !method.is_empty()).map(str::to_owned).collect(),
        pattern: (*pattern).to_owned(),
        is_mount: methods.is_empty(),
    };
    let lines: Vec<Line> = LINES.iter().map(line).collect();
    Tried { app, model: Model::new(&lines, slash, ignores_case), is_redirecting: slash == Slash::Redirect }
}

static TRIED: LazyLock<[Tried; 4]> = LazyLock::new(|| {
    [
        tried(Slash::Ignore, false, Application::new(pipeline![ignored()])),
        tried(Slash::Strict, false, Application::new(pipeline![strict()])),
        tried(Slash::Redirect, false, Application::new(pipeline![redirected()])),
        tried(Slash::Ignore, true, Application::new(pipeline![any_case()])),
    ]
});

static INNER: LazyLock<Model> = LazyLock::new(|| {
    let line = Line { host: None, methods: Vec::new(), pattern: "/{tail?..}".to_owned(), is_mount: false };
    Model::new(&[line], Slash::Ignore, false)
});

const METHODS: [Method; 6] = [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::PUT, Method::OPTIONS];

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let (flags, text) = (fields.flags(), fields.text());
    let Ok(uri) = text.parse::<Uri>() else { return };
    if !text.starts_with('/') || uri.path().is_empty() {
        return;
    }
    let method = match flags & 7 {
        number @ 0..=5 => METHODS[usize::from(number)].clone(),
        6 => Method::from_bytes(b"PURGE").expect("a method"),
        _ => Method::from_bytes(b"BREW").expect("a method"),
    };
    for tried in &*TRIED {
        ask(tried, &method, &uri);
    }
}

fn ask(tried: &Tried, method: &Method, uri: &Uri) {
    let path = uri.path();
    let response = now(tried.app.request(method.clone(), uri.to_string()).into_future());
    let status = response.status().as_u16();
    match tried.model.find("", method.as_str(), path, 0) {
        Ok(found) => {
            let (_, pattern) = LINES[found.line];
            let mut pattern = pattern.to_owned();
            let mut captures = found.captures;
            let mut name = NAMES.get(found.line).copied();
            if found.line == LINES.len() - 1 {
                let Ok(inner) = INNER.find("", method.as_str(), path, found.rest) else {
                    // it is known by the routes before the mount
                    return unanswered(&response, method, path, tried.model.allowed_before(found.line, "", path, 0));
                };
                pattern.push_str("/{tail?..}");
                captures.extend(inner.captures);
                name = None;
            }
            let decoded = |(name, place): (String, Option<(usize, usize)>)| {
                let (start, end) = place?;
                Some((name, String::from_utf8(percent_decode(&path[start..end])).ok()?))
            };
            let params: Vec<(String, String)> = captures.into_iter().filter_map(decoded).collect();
            assert_eq!(status, 200, "{method} {path}");
            if *method != Method::HEAD {
                assert_eq!(response.text(), format!("{:?}", (name, pattern, params)), "{method} {path}");
            }
        }
        // what may name a host is not redirected to
        Err(near) if near.slash && !path.starts_with("//") && !path.starts_with("/\\") => {
            assert!(tried.is_redirecting && (status == 301 || status == 308), "{method} {path}: {status}");
            let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
            let location = response.header("location");
            // once more, and it is there
            let (to, _) = location.split_once('?').unwrap_or((location, ""));
            assert!(tried.model.find("", method.as_str(), &other, 0).is_ok(), "{method} {path} is redirected to {to}");
        }
        Err(near) if near.slash => unanswered(&response, method, path, BTreeSet::new()),
        Err(near) => unanswered(&response, method, path, near.methods),
    }
}

/// The response to what no route is for, where these methods are known of the path.
fn unanswered(response: &TestResponse, method: &Method, path: &str, known: BTreeSet<String>) {
    let said = response.headers().get("allow").map_or("", |value| value.to_str().expect("text"));
    let said: BTreeSet<String> = said.split(", ").filter(|one| !one.is_empty()).map(str::to_owned).collect();
    // there is a route for every method, so that none is unknown to all of the application
    let expected = match (known.is_empty(), method) {
        (true, _) => 404,
        (false, &Method::OPTIONS) => 200,
        (false, _) => 405,
    };
    assert_eq!((response.status().as_u16(), said), (expected, known), "{method} {path}");
}

/// What is there without waiting.
fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    for _ in 0..100 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Task::from_waker(Waker::noop())) {
            return value;
        }
    }
    panic!("nothing here waits");
}
