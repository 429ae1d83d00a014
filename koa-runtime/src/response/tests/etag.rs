use super::*;

#[test]
fn it_is_put_in_quotes_unless_it_is_in_them() {
    // K-405
    for (set, etag) in [
        ("asdf", "\"asdf\""),
        ("\"asdf\"", "\"asdf\""),
        ("W/\"asdf\"", "W/\"asdf\""),
        ("W/asdf", "\"W/asdf\""),
        ("", "\"\""),
        ("\"\"", "\"\""),
        ("a,b", "\"a,b\""),
    ] {
        let response = response(|r| r.set_etag(set));
        assert_eq!((response.etag(), response.get("etag")), (Some(etag), Some(etag)));
    }
    assert_eq!(Response::new().etag(), None);
}

#[test]
fn it_is_one_tag_and_no_list_of_them() {
    for etag in ["a\"b", "a\", \"b", "\"", "\"a", "\"a\"b", "W/\"", "W/\"a", "w/\"a\"", "a\r\nb", "☃", "a\0"] {
        let response = response(|r| r.set_etag(etag));
        assert!(!response.has("etag") && response.fault().is_some(), "{etag:?}");
    }
}
