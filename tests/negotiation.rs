//! What the client accepts is what Koa says it accepts.
//!
//! The answers of Koa itself are in `oracles/negotiation/cases.json`, which `record.mjs` beside it writes. What chance
//! finds is compared with a port of what Koa uses, and with what must hold of every answer.

use allocation_counter::measure;
use koa_runtime::http::header::{
    ACCEPT, ACCEPT_CHARSET, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderName, HeaderValue,
};
use koa_runtime::{Is, Request, Response, http};
use proptest::prelude::*;
use serde_json::Value;

fn request(name: &HeaderName, lines: &[impl AsRef<[u8]>]) -> Request {
    let mut head = http::Request::get("/");
    for line in lines {
        head = head.header(name, line.as_ref());
    }
    Request::new(head.body(()).unwrap())
}

/// Koa's word, the header it looks at, and what it answers with and without offers.
struct Word {
    name: &'static str,
    header: HeaderName,
    best: fn(&Request, &[&'static str]) -> Option<&'static str>,
    all: fn(&Request) -> Vec<&str>,
}

const WORDS: [Word; 4] = [
    Word {
        name: "accepts",
        header: ACCEPT,
        best: |request, offers| request.accepts(offers),
        all: Request::accepted_types,
    },
    Word {
        name: "acceptsEncodings",
        header: ACCEPT_ENCODING,
        best: |request, offers| request.accepts_encodings(offers),
        all: Request::accepted_encodings,
    },
    Word {
        name: "acceptsCharsets",
        header: ACCEPT_CHARSET,
        best: |request, offers| request.accepts_charsets(offers),
        all: Request::accepted_charsets,
    },
    Word {
        name: "acceptsLanguages",
        header: ACCEPT_LANGUAGE,
        best: |request, offers| request.accepts_languages(offers),
        all: Request::accepted_languages,
    },
];

mod recorded {
    use super::*;

    fn cases() -> &'static Value {
        let read = || serde_json::from_str(include_str!("oracles/negotiation/cases.json")).unwrap();
        Box::leak(Box::new(read()))
    }

    fn rows(cases: &'static Value, kind: &str) -> &'static [Value] {
        cases[kind].as_array().unwrap()
    }

    /// A header on one line, on several, or not there.
    fn lines(header: &'static Value) -> Vec<&'static str> {
        match header {
            Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect(),
            line => line.as_str().into_iter().collect(),
        }
    }

    fn texts(list: &'static Value) -> Vec<&'static str> {
        list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
    }

    #[test]
    fn the_client_accepts_what_koa_says() {
        let cases = cases();
        let mut wrong = Vec::new();
        for word in WORDS {
            let rows = rows(cases, word.name);
            assert!(rows.len() > 400, "{}", word.name);
            for row in rows {
                let request = request(&word.header, &lines(&row[0]));
                let offers = texts(&row[1]);
                let answer = match offers.as_slice() {
                    [] => Value::from((word.all)(&request)),
                    offers => (word.best)(&request, offers).map_or(Value::Bool(false), Value::from),
                };
                if answer != row[2] {
                    wrong.push(format!("{}: Koa answers {row}, this {answer}", word.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn where_the_answer_is_not_koas_it_is_meant_to_be() {
        let rows = rows(cases(), "differs");
        let meant = [Some("de"), None, None, Some("png"), Some("js"), None];
        assert_eq!(rows.len(), meant.len());
        for (row, meant) in rows.iter().zip(meant) {
            let word = WORDS.iter().find(|word| row[0] == word.name).unwrap();
            let answer = (word.best)(&request(&word.header, &lines(&row[1])), &texts(&row[2]));
            assert_eq!(answer, meant, "{row}");
            assert_ne!(answer, row[3].as_str(), "Koa has come round: {row}");
        }
    }

    #[test]
    fn a_body_is_what_koa_says() {
        let mut wrong = Vec::new();
        for row in rows(cases(), "is") {
            let types = texts(&row[2]);
            // Koa gives a type that was found by a pattern in lower case
            let as_koa = |mime: &str| if types.contains(&mime) { mime.to_owned() } else { mime.to_ascii_lowercase() };
            let mut head = http::Request::get("/");
            let mut response = Response::new();
            if let [name, value] = texts(&row[0])[..] {
                head = head.header(name, value);
            }
            if let Some(mime) = row[1].as_str() {
                head = head.header(CONTENT_TYPE, mime);
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(mime));
            }
            let request = Request::new(head.body(()).unwrap());
            let of_request = match request.is(&types) {
                Is::Type(mime) => Value::from(as_koa(mime)),
                Is::Other => Value::Bool(false),
                Is::NoBody => Value::Null,
            };
            let of_response = response.is(&types).map_or(Value::Bool(false), |mime| Value::from(as_koa(mime)));
            if (&of_request, &of_response) != (&row[3], &row[4]) {
                wrong.push(format!("Koa answers {row}, this {of_request} and {of_response}"));
            }
        }
        assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
    }

    #[test]
    fn a_type_is_set_as_koa_sets_it() {
        let rows = rows(cases(), "type");
        assert!(rows.len() > 200);
        for row in rows {
            let mut response = Response::new();
            response.set_type(row[0].as_str().unwrap());
            assert_eq!(response.get("content-type"), row[1].as_str(), "{row}");
        }
    }
}

mod by_chance {
    use super::*;

    const OFFERS: [&str; 12] = [
        "text/html",
        "application/json",
        "text/html;level=1",
        "text/*",
        "gzip",
        "identity",
        "utf-8",
        "en",
        "en-US",
        "*",
        "html",
        "unknown",
    ];

    fn offers() -> impl Strategy<Value = Vec<&'static str>> {
        proptest::collection::vec(proptest::sample::select(&OFFERS[..]), 1..5)
    }

    /// Mostly what these headers are made of.
    fn header() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => proptest::sample::select(&OFFERS[..9]).prop_map(str::to_owned),
            1 => Just("*/*".to_owned()),
            4 => proptest::sample::select(&[",", ", ", ";", ";q=", ";level=", "=", "\"", "*", "/", "-", " ", "\t"][..])
                .prop_map(str::to_owned),
            3 => "[0-9.]{1,3}",
            1 => "[a-p]{1,2}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().trim().to_owned())
    }

    /// Bytes that can be in a header, and there is nothing said about their being text.
    fn line() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(prop_oneof![Just(b'\t'), 0x20..=0x7e_u8, 0x80..=0xff_u8], 0..40)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        #[test]
        fn a_port_of_npms_negotiator_agrees(header in header(), offers in offers()) {
            // where this means to differ from npm
            prop_assume!(!header.contains("; q") && !header.contains(";\tq"));
            // where the port does: of a parameter given twice npm takes the last, it the first
            prop_assume!(header.matches("level=").count() < 2);
            // Koa turns extensions into types before it asks
            let in_full: Vec<_> = offers.iter().copied().filter(|offer| offer.contains('/')).collect();
            let line = Some(header.as_str());
            let provided = Some(&offers[..]);
            for (word, offers, best, all) in [
                (
                    &WORDS[0],
                    &in_full,
                    negotiator::preferred_media_types(line, Some(&in_full)),
                    negotiator::preferred_media_types(line, None),
                ),
                (
                    &WORDS[1],
                    &offers,
                    negotiator::preferred_encodings(line, provided, None),
                    negotiator::preferred_encodings(line, None, None),
                ),
                (
                    &WORDS[2],
                    &offers,
                    negotiator::preferred_charsets(line, provided),
                    negotiator::preferred_charsets(line, None),
                ),
                (
                    &WORDS[3],
                    &offers,
                    negotiator::preferred_languages(line, provided),
                    negotiator::preferred_languages(line, None),
                ),
            ] {
                let request = request(&word.header, &[&header]);
                prop_assert_eq!((word.all)(&request), all, "{}", word.name);
                if !(header.is_empty() && word.name == "accepts") {
                    prop_assert_eq!((word.best)(&request, offers), best.first().map(String::as_str), "{}", word.name);
                }
            }
        }

        #[test]
        fn the_answer_is_an_offer_whatever_the_client_sent(
            lines in proptest::collection::vec(line(), 0..4),
            offers in offers(),
        ) {
            for word in WORDS {
                let request = request(&word.header, &lines);
                if let Some(answer) = (word.best)(&request, &offers) {
                    prop_assert!(offers.contains(&answer));
                }
                let _ = (word.all)(&request);
            }
        }

        #[test]
        fn a_type_of_whatever_bytes_is_no_panic(line in line(), asked in ".{0,12}") {
            let head = http::Request::get("/").header("content-length", 1).header(CONTENT_TYPE, line);
            let request = Request::new(head.body("x").unwrap());
            if let Is::Type(mime) = request.is(asked.as_str()) {
                prop_assert!(mime == asked || asked.contains(['*', '+']));
            }
            let mut response = Response::new();
            response.set_type(&asked);
            let _ = response.is(asked.as_str());
        }
    }
}

#[test]
fn a_choice_allocates_nothing() {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    let json = http::Request::post("/")
        .header(ACCEPT, browser)
        .header(ACCEPT_ENCODING, "gzip, deflate, br, zstd")
        .header(ACCEPT_LANGUAGE, "en-US,en;q=0.9,de;q=0.8")
        .header(ACCEPT_CHARSET, "utf-8, iso-8859-1;q=0.5")
        .header(CONTENT_TYPE, "application/json; charset=utf-8");
    let request = Request::new(json.body("{}").unwrap());
    let allocations = measure(|| {
        assert_eq!(request.accepts(["json", "html"]), Some("html"));
        assert_eq!(request.accepts_encodings(["br", "gzip", "identity"]), Some("gzip"));
        assert_eq!(request.accepts_languages(["de", "en"]), Some("en"));
        assert_eq!(request.accepts_charsets("utf-8"), Some("utf-8"));
        assert_eq!(request.is(["urlencoded", "json"]), Is::NoBody);
    });
    assert_eq!(allocations.count_total, 0);
}
