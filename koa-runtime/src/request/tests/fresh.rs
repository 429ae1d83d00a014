use std::time::{Duration, SystemTime};

use http::Method;
use proptest::prelude::*;

use super::*;
use crate::Context;

const JAN_2020: &str = "Wed, 01 Jan 2020 00:00:00 GMT";
const JAN_2021: &str = "Fri, 01 Jan 2021 00:00:00 GMT";

fn context(asked: &[(&str, &str)], answered: &[(&'static str, &str)]) -> Context {
    let mut ctx = Context::new(with("/", asked), Arc::default());
    ctx.set_status(200);
    for (name, value) in answered {
        ctx.set(*name, *value);
    }
    ctx
}

fn fresh(asked: &[(&str, &str)], answered: &[(&'static str, &str)]) -> bool {
    let ctx = context(asked, answered);
    assert_eq!(ctx.stale(), !ctx.fresh()); // K-304
    ctx.fresh()
}

#[test]
fn only_what_is_asked_for_and_found_can_be_fresh() {
    let mut ctx = context(&[("if-none-match", "*")], &[]);
    for (method, is_fresh) in [(Method::GET, true), (Method::HEAD, true), (Method::POST, false), (Method::PUT, false)] {
        ctx.set_method(method);
        assert_eq!(ctx.fresh(), is_fresh); // K-292
    }
    ctx.set_method(Method::GET);
    for (status, is_fresh) in [(200, true), (299, true), (304, true), (300, false), (404, false), (500, false)] {
        ctx.set_status(status);
        assert_eq!(ctx.fresh(), is_fresh, "{status}");
    }
}

#[test]
fn a_tag_is_compared_weakly() {
    for (asked, tag, is_fresh) in [
        ("\"a\"", "\"a\"", true),   // K-294
        ("\"a\"", "\"b\"", false),  // K-295
        ("W/\"a\"", "\"a\"", true), // K-296
        ("\"a\"", "W/\"a\"", true),
        ("W/\"a\"", "W/\"a\"", true),
        ("\"b\", \"a\"", "\"a\"", true), // K-297
        ("\"b\",W/\"a\" ,\"c\"", "\"a\"", true),
        ("\"a,b\"", "\"a,b\"", true),
        ("\"a,b\"", "\"a", false),
        ("a", "\"a\"", false),
        ("*, \"x\"", "\"a\"", false),
        ("", "\"a\"", false), // K-300
    ] {
        assert_eq!(fresh(&[("if-none-match", asked)], &[("etag", tag)]), is_fresh, "{asked} {tag}");
    }
    assert!(fresh(&[("if-none-match", "*")], &[])); // K-298
    assert!(!fresh(&[("if-none-match", "\"a\"")], &[]));
    assert!(fresh(&[("if-none-match", "\"b\""), ("if-none-match", "\"a\"")], &[("etag", "\"a\"")]));
}

#[test]
fn a_date_is_met_by_what_is_no_younger() {
    for (asked, modified, is_fresh) in [
        (JAN_2020, JAN_2020, true),
        (JAN_2021, JAN_2020, true),
        (JAN_2020, JAN_2021, false),
        ("Wednesday, 01-Jan-20 00:00:00 GMT", JAN_2020, true),
        ("yesterday", JAN_2020, false),
        (JAN_2020, "yesterday", false),
    ] {
        assert_eq!(fresh(&[("if-modified-since", asked)], &[("last-modified", modified)]), is_fresh, "{asked}");
    }
    assert!(!fresh(&[("if-modified-since", JAN_2020)], &[]));
}

#[test]
fn of_two_conditions_both_must_be_met() {
    // K-303
    for (tag, modified, is_fresh) in
        [("\"a\"", JAN_2020, true), ("\"a\"", JAN_2021, false), ("\"b\"", JAN_2020, false), ("\"b\"", JAN_2021, false)]
    {
        let asked = &[("if-none-match", "\"a\""), ("if-modified-since", JAN_2020)];
        assert_eq!(fresh(asked, &[("etag", tag), ("last-modified", modified)]), is_fresh, "{tag} {modified}");
    }
}

#[test]
fn a_client_that_wants_it_anew_gets_it() {
    // K-301
    for (header, is_fresh) in [
        ("no-cache", false),
        ("max-age=0, no-cache", false),
        ("No-Cache", false),
        ("max-age=0", true),
        ("x-no-cache", true),
        ("x=\"a, no-cache\"", true),
    ] {
        assert_eq!(fresh(&[("if-none-match", "*"), ("cache-control", header)], &[]), is_fresh, "{header}");
    }
    assert!(!fresh(&[], &[("etag", "\"a\""), ("last-modified", JAN_2020)])); // K-300
}

proptest! {
    #[test]
    fn a_client_that_sends_back_what_it_got_is_fresh(tag in "[!#-~]{0,10}", seconds in 0..253_402_300_799_u64) {
        let mut ctx = context(&[], &[]);
        ctx.set_etag(tag);
        ctx.set_last_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        for (asked, answered) in [("if-none-match", "etag"), ("if-modified-since", "last-modified")] {
            let value = ctx.response.headers()[answered].clone();
            ctx.request.headers_mut().insert(asked, value);
        }
        prop_assert!(ctx.fresh());
    }

    #[test]
    fn any_condition_is_read(tags in "[ -~]{0,30}", since in "[ -~]{0,30}", control in "[ -~]{0,20}") {
        let asked = &[("if-none-match", &*tags), ("if-modified-since", &*since), ("cache-control", &*control)];
        let fresh = fresh(asked, &[("etag", "\"a\""), ("last-modified", JAN_2020)]);
        // 200 where a 304 would do costs a little, 304 where something else is there costs a lot
        prop_assert!(!fresh || tags.is_empty() || tags.contains("\"a\"") || tags == "*");
    }
}
