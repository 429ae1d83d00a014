//! Patterns in `routes!`: which paths they match, and what they capture of them.

use koa_runtime::prelude::*;

use asked::{fallback, first, get, passes, second, shown, third};

#[path = "routes/asked.rs"]
mod asked;

#[tokio::test]
async fn a_capture_is_one_segment_that_is_not_empty_and_no_step() {
    let app = Application::new(pipeline![routes! { GET "/u/{id}" => shown, GET "/v/{id}/w" => shown }]);
    assert_eq!(get(&app, "/u/a.b-c~_").await, "/u/{id} id=a.b-c~_");
    assert_eq!(get(&app, "/u/...").await, "/u/{id} id=...");
    for nowhere in ["/u/", "/u", "/u/a/b", "/u/..", "/u/%2e%2E", "/v//w", "/v/../w", "/v/%2e/w"] {
        assert_eq!(get(&app, nowhere).await, "404", "{nowhere}");
    }
}

#[tokio::test]
async fn an_encoded_slash_is_part_of_a_value_and_separates_nothing() {
    let app = Application::new(pipeline![routes! { GET "/f/{a}/{b}" => shown, GET "/r/{rest..}" => shown }]);
    assert_eq!(get(&app, "/f/x%2Fy/z").await, "/f/{a}/{b} a=x/y b=z");
    assert_eq!(get(&app, "/f/x%2Fy").await, "404");
    assert_eq!(get(&app, "/r/x%2Fy/%C3%A9").await, "/r/{rest..} rest=x/y/é");
}

#[tokio::test]
async fn literals_are_written_decoded_and_compared_encoded() {
    let app = Application::new(pipeline![routes! {
        GET "/café" => first,
        GET "/a b" => second,
        GET "/100%25" => third,
        GET "/{{x}}" => fallback,
    }]);
    assert_eq!(get(&app, "/caf%C3%A9").await, "first");
    assert_eq!(get(&app, "/a%20b").await, "second");
    assert_eq!(get(&app, "/100%25").await, "third");
    assert_eq!(get(&app, "/%7Bx%7D").await, "fallback");
}

#[tokio::test]
async fn a_literal_is_found_in_each_spelling_that_clients_send() {
    let app = Application::new(pipeline![routes! {
        GET "/x[1]|y" => first,
        GET "/x[1]/{id}" => shown,
        GET "/café" => second,
        GET "/{name}^{{{n: u8}" => shown,
        GET "/a%2Fb" => third,
    }]);
    for url in ["/x[1]|y", "/x%5B1%5D%7Cy", "/x%5b1%5d|y", "/x[1%5D%7cy"] {
        assert_eq!(get(&app, url).await, "first", "{url}");
    }
    assert_eq!(get(&app, "/x%5b1]/7").await, "/x[1]/{id} id=7");
    assert_eq!(get(&app, "/caf%c3%a9").await, "second");
    assert_eq!(get(&app, "/café").await, "second");
    for url in ["/a^{7", "/a%5E%7B7", "/a%5e%7b7"] {
        assert_eq!(get(&app, url).await, "/{name}^{{{n: u8} name=a n=7", "{url}");
    }
    // an encoded slash separates nothing, and a bare one does
    assert_eq!(get(&app, "/a%2fb").await, "third");
    assert_eq!(get(&app, "/a/b").await, "404");
}

#[tokio::test]
async fn a_type_is_part_of_matching() {
    let app = Application::new(pipeline![routes! {
        GET "/{id: u64}" => first,
        GET "/{on: bool}" => second,
        GET "/{name}" => third,
        GET "/sized/{w: u32}x{h: u32}" => shown,
    }]);
    assert_eq!(get(&app, "/42").await, "first");
    assert_eq!(get(&app, "/%34%32").await, "first");
    assert_eq!(get(&app, "/true").await, "second");
    assert_eq!(get(&app, "/-1").await, "third");
    assert_eq!(get(&app, "/18446744073709551616").await, "third");
    assert_eq!(get(&app, "/sized/4x3").await, "/sized/{w: u32}x{h: u32} w=4 h=3");
    assert_eq!(get(&app, "/sized/4xy").await, "404");
}

#[tokio::test]
async fn mixed_segments_are_cut_where_each_text_occurs_last() {
    let app = Application::new(pipeline![routes! {
        GET "/files/{name}.{ext}" => shown,
        GET "/v{major}" => shown,
        GET "/{from}-to-{to}/map" => shown,
    }]);
    assert_eq!(get(&app, "/files/a.tar.gz").await, "/files/{name}.{ext} name=a.tar ext=gz");
    assert_eq!(get(&app, "/v2").await, "/v{major} major=2");
    assert_eq!(get(&app, "/a-to-b-to-c/map").await, "/{from}-to-{to}/map from=a-to-b to=c");
    for nowhere in ["/files/a", "/files/.gz", "/files/a.", "/v", "/-to-/map", "/files/a.b/c"] {
        assert_eq!(get(&app, nowhere).await, "404", "{nowhere}");
    }
}

