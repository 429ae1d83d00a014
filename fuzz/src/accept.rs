//! `accepts`, `accepts_encodings`, `accepts_charsets`, `accepts_languages`.

use std::borrow::Cow;

use koa_runtime::Request;

use crate::Target;
use crate::input::{Fields, contains, request};

pub(crate) const TARGET: Target = Target {
    name: "accept",
    run,
    seeds: &[
        b"\x00\xFFtext/html;q=0.5, application/json\xFF*/*;q=0.1\xFFhtml\xFFjson\xFFimage/png",
        b"\x00\xFFtext/*;level=\"1,2;3\";q=.5, text/html;level=1\xFF\xFFtext/html;level=1\xFFtext",
        b"\x01\xFFgzip, br;q=0.5, identity;q=0\xFF*\xFFgzip\xFFbr\xFFidentity",
        b"\x02\xFFutf-8, iso-8859-1;q=0.2\xFF\xFFutf-7\xFFutf-8",
        b"\x03\xFFen;q=0.8, es, pt-BR\xFF*;q=0.1\xFFes\xFFen\xFFpt-PT",
        b"\x80\xFF\xFF\xFFhtml\xFFjson",
    ],
    words: &[
        "text/html",
        "*/*",
        "text/*",
        "application/json",
        "html",
        "json",
        ";q=",
        "q=0",
        "0.5",
        "1e9",
        "-1",
        "Infinity",
        "NaN",
        ",",
        ";",
        "\"",
        "=",
        "*",
        "en-US",
        "en",
        "gzip",
        "identity",
        "utf-8",
        " ",
        "/",
        "level=1",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let lines = [fields.bytes(), fields.bytes()];
    let offers: Vec<Cow<'_, str>> = fields.rest().take(5).map(String::from_utf8_lossy).collect();
    let offers: Vec<&str> = offers.iter().map(AsRef::as_ref).collect();

    let kind = KINDS[usize::from(flags & 3)];
    let is_absent = flags & 0x80 != 0;
    let headers: Vec<_> = lines.iter().filter(|_| !is_absent).map(|line| (kind.header, *line)).collect();
    let request = request(&headers);

    let best = (kind.best)(&request, &offers);
    match best {
        Some(best) => {
            assert!(offers.contains(&best), "{best:?} was not offered");
            // what is chosen among several is acceptable alone
            assert_eq!((kind.best)(&request, &[best]), Some(best));
        }
        None => {
            for offer in &offers {
                assert_eq!((kind.best)(&request, &[offer]), None, "{offer:?} alone is accepted");
            }
        }
    }
    // a wildcard as an offer is named by the one that no header stands for, and so closer than the others
    let is_wildcard = |offer: &&str| offer.contains('*');
    let takes_first = kind.header != "accept-encoding" && !offers.iter().any(is_wildcard);
    if request.headers().is_empty() && takes_first {
        // those that mean nothing are passed over
        assert_eq!(best, offers.iter().copied().find(|offer| (kind.best)(&request, &[offer]).is_some()));
    }

    for accepted in (kind.all)(&request) {
        assert_eq!(accepted, accepted.trim());
        let is_said = lines.iter().any(|line| contains(line, accepted.as_bytes()));
        assert!(is_said || ["*/*", "*", "identity"].contains(&accepted), "nobody said {accepted:?}");
    }
}

#[derive(Clone, Copy)]
struct Kind {
    header: &'static str,
    best: for<'a> fn(&Request, &[&'a str]) -> Option<&'a str>,
    all: fn(&Request) -> Vec<&str>,
}

const KINDS: [Kind; 4] = [
    Kind { header: "accept", best: |request, offers| request.accepts(offers), all: Request::accepted_types },
    Kind {
        header: "accept-encoding",
        best: |request, offers| request.accepts_encodings(offers),
        all: Request::accepted_encodings,
    },
    Kind {
        header: "accept-charset",
        best: |request, offers| request.accepts_charsets(offers),
        all: Request::accepted_charsets,
    },
    Kind {
        header: "accept-language",
        best: |request, offers| request.accepts_languages(offers),
        all: Request::accepted_languages,
    },
];
