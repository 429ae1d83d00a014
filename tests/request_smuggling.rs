//! Requests that another server might read otherwise: an error and the end of the connection, and nothing behind them is
//! taken for a request. What hyper's parser lets through is in `IN_HYPER`, as it is; `docs/known-limits.md` says what that
//! means.

use futures_util::future::join_all;

mod raw;

use raw::{
    Bodies,
    End::{self, Closed, Open},
    send,
};

/// What follows each probe, and must not reach the application.
const SMUGGLED: &[u8] = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// Values of `Transfer-Encoding`, with what follows them up to the end of the head: alone, and beside a `Content-Length`.
const CODINGS: &[(&str, &[u8])] = &[
    ("twice", b": chunked\r\nTransfer-Encoding: chunked"),
    ("twice in a list", b": chunked, chunked"),
    ("identity behind", b": chunked\r\nTransfer-Encoding: identity"),
    ("identity before", b": identity\r\nTransfer-Encoding: chunked"),
    ("identity behind, in a list", b": chunked, identity"),
    ("identity before, in a list", b": identity, chunked"),
    ("identity", b": identity"),
    ("gzip behind", b": chunked\r\nTransfer-Encoding: gzip"),
    ("gzip before", b": gzip, chunked"),
    ("empty", b":"),
    ("empty behind", b": chunked\r\nTransfer-Encoding:"),
    ("empty before", b":\r\nTransfer-Encoding: chunked"),
    ("an empty member before", b": ,chunked"),
    ("an empty member behind", b": chunked,"),
    ("a prefix", b": xchunked"),
    ("a suffix", b": chunkedx"),
    ("a space inside", b": chunk ed"),
    ("a parameter", b": chunked;q=1"),
    ("quotes", b": \"chunked\""),
    ("single quotes", b": 'chunked'"),
    ("a vertical tab", b": \x0bchunked"),
    ("a form feed", b": \x0cchunked"),
    ("a no-break space", b": \xa0chunked"),
    ("a NUL", b": chunked\0"),
    ("an odd letter that lower-cases to k", b": chun\xe2\x84\xaaed"),
    ("a carriage return before", b":\rchunked"),
    ("a carriage return behind", b": chunked\rX: y"),
    ("a space before the colon", b" : chunked"),
    ("a tab before the colon", b"\t: chunked"),
    ("a NUL in the name", b"\0: chunked"),
    ("a byte beyond ASCII in the name", b"\xff: chunked"),
    ("no colon", b" chunked"),
    ("folded", b":\r\n chunked"),
    ("folded by a tab", b":\r\n\tchunked"),
    ("folded behind", b": chunked\r\n , identity"),
];

/// Values of `Content-Length`, before `hello`.
const LENGTHS: &[(&str, &[u8])] = &[
    ("two that differ", b": 5\r\nContent-Length: 0"),
    ("two that differ, the other way", b": 0\r\nContent-Length: 5"),
    ("a list", b": 5, 5"),
    ("a list that differs", b": 5, 0"),
    ("an empty member", b": ,5"),
    ("a plus", b": +5"),
    ("a minus", b": -5"),
    ("minus nothing", b": -0"),
    ("hexadecimal", b": 0x5"),
    ("a fraction", b": 5.0"),
    ("an exponent", b": 5e0"),
    ("empty", b":"),
    ("a space inside", b": 5 5"),
    ("an underscore", b": 5_0"),
    ("more than 64 bits", b": 18446744073709551621"),
    ("64 bits", b": 18446744073709551615"),
    ("quotes", b": \"5\""),
    ("a semicolon", b": 5;"),
    ("a letter", b": 5a"),
    ("a NUL", b": 5\0"),
    ("a vertical tab", b": \x0b5"),
    ("a no-break space", b": \xa05"),
    ("other digits", b": \xd9\xa5"),
    ("a carriage return", b": 5\rX: y"),
    ("a space before the colon", b" : 5"),
    ("a tab before the colon", b"\t: 5"),
    ("folded", b":\r\n 5"),
    ("folded behind", b": 5\r\n 0"),
];

