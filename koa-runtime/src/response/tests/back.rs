use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{Context, Request, Settings};

fn back(host: &str, referrer: &str) -> String {
    let head = http::Request::get("/").header("Referer", referrer).header("Host", host);
    let mut ctx = Context::new(Request::new(head.body(Body::empty()).unwrap()), Arc::default());
    ctx.back("/alt");
    assert!(ctx.response.fault().is_none());
    ctx.response.get("location").unwrap_or_default().to_owned()
}

#[test]
fn it_leads_to_where_the_client_came_from_on_this_host() {
    for (host, referrer) in [
        ("a.com", "/login"), // K-418
        ("a.com", "login"),
        ("a.com", "?page=2"),
        ("a.com", "/a:b"),
        ("a.com", "http://a.com/x?y#z"), // K-419
        ("a.com", "https://a.com/x"),
        ("a.com:3000", "http://a.com:3000/x"),
        ("[::1]:3000", "http://[::1]:3000/"),
        ("a.com:80", "http://a.com/x"), // K-423: where Koa gives up
        ("A.com", "http://a.com/x"),
        ("", "/login"), // K-424: where Koa throws
    ] {
        assert_eq!(back(host, referrer), referrer, "{host}");
    }
    assert_eq!(back("a.com", "HTTP://A.com:80"), "http://a.com/");
    assert_eq!(back("a.com", "http://a.com:/x"), "http://a.com/x");
}

#[test]
fn it_leads_nowhere_else() {
    for (host, referrer) in [
        ("a.com", ""), // K-421
        ("a.com", "http://b.com/"),
        ("a.com", "http://a.com.b.com/"),
        ("a.com", "http://b.com?a.com"),
        ("a.com:3000", "http://a.com/"), // K-422
        ("a.com", "http://a.com:3000/"),
        ("a.com", "https://a.com:80/"),
        ("a.com", "ftp://a.com/"),
        ("a.com", "//b.com/"),
        ("a.com", "//a.com/"),
        // nowhere at all
        ("a.com:3000", "http://a.com:3000:80/"),
        ("a<b", "http://a<b/"),
        ("a.com", "/\\b.com"),
        ("a.com", "\\\\b.com"),
        ("a.com", "/\t/b.com"),
        ("a.com", "http://a.com\\@b.com/"),
        ("a.com", "http://b.com\\@a.com/"),
        ("a.com", "http://u@a.com/"),
        ("a.com", "http://a.com@b.com/"),
        ("a.com", "http:b.com"),
        ("a.com", "http:/b.com"),
        ("a.com", "http:///b.com"),
        ("a.com", "javascript:alert(1)"),
        ("a.com", "not a url"), // K-424
        ("a.com", "http://"),
        ("", "http://a.com/"), // K-424
        ("", "http://"),
        ("", "http:///x"),
        ("a.com", "/ä b"),
    ] {
        assert_eq!(back(host, referrer), "/alt", "{host} {referrer}");
    }
}

#[test]
fn behind_a_proxy_this_host_is_the_one_that_the_proxy_was_asked_for() {
    let mut settings = Settings::default();
    settings.proxy = true;
    let head = http::Request::get("/").header("Referrer", "https://a.com/x").header("Host", "inner:8080");
    let head = head.header("X-Forwarded-Host", "a.com:443").header("X-Forwarded-Proto", "https");
    let mut ctx = Context::new(Request::new(head.body(Body::empty()).unwrap()), Arc::new(settings));
    ctx.back("/");
    assert_eq!(ctx.response.get("location"), Some("https://a.com/x"));
}

proptest! {
    #[test]
    fn wherever_it_leads_is_this_host_or_the_other_place(referrer in "(https?:)?[/\\\\]{0,3}[ab.com@:/\\\\?#\t ]{0,12}") {
        let location = back("a.com", &referrer);
        // as the resolution of RFC 3986 section 5 goes, for what browsers do not read otherwise
        let is_local = !location.starts_with("//") && !location.split(['/', '?', '#']).next().unwrap_or("").contains(':');
        let is_ours = ["http://a.com", "https://a.com"].iter().any(|ours| {
            location.strip_prefix(ours).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
        });
        prop_assert!(is_local || is_ours, "{location}");
        prop_assert!(!location.contains(['\\', '\t', ' ']), "{location}");
    }
}
