use proptest::prelude::*;

use super::request;

#[test]
fn a_url_has_a_path_and_a_query_string() {
    // K-205, K-217, K-219, K-225, K-207, K-210, K-211
    for (url, path, query, search) in [
        ("/login?next=/d", "/login", "next=/d", "?next=/d"),
        ("/x?y?z", "/x", "y?z", "?y?z"),
        ("/x?", "/x", "", ""),
        ("/x", "/x", "", ""),
        ("//evil.com/x", "//evil.com/x", "", ""),
        ("/a%2fb", "/a%2fb", "", ""),
        ("/?a=1#frag", "/", "a=1", "?a=1"),
        ("http://x.y/foo?a", "/foo", "a", "?a"), // K-206
        ("http://x.y?a", "/", "a", "?a"),
    ] {
        let request = request(url);
        assert_eq!((request.path(), request.querystring(), request.search()), (path, query, search), "{url}");
    }
}

#[test]
fn the_original_url_stays_when_the_url_changes() {
    let mut request = request("/login?next=/d");
    request.set_path("/logout").unwrap(); // K-212
    assert_eq!(request.url(), "/logout?next=/d");
    request.set_querystring("?page=2").unwrap(); // K-220, K-222
    assert_eq!(request.url(), "/logout?page=2");
    request.set_querystring("").unwrap(); // K-221
    assert_eq!(request.url(), "/logout");
    request.set_url("/a?b").unwrap();
    assert_eq!((request.path(), request.search()), ("/a", "?b"));
    assert_eq!(request.original_url(), "/login?next=/d"); // K-196
}

#[test]
fn what_is_set_to_what_it_is_does_not_change() {
    // K-213, K-224
    let mut request = request("/a%20b?c");
    request.set_path("/a%20b").unwrap();
    request.set_querystring("c").unwrap();
    request.set_search("?c").unwrap();
    assert!(request.original.is_none());
}

#[test]
fn what_follows_the_host_begins_with_a_slash() {
    let mut request = request("http://x.y?a");
    assert_eq!((request.url(), request.original_url()), ("/?a", "/?a"));
    assert_eq!(request.href(), "http://x.y/?a");
    request.set_url("https://z?b").unwrap();
    assert_eq!(request.url(), "/?b");
}

#[test]
fn a_mere_host_is_no_url() {
    let mut request = request("/a");
    for url in ["abc", "abc:80", ";"] {
        assert!(request.set_url(url).is_err(), "{url}");
    }
    assert_eq!((request.url(), request.original_url()), ("/a", "/a"));
    request.set_url("*").unwrap();
    assert_eq!(request.url(), "*");
}

#[test]
fn a_search_is_a_query_string() {
    for search in ["?p=1", "p=1"] {
        let mut request = request("/s?a");
        request.set_search(search).unwrap();
        assert_eq!((request.url(), request.querystring(), request.search()), ("/s?p=1", "p=1", "?p=1")); // K-226
    }
    let mut request = request("/s");
    request.set_search("??y").unwrap();
    assert_eq!((request.url(), request.querystring()), ("/s??y", "?y"));
}

#[test]
fn an_absolute_url_keeps_its_host_when_the_path_changes() {
    let mut request = request("http://x.y/a?b"); // K-215
    request.set_path("/c").unwrap();
    assert_eq!(request.uri(), "http://x.y/c?b");
    request.set_querystring("d").unwrap();
    assert_eq!(request.uri(), "http://x.y/c?d");
}

#[test]
fn what_a_url_cannot_hold_is_encoded() {
    for (path, url) in [
        ("/x y", "/x%20y?b"),
        ("/x?y#z", "/x%3Fy%23z?b"),
        ("/a\r\nb\0", "/a%0D%0Ab%00?b"),
        ("/100%", "/100%?b"),
        ("/a%20b", "/a%20b?b"),
        ("/ü", "/ü?b"),
        ("//evil.com", "//evil.com?b"),
    ] {
        let mut request = request("/a?b");
        request.set_path(path).unwrap();
        assert_eq!(request.url(), url, "{path:?}");
    }
    for (query, url) in [("x y", "/a?x%20y"), ("x#y", "/a?x%23y"), ("\n", "/a?%0A"), ("x?y", "/a?x?y")] {
        let mut request = request("/a?b");
        request.set_querystring(query).unwrap();
        assert_eq!(request.url(), url, "{query:?}");
    }
}

#[test]
fn what_is_no_url_is_refused_and_changes_nothing() {
    let mut request = request("/a?b");
    let long = "x".repeat(1 << 16);
    assert!(request.set_url("/a b").is_err());
    assert!(request.set_url("/a\r\nb").is_err());
    for url in ["", "posts", "a.com", "a.com:443"] {
        assert!(request.set_url(url).is_err(), "{url:?}");
    }
    assert!(request.set_path("").is_err());
    assert!(request.set_path("abc").is_err()); // K-216
    assert!(request.set_path(&format!("/{long}")).is_err());
    assert!(request.set_querystring(&long).is_err());
    assert!(self::request("*").set_querystring("a").is_err());
    assert_eq!((request.url(), request.original_url()), ("/a?b", "/a?b"));
}

proptest! {
    #[test]
    fn any_path_and_query_string_can_be_set(path in "/.{0,20}", query in ".{0,20}") {
        let mut request = request("/");
        request.set_path(&path).unwrap();
        let path = request.path().to_owned();
        request.set_querystring(&query).unwrap();
        prop_assert_eq!(request.path(), &path);
        let query = request.querystring().to_owned();
        prop_assert_eq!(request.url(), format!("{path}{}", request.search()));
        prop_assert!(!request.url().bytes().any(|byte| byte <= b' ' || byte == 0x7F));

        // what it was changed to can be set again, and is the same
        let mut again = super::request("/");
        again.set_path(&path).unwrap();
        again.set_querystring(&format!("?{query}")).unwrap();
        prop_assert_eq!((again.path(), again.querystring()), (path.as_str(), query.as_str()));
    }
}