/// Heads, up to their end.
const HEADS: &[(&str, &[u8])] = &[
    ("chunks in HTTP/1.0", b"POST / HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (
        "chunks and a length in HTTP/1.0",
        b"POST / HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    ("no host, and a body", b"POST / HTTP/1.1\r\nContent-Length: 35\r\n\r\n"),
    ("no host, and chunks", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("two hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    ("a tunnel", b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
    ("a folded line", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n"),
    ("a line folded by a tab", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tz\r\n\r\n"),
    ("a folded length", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n Content-Length: 35\r\n\r\n"),
    ("a folded host", b"GET / HTTP/1.1\r\nHost: a\r\n .b\r\n\r\n"),
    ("a folded first line", b"GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    ("a line of a space", b"GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n"),
    ("lines that end in carriage returns", b"GET / HTTP/1.1\rHost: a\r\r"),
    ("a carriage return in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\rContent-Length: 35\r\n\r\n"),
    ("two carriage returns", b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\r\n\r\n"),
    ("a space before the colon", b"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n"),
    ("a space before the colon of the host", b"GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    ("a line without a colon", b"GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"),
    ("a line without a name", b"GET / HTTP/1.1\r\nHost: a\r\n: y\r\n\r\n"),
    ("a space in a name", b"GET / HTTP/1.1\r\nHost: a\r\nContent Length: 35\r\n\r\n"),
    ("a NUL in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
    ("a control byte in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n"),
    ("a DEL in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\x7fb\r\n\r\n"),
    ("a space in front", b" GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a carriage return in front", b"\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("two spaces", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("two spaces before the version", b"GET /  HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a space behind the version", b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n"),
    ("tabs", b"GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a space in the target", b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("a NUL in the target", b"GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("another request in the target", b"GET /a HTTP/1.1/b HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("HTTP/1.2", b"GET / HTTP/1.2\r\nHost: a\r\n\r\n"),
    ("HTTP/1.10", b"GET / HTTP/1.10\r\nHost: a\r\n\r\n"),
    ("HTTP/01.1", b"GET / HTTP/01.1\r\nHost: a\r\n\r\n"),
    ("HTTP/1", b"GET / HTTP/1\r\nHost: a\r\n\r\n"),
    ("HTTP/2.0", b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"),
    ("http/1.1", b"GET / http/1.1\r\nHost: a\r\n\r\n"),
    ("no version", b"GET /\r\n\r\n"),
];

/// Bodies in chunks that are none.
const CHUNKS: &[(&str, &[u8])] = &[
    ("no size", b"\r\nhello\r\n0\r\n\r\n"),
    ("a size that is none", b"zz\r\nhello\r\n0\r\n\r\n"),
    ("0x", b"0x5\r\nhello\r\n0\r\n\r\n"),
    ("a plus", b"+5\r\nhello\r\n0\r\n\r\n"),
    ("a minus", b"-5\r\nhello\r\n0\r\n\r\n"),
    ("an underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
    ("a comma", b"5,5\r\nhello\r\n0\r\n\r\n"),
    ("a space before the size", b" 5\r\nhello\r\n0\r\n\r\n"),
    ("a space in the size", b"5 5\r\nhello\r\n0\r\n\r\n"),
    ("a NUL behind the size", b"5\0\r\nhello\r\n0\r\n\r\n"),
    ("other digits", b"\xef\xbc\x95\r\nhello\r\n0\r\n\r\n"),
    ("more than 64 bits", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
    ("a line feed behind the size", b"5\nhello\r\n0\r\n\r\n"),
    ("a carriage return behind the size", b"5\rhello\r\n0\r\n\r\n"),
    ("a line feed behind the data", b"5\r\nhello\n0\r\n\r\n"),
    ("a carriage return behind the data", b"5\r\nhello\r0\r\n\r\n"),
    ("nothing behind the data", b"5\r\nhello0\r\n\r\n"),
    ("more data than the size says", b"5\r\nhello!\r\n0\r\n\r\n"),
    ("less data than the size says", b"5\r\nhell\r\n0\r\n\r\n"),
    ("a line feed behind an extension", b"5;a=b\nhello\r\n0\r\n\r\n"),
    ("a line feed in an extension", b"5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"),
    ("a carriage return in an extension", b"5;a=\rb\r\nhello\r\n0\r\n\r\n"),
    ("a line break in quotes in an extension", b"5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n"),
    ("a line feed behind the last size", b"5\r\nhello\r\n0\n\r\n"),
    ("line feeds behind the last size", b"5\r\nhello\r\n0\n\n"),
    ("a carriage return at the end", b"5\r\nhello\r\n0\r\n\r"),
    ("a trailer without a colon", b"5\r\nhello\r\n0\r\nnonsense\r\n\r\n"),
    ("a trailer with a space before its colon", b"5\r\nhello\r\n0\r\nX : y\r\n\r\n"),
    ("a folded trailer", b"5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"),
    ("a trailer folded at once", b"5\r\nhello\r\n0\r\n X: y\r\n\r\n"),
    ("a NUL in a trailer", b"5\r\nhello\r\n0\r\nX: y\0\r\n\r\n"),
];

/// What looks odd and is allowed (RFC 9110, RFC 9112): it is read, and so is what follows.
const ALLOWED: &[(&str, &[u8])] = &[
    ("upper case", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n"),
    ("blanks around a value", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\t chunked \t\r\n\r\n0\r\n\r\n"),
    ("a length with noughts in front", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello"),
    ("a body of GET", b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"),
    (
        "a name like another's",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer_Encoding: chunked\r\n\r\nhello",
    ),
    (
        "a length of one connection",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: Content-Length\r\n\r\nhello",
    ),
    ("an upgrade that nobody makes", b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
    ("an empty line in front", b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    (
        "an extension",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n0;c\r\n\r\n",
    ),
    (
        "noughts in sizes",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0005\r\nhello\r\n000\r\n\r\n",
    ),
    (
        "a length in the trailers",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 35\r\nHost: b\r\n\r\n",
    ),
];

/// The rest of the head and the body, the statuses, the end, and whether `SMUGGLED` is taken for a request of its own.
type Reading = (&'static str, &'static [u8], &'static [u16], End, bool);

/// What hyper reads where an error would be right, or safer.
const IN_HYPER: &[Reading] = &[
    ("CL.TE", b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", &[200], Closed, false),
    ("TE.CL", b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5\r\nhello\r\n0\r\n\r\n", &[200], Closed, false),
    ("one length twice", b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", &[200, 200], Open, true),
    (
        "one length written in two ways",
        b"Content-Length: 5\r\nContent-Length: 05\r\n\r\nhello",
        &[200, 200],
        Open,
        true,
    ),
    ("a line feed between headers", b"X: y\nContent-Length: 5\r\n\r\nhello", &[200, 200], Open, true),
    ("a line feed for the empty line", b"X: y\r\n\n", &[200, 200], Open, true),
    (
        "a blank behind a chunk size",
        b"Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        &[200, 200],
        Open,
        true,
    ),
    (
        "an extension without a name",
        b"Transfer-Encoding: chunked\r\n\r\n5;\r\nhello\r\n0\r\n\r\n",
        &[200, 200],
        Open,
        true,
    ),
    (
        "an extension that is no token",
        b"Transfer-Encoding: chunked\r\n\r\n5;a b=@\r\nhello\r\n0\r\n\r\n",
        &[200, 200],
        Open,
        true,
    ),
    (
        "a NUL in an extension",
        b"Transfer-Encoding: chunked\r\n\r\n5;a\0\r\nhello\r\n0\r\n\r\n",
        &[200, 200],
        Open,
        true,
    ),
    (
        "a blank behind an extension",
        b"Transfer-Encoding: chunked\r\n\r\n5;a=b \r\nhello\r\n0\r\n\r\n",
        &[200, 200],
        Open,
        true,
    ),
    (
        "an open quote in an extension",
        b"Transfer-Encoding: chunked\r\n\r\n5;a=\"b\r\nhello\r\n0\r\n\r\n",
        &[200, 200],
        Open,
        true,
    ),
    ("a line feed for the end of the chunks", b"Transfer-Encoding: chunked\r\n\r\n0\r\n\n", &[200], Open, false),
    ("a line feed for the end of a trailer", b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n", &[200], Open, false),
    ("line feeds for the end of the trailers", b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\n", &[200], Open, false),
];

fn post(headers: &[u8], body: &[u8]) -> Vec<u8> {
    [b"POST / HTTP/1.1\r\nHost: a\r\n", headers, b"\r\n\r\n", body, SMUGGLED].concat()
}

/// The request gets an error, the connection ends, and no layer has seen anything.
async fn is_refused(name: &str, probe: Vec<u8>) {
    for bodies in [Bodies::Read, Bodies::Ignored] {
        let outcome = send(&[&probe], bodies, Closed).await;
        let is_error = matches!(outcome.statuses[..], [400..=599]);
        assert!(is_error && outcome.end == Closed && outcome.seen.is_empty(), "{name}: {outcome:#?}");
    }
}

#[tokio::test]
async fn a_head_that_could_be_read_otherwise_is_refused() {
    join_all(HEADS.iter().map(async |(name, head)| is_refused(name, [head, SMUGGLED].concat()).await)).await;
}

#[tokio::test]
async fn a_transfer_encoding_is_chunked_or_refused() {
    join_all(CODINGS.iter().map(async |(name, coding)| {
        let coding = [b"Transfer-Encoding", *coding].concat();
        is_refused(name, post(&coding, b"0\r\n\r\n")).await;
        is_refused(name, post(&[b"Content-Length: 5\r\n", &coding[..]].concat(), b"0\r\n\r\n")).await;
        is_refused(name, post(&[&coding[..], b"\r\nContent-Length: 5"].concat(), b"0\r\n\r\n")).await;
    }))
    .await;
}

#[tokio::test]
async fn a_length_is_digits_or_refused() {
    join_all(LENGTHS.iter().map(async |(name, length)| {
        is_refused(name, post(&[b"Content-Length", *length].concat(), b"hello")).await;
    }))
    .await;
}

/// The layers have the head before the body comes. Who reads it gets the error; who does not has answered by then.
#[tokio::test]
async fn a_chunk_that_is_none_ends_the_connection() {
    join_all(CHUNKS.iter().map(async |(name, chunks)| {
        let probe = post(b"Transfer-Encoding: chunked", chunks);
        for (bodies, status) in [(Bodies::Read, 400), (Bodies::Ignored, 200)] {
            let outcome = send(&[&probe], bodies, Closed).await;
            assert_eq!((&outcome.statuses[..], outcome.end), (&[status][..], Closed), "{name}: {outcome:#?}");
            assert_eq!(outcome.seen, ["POST /"], "{name}");
        }
    }))
    .await;
}

#[tokio::test]
async fn what_looks_odd_and_is_allowed_is_read() {
    join_all(ALLOWED.iter().map(async |(name, probe)| {
        for bodies in [Bodies::Read, Bodies::Ignored] {
            let outcome = send(&[&[probe, SMUGGLED].concat()], bodies, Open).await;
            assert_eq!((&outcome.statuses[..], outcome.end), (&[200, 200][..], Open), "{name}: {outcome:#?}");
            assert_eq!(outcome.seen[1..], ["GET /smuggled"], "{name}");
        }
    }))
    .await;
}

/// If this fails, hyper has changed: the row goes into a table above, and out of the docs.
#[tokio::test]
async fn what_hyper_lets_through_is_what_it_was() {
    join_all(IN_HYPER.iter().map(async |(name, rest, statuses, end, is_taken)| {
        let probe = [b"POST / HTTP/1.1\r\nHost: a\r\n", *rest, SMUGGLED].concat();
        for bodies in [Bodies::Read, Bodies::Ignored] {
            let outcome = send(&[&probe], bodies, *end).await;
            assert_eq!((&outcome.statuses[..], outcome.end), (*statuses, *end), "{name}: {outcome:#?}");
            let seen = if *is_taken { &["POST /", "GET /smuggled"][..] } else { &["POST /"] };
            assert_eq!(outcome.seen, seen, "{name}");
        }
    }))
    .await;
}

/// `http::Uri` takes it off before anybody sees it.
#[tokio::test]
async fn a_fragment_in_a_target_is_dropped() {
    let outcome = send(&[b"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"], Bodies::Read, Open).await;
    assert_eq!((outcome.statuses, outcome.seen), (vec![200], vec!["GET /a".to_owned()]));
}

/// A client that stops where hyper waits for the rest of a trailer is waited for.
#[tokio::test]
async fn a_line_feed_for_the_end_of_the_chunks_is_waited_behind() {
    let request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\n\n";
    let outcome = send(&[request], Bodies::Read, Open).await;
    assert_eq!((outcome.statuses, outcome.end), (vec![], Open));
}

/// The preface of HTTP/2 behind a request of HTTP/1: hyper closes, and does not say why.
#[tokio::test]
async fn http_2_does_not_begin_behind_a_request() {
    let requests = b"GET / HTTP/1.1\r\nHost: a\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let outcome = send(&[requests], Bodies::Read, Closed).await;
    assert_eq!((outcome.statuses, outcome.end, outcome.seen), (vec![200], Closed, vec!["GET /".to_owned()]));
}

#[test]
fn the_docs_list_what_hyper_lets_through() {
    let docs = include_str!("../docs/known-limits.md");
    for (name, ..) in IN_HYPER {
        assert!(docs.contains(&format!("| {name} |")), "docs/known-limits.md has no row {name:?}");
    }
}
