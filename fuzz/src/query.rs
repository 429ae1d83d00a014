//! Query strings, and urls that layers change.

use koa_runtime::http::Uri;
use koa_runtime::{Query, Request};

use crate::Target;
use crate::input::{Fields, percent_decode, request};

pub(crate) const TARGET: Target = Target {
    name: "query",
    run,
    seeds: &[
        b"?a=1&b=two+words&a=%C3%BC\xFF/path\xFFname\xFFvalue\xFFn\xFF",
        b"&&=&a&%zz=%&+\xFF/a b?c#d\xFF\xFF\xFFa&b=c\xFF\r\n",
        b"http://other.example/x?y\xFF//host/path\xFFa[]\xFF\xC3\xA9",
    ],
    words: &[
        "?", "&", "=", "+", "%", "%41", "%C3%BC", "%ff", "#", "/", " ", "\u{FC}", "\0", "\r\n", "[]", "a=1",
        "http://x", ";",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let (text, path) = (fields.text(), fields.text());
    let rest: Vec<_> = fields.rest().take(8).map(String::from_utf8_lossy).collect();

    reads(&text);
    for change in [Request::set_url, Request::set_path, Request::set_querystring, Request::set_search] {
        for text in [&text, &path] {
            changes(change, text);
        }
    }

    // a path comes out as it went in
    let mut request = request(&[]);
    *request.headers_mut() = koa_runtime::http::HeaderMap::new();
    if request.set_path(&path).is_ok() {
        assert_eq!(percent_decode(request.path()), percent_decode(&path), "{path:?}");
        assert_eq!(request.querystring(), "");
    }
    // pairs come out as they went in
    let pairs: Vec<(&str, &str)> = rest.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect();
    let before = request.path().to_owned();
    if request.set_query(pairs.iter().copied()).is_ok() {
        let read: Vec<_> = request.query().iter().collect();
        assert!(
            read.iter().map(|(name, value)| (&**name, &**value)).eq(pairs.iter().copied()),
            "{read:?} of {pairs:?}"
        );
        assert_eq!(request.path(), before);
        let all: Vec<(String, String)> = request.query_as().expect("any pairs are such a list");
        assert!(all.iter().map(|(name, value)| (&**name, &**value)).eq(pairs), "{all:?}");
    }
    assert_eq!(request.original_url(), "/");
}

fn reads(text: &str) {
    let query = Query::new(text);
    assert_eq!(query.is_empty(), query.iter().count() == 0);
    for (name, value) in query {
        assert!(query.has(&name));
        assert_eq!(query.get(&name), query.get_all(&name).next());
        assert!(query.get_all(&name).any(|other| other == value));
    }
}

/// Whatever a layer sets is refused or a url, and the part of it that was not meant stays.
fn changes(change: fn(&mut Request, &str) -> koa_runtime::Result, text: &str) {
    let mut request = request(&[]);
    request.set_url("/before?a=b").expect("a url");
    let outcome = change(&mut request, text);
    let url = request.url();
    assert!(url.bytes().all(|byte| byte > b' ' && byte != 0x7F && byte != b'#'), "{url:?} of {text:?}");
    assert!(Uri::try_from(url).is_ok() && url.starts_with(['/', '*']), "{url:?} of {text:?}");
    assert_eq!(request.original_url(), "/");
    if outcome.is_err() {
        assert_eq!(url, "/before?a=b");
    }
    let (search, query) = (request.search(), request.querystring());
    assert_eq!(search.strip_prefix('?').unwrap_or(search), query);
    assert!(!request.path().contains('?'));
    let _ = (request.href(), request.query_as::<Vec<(String, String)>>());
}