#[tokio::test]
async fn a_rest_is_one_segment_or_more() {
    // K-557
    let app = Application::new(pipeline![routes! { GET "/f/{path..}" => shown, GET "/g/{path?..}" => shown }]);
    assert_eq!(get(&app, "/f/a").await, "/f/{path..} path=a");
    assert_eq!(get(&app, "/f/a/b/").await, "/f/{path..} path=a/b/");
    for nowhere in ["/f", "/f/", "/f//a", "/f/a//b", "/f/a/../b", "/f/%2e%2e/b"] {
        assert_eq!(get(&app, nowhere).await, "404", "{nowhere}");
    }
    assert_eq!(get(&app, "/g").await, "/g/{path?..}");
    assert_eq!(get(&app, "/g/").await, "/g/{path?..}");
    assert_eq!(get(&app, "/g/a/b").await, "/g/{path?..} path=a/b");
}

#[tokio::test]
async fn what_may_be_missing_takes_its_slash_with_it() {
    let app = Application::new(pipeline![routes! { GET "/archive/{year?: u16}/{month?}" => shown }]);
    assert_eq!(get(&app, "/archive").await, "/archive/{year?: u16}/{month?}");
    assert_eq!(get(&app, "/archive/2026").await, "/archive/{year?: u16}/{month?} year=2026");
    assert_eq!(get(&app, "/archive/2026/may").await, "/archive/{year?: u16}/{month?} year=2026 month=may");
    assert_eq!(get(&app, "/archive/may").await, "404");
}

#[tokio::test]
async fn where_slashes_at_the_end_are_ignored_one_more_changes_nothing() {
    // K-548, K-546
    let app = Application::new(pipeline![routes! {
        GET "/x" => first,
        GET "/dir/" => second,
        GET "/u/{id}" => shown,
        "/g" => { GET "/" => third },
    }]);
    for (url, is) in
        [("/x/", "first"), ("/x//", "404"), ("/dir/", "second"), ("/dir", "404"), ("/g", "third"), ("/g/", "third")]
    {
        assert_eq!(get(&app, url).await, is, "{url}");
    }
    assert_eq!(get(&app, "/u/7/").await, "/u/{id} id=7");
}

#[tokio::test]
async fn where_slashes_at_the_end_count_the_path_is_the_pattern() {
    // K-549
    let app = Application::new(pipeline![routes! {
        #![trailing_slash(strict)]
        GET "/x" => first,
        GET "/dir/" => second,
        "/g" => { GET "" => third, GET "/" => fallback },
    }]);
    for (url, is) in
        [("/x", "first"), ("/x/", "404"), ("/dir/", "second"), ("/dir", "404"), ("/g", "third"), ("/g/", "fallback")]
    {
        assert_eq!(get(&app, url).await, is, "{url}");
    }
}

#[tokio::test]
async fn another_spelling_is_redirected_and_never_away_from_here() {
    let app = Application::new(pipeline![routes! {
        #![trailing_slash(redirect)]
        GET "/x" => first,
        POST "/x" => second,
        GET "/dir/" => third,
        GET "/{a}/{b}/{c}" => shown,
    }]);
    for (method, url, status, to) in [
        ("GET", "/x/?a=b", 301, "/x?a=b"),
        ("HEAD", "/x/", 301, "/x"),
        ("POST", "/x/", 308, "/x"),
        ("GET", "/dir", 301, "/dir/"),
        ("GET", "/evil.example/%2e%2e/x/", 404, ""),
        ("GET", "//evil.example/x/", 404, ""),
        ("GET", "/\\evil.example/x/y/", 404, ""),
        ("GET", "/x", 200, ""),
    ] {
        let reply = app.request(method.parse().unwrap(), url).await;
        assert_eq!((reply.status().as_u16(), reply.header("Location")), (status, to), "{method} {url}");
    }
}

#[tokio::test]
async fn case_counts_unless_the_table_says_otherwise() {
    // K-550
    let exact = Application::new(pipeline![routes! { GET "/Users/{id}" => shown }]);
    assert_eq!(get(&exact, "/users/Ada").await, "404");
    let any = Application::new(pipeline![routes! {
        #![case(ignore)]
        GET "/Users/{id}" => shown,
        GET "/up" => first,
        GET "/files/{name}.PDF" => shown,
    }]);
    assert_eq!(get(&any, "/uSERS/Ada").await, "/Users/{id} id=Ada");
    assert_eq!(get(&any, "/UP").await, "first");
    assert_eq!(get(&any, "/Files/A.pdf").await, "/files/{name}.PDF name=A");
}

#[tokio::test]
async fn another_spelling_does_not_hide_a_route_that_matches() {
    let app = Application::new(pipeline![routes! {
        #![trailing_slash(redirect)]
        GET "/{a}/" => first,
        GET "/{a}" => second,
    }]);
    assert_eq!(get(&app, "/x/").await, "first");
    assert_eq!(get(&app, "/x").await, "second");
}

#[tokio::test]
async fn the_pattern_has_one_slash_between_its_parts() {
    routes! {
        fn inner() {
            GET "/" => shown,
            GET "/{id}" => shown,
        }
    }
    let app = Application::new(pipeline![routes! {
        "/a/" => inner(),
        "/g/" => [passes] { GET "/" => shown, GET "/{id}" => shown },
        "/" => inner(),
    }]);
    for (url, is) in [
        ("/a", "/a"),
        ("/a/1", "/a/{id} id=1"),
        ("/g/", "/g"),
        ("/g/1", "/g/{id} id=1"),
        ("/", "/"),
        ("/1", "/{id} id=1"),
    ] {
        assert_eq!(get(&app, url).await, is, "{url}");
    }
}
