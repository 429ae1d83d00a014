use proptest::prelude::*;

use super::request;
use crate::Query;

fn pairs(query: &str) -> Vec<(String, String)> {
    Query::new(query).iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[test]
fn a_query_is_decoded_pairs_in_their_order() {
    for (query, expected) in [
        ("a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")][..]), // K-230
        ("a&b=", &[("a", ""), ("b", "")]),                          // K-231
        ("=x", &[("", "x")]),                                       // K-232
        ("a=%20b+c", &[("a", " b c")]),                             // K-233
        ("__proto__=x&constructor=y", &[("__proto__", "x"), ("constructor", "y")]), // K-236
        ("&&a=1&&", &[("a", "1")]),                                 // K-237
        ("a==b", &[("a", "=b")]),
        ("a=%ZZ&b=%", &[("a", "%ZZ"), ("b", "%")]),
        ("%E4=1", &[("\u{FFFD}", "1")]),
        ("a=1;b=2", &[("a", "1;b=2")]),
        ("a=%00", &[("a", "\0")]),
        ("a[]=1", &[("a[]", "1")]),
        ("?a=1", &[("a", "1")]),
        ("=", &[("", "")]),
        ("", &[]),
    ] {
        let expected: Vec<_> = expected.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        assert_eq!(pairs(query), expected, "{query}");
    }
}

#[test]
fn a_value_is_found_by_its_decoded_name() {
    let request = request("/?a%20b=1&c=2&c=3");
    let query = request.query();
    assert_eq!(query.get("a b").as_deref(), Some("1"));
    assert_eq!(query.get("c").as_deref(), Some("2"));
    assert!(query.get_all("c").eq(["2", "3"]));
    assert!(query.has("c") && !query.has("d") && !query.has("C"));
    assert_eq!(query.get("d"), None);
    assert_eq!(format!("{query:?}"), r#"{"a b": "1", "c": "2", "c": "3"}"#);
    assert!(!query.is_empty() && Query::new("&").is_empty());
}

#[test]
fn what_is_not_encoded_is_not_copied() {
    let request = request("/?name=value");
    assert!(matches!(request.query().get("name"), Some(std::borrow::Cow::Borrowed("value"))));
}

#[test]
fn a_query_follows_the_url() {
    let mut request = request("/?a=1"); // K-229
    request.set_querystring("a=2").unwrap();
    assert_eq!(request.query().get("a").as_deref(), Some("2"));
}

#[test]
fn a_query_is_set_from_pairs() {
    let mut request = request("/s?old");
    request.set_query([("page", "2"), ("color", "blue")]).unwrap();
    assert_eq!(request.url(), "/s?page=2&color=blue"); // K-238
    request.set_query([("a", "x y&=ü~*"), ("b", "1"), ("b", "2"), ("d", ""), ("?#\r\n", "")]).unwrap();
    assert_eq!(request.url(), "/s?a=x+y%26%3D%C3%BC%7E*&b=1&b=2&d=&%3F%23%0D%0A="); // K-239
    request.set_query([("c", true)]).unwrap();
    assert_eq!(request.url(), "/s?c=true");
    request.set_query::<&str, u8>([]).unwrap();
    assert_eq!((request.url(), request.original_url()), ("/s", "/s?old"));
}

#[cfg(feature = "query")]
#[test]
fn a_query_that_does_not_fit_is_a_400_that_names_the_field() {
    #[derive(Debug, serde::Deserialize)]
    struct Search {
        page: u32,
        #[serde(default)]
        tag: Vec<u8>,
        all: Option<bool>,
    }

    let fits: Search = request("/?tag=1&page=2&tag=2&other=x").query_as().unwrap();
    assert_eq!((fits.page, &fits.tag[..], fits.all), (2, &[1, 2][..], None));
    for (query, message) in [
        ("page=two", "invalid query: page: invalid digit found in string"),
        ("tag=1", "invalid query: missing field `page`"),
        ("page=1&all=x", "invalid query: all: invalid value: string \"x\", expected \"true\", \"on\" or \"false\""),
        ("page=1&tag=1&tag=256", "invalid query: tag[1]: number too large to fit in target type"),
    ] {
        let error = request(&format!("/?{query}")).query_as::<Search>().unwrap_err();
        assert_eq!((error.status().as_u16(), error.message(), error.is_exposed()), (400, message, true));
    }
}

proptest! {
    #[test]
    fn any_pairs_come_back(pairs in prop::collection::vec((".{0,8}", ".{0,8}"), 0..5)) {
        let mut request = request("/");
        request.set_query(pairs.iter().map(|(name, value)| (name, value))).unwrap();
        prop_assert_eq!(self::pairs(request.querystring()), pairs);
    }

    #[test]
    fn any_query_string_is_read(query in ".{0,40}") {
        for (name, _) in Query::new(&query) {
            prop_assert!(Query::new(&query).has(&name));
        }
    }
}
