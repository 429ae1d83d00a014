//! `attachment`: what the header says is the name that was meant.

use koa_runtime::{Attachment, Response};

use crate::Target;
use crate::input::{Fields, assert_clean, latin1, percent_decode};

pub(crate) const TARGET: Target = Target {
    name: "attachment",
    run,
    seeds: &[
        b"\x00\xFFpath/to/tobi.png",
        b"\x01\xFF\xE2\x82\xAC rates.pdf\xFFeuro \"rates\".pdf\xFFInline",
        b"\x02\xFF50%25 \\ off.txt\xFF\xC2\xA3.txt\xFFform-data",
        b"\x04",
    ],
    words: &[
        "\"",
        "\\",
        "/",
        "%20",
        "%",
        ".",
        "..",
        ".png",
        "\u{A3}",
        "\u{20AC}",
        "\u{1F600}",
        "\u{80}",
        "\r\n",
        "\0",
        ";",
        "'",
        "filename=",
        " ",
    ],
};

fn run(data: &[u8]) {
    let mut fields = Fields::new(data);
    let flags = fields.flags();
    let (name, fallback, kind) = (fields.text(), fields.text(), fields.text());

    let mut attachment = if flags & 4 == 0 { Attachment::named(&*name) } else { Attachment::new() };
    match flags & 3 {
        1 => attachment = attachment.with_fallback(&*fallback).with_type(&*kind),
        2 => attachment = attachment.without_fallback(),
        3 => attachment = attachment.inline(),
        _ => {}
    }
    let mut response = Response::new();
    response.attachment(attachment);
    assert_clean(response.headers());
    let Some(header) = response.headers().get("content-disposition").map(latin1) else {
        assert!(response.fault().is_some());
        return;
    };
    assert!(response.fault().is_none());
    check(&header, (flags & 4 == 0).then_some(&*name), (flags & 3 == 1).then_some(&*fallback));
}

fn check(header: &str, name: Option<&str>, fallback: Option<&str>) {
    let (kind, mut rest) = header.split_at(header.find(';').unwrap_or(header.len()));
    let is_token = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    assert!(!kind.is_empty() && kind.chars().all(is_token), "{header:?}");
    assert_eq!(kind, kind.to_ascii_lowercase());

    let plain = rest.strip_prefix("; filename=\"").map(|quoted| {
        let (plain, after) = unquote(quoted);
        rest = after;
        plain
    });
    let extended = rest.strip_prefix("; filename*=UTF-8''").map(|encoded| {
        rest = "";
        assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.!~%".contains(&byte)), "{header:?}");
        percent_decode(encoded)
    });
    assert_eq!(rest, "", "what else is in {header:?}?");

    let Some(name) = name.map(last_part) else {
        assert!(plain.is_none() && extended.is_none(), "{header:?} has a name that nobody gave");
        return;
    };
    // who knows the extended name takes that one
    let meant = extended.as_deref().or(plain.as_deref().map(str::as_bytes));
    assert_eq!(meant, Some(name.as_bytes()), "{header:?}");
    if let Some(plain) = plain {
        assert!(!plain.contains('/'), "{plain:?} is a path");
        assert!(plain == name || fallback.is_none_or(|fallback| last_part(fallback) == plain), "{header:?}");
    }
}

/// What stands before the closing quote, out of its escapes, and what stands behind.
fn unquote(quoted: &str) -> (String, &str) {
    let mut plain = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (plain, &quoted[at + 1..]),
            '\\' => plain.push(letters.next().expect("an escape escapes something").1),
            _ => plain.push(letter),
        }
    }
    panic!("no closing quote in {quoted:?}");
}

fn last_part(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}
