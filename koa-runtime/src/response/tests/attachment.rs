use proptest::prelude::*;

use super::*;

/// The header, as it was given to be Latin-1.
fn header<'a>(attachment: impl Into<Attachment<'a>>) -> String {
    let response = response(|r| r.attachment(attachment));
    assert!(response.fault().is_none());
    response.headers()["content-disposition"].as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

#[test]
fn it_has_the_name_and_nothing_of_the_path() {
    for (name, disposition) in [
        ("path/to/tobi.png", "attachment; filename=\"tobi.png\""), // K-426
        ("a/b/", "attachment; filename=\"b\""),
        ("..", "attachment; filename=\"..\""),
        ("plans.pdf", "attachment; filename=\"plans.pdf\""),
        ("it's (1)*;,=.txt", "attachment; filename=\"it's (1)*;,=.txt\""),
        ("", "attachment; filename*=UTF-8''"), // K-438
        ("/", "attachment; filename*=UTF-8''"),
    ] {
        assert_eq!(header(name), disposition, "{name}");
        assert_eq!(header(name.to_owned()), disposition);
    }
    assert_eq!(header(()), "attachment");
    assert_eq!(header(Attachment::new().inline()), "inline");
}

#[test]
fn the_type_follows_from_the_name_unless_it_is_set() {
    for (name, content_type) in [
        ("a.png", Some("image/png")),
        ("a.TXT", Some("text/plain; charset=utf-8")),
        ("a/b.html", Some("text/html; charset=utf-8")),
        ("..png", Some("image/png")),
        ("a.nonesuch", None), // K-428
        ("a", None),
        ("a.", None),
        (".png", None),
        ("b.png/a", None),
        ("..", None),
        ("", None),
    ] {
        let inferred = response(|r| r.attachment(name));
        assert_eq!(inferred.get("content-type"), content_type, "{name}");
        let chosen = response(|r| {
            r.set_type("json");
            r.attachment(name);
        });
        assert_eq!(chosen.type_(), "application/json");
    }
}

#[test]
fn a_name_that_is_not_latin1_is_there_twice() {
    for (name, disposition) in [
        ("£ rates.pdf", "attachment; filename=\"£ rates.pdf\""), // K-430
        ("€ rates.pdf", "attachment; filename=\"? rates.pdf\"; filename*=UTF-8''%E2%82%AC%20rates.pdf"), // K-429
        ("😀.txt", "attachment; filename=\"??.txt\"; filename*=UTF-8''%F0%9F%98%80.txt"),
        ("a%20b.txt", "attachment; filename=\"a%20b.txt\"; filename*=UTF-8''a%2520b.txt"), // K-431
        ("100%.txt", "attachment; filename=\"100%.txt\""),
        ("é%20", "attachment; filename=\"é%20\"; filename*=UTF-8''%C3%A9%2520"),
        ("€'()*!~", "attachment; filename=\"?'()*!~\"; filename*=UTF-8''%E2%82%AC%27%28%29%2A!~"),
    ] {
        assert_eq!(header(name), disposition, "{name}");
    }
}

#[test]
fn nothing_gets_out_of_the_quotes() {
    for (name, disposition) in [
        ("a\"b", "attachment; filename=\"a\\\"b\""), // K-432
        ("a\\b.txt", "attachment; filename=\"a\\\\b.txt\""),
        ("a\r\nb", "attachment; filename=\"a??b\"; filename*=UTF-8''a%0D%0Ab"), // K-433
        ("a\0b", "attachment; filename=\"a?b\"; filename*=UTF-8''a%00b"),
        ("x\u{80}y", "attachment; filename=\"x?y\"; filename*=UTF-8''x%C2%80y"),
        ("x\u{7f}y", "attachment; filename=\"x?y\"; filename*=UTF-8''x%7Fy"),
        ("tab\there", "attachment; filename=\"tab?here\"; filename*=UTF-8''tab%09here"),
    ] {
        assert_eq!(header(name), disposition, "{name:?}");
    }
}

#[test]
fn the_fallback_may_be_chosen() {
    let named = Attachment::named;
    for (attachment, disposition) in [
        (named("€.pdf").with_fallback("e.pdf"), "attachment; filename=\"e.pdf\"; filename*=UTF-8''%E2%82%AC.pdf"),
        (named("a.txt").with_fallback("x/b.txt"), "attachment; filename=\"b.txt\"; filename*=UTF-8''a.txt"),
        (named("a.txt").with_fallback(""), "attachment; filename=\"\"; filename*=UTF-8''a.txt"),
        (named("a.txt").with_fallback("a.txt"), "attachment; filename=\"a.txt\""),
        (named("€.pdf").without_fallback(), "attachment; filename*=UTF-8''%E2%82%AC.pdf"), // K-434
        (named("é.pdf").without_fallback(), "attachment; filename=\"é.pdf\""),
        (named("a\u{80}").without_fallback(), "attachment; filename=\"a\u{80}\""),
        (named("a\n").without_fallback(), "attachment; filename*=UTF-8''a%0A"),
    ] {
        assert_eq!(header(attachment), disposition);
    }
}

#[test]
fn the_type_of_disposition_is_a_token() {
    assert_eq!(header(Attachment::named("a").with_type("INLINE")), "inline; filename=\"a\""); // K-437
    for fault in [
        Attachment::new().with_type("in line"),
        Attachment::new().with_type(""),
        Attachment::new().with_type("a\r\nb"),
        Attachment::named("a").with_fallback("☃"), // K-436
        Attachment::named("a").with_fallback("a\nb"),
        Attachment::named("a").with_fallback("a\u{80}"),
    ] {
        let response = response(|r| r.attachment(fault));
        assert!(response.fault().is_some() && response.headers().is_empty());
    }
}

proptest! {
    #[test]
    fn any_name_makes_a_header_that_means_it(name in "(?s).{0,20}", long in 0..200_usize) {
        let name = name + &"é☃".repeat(long);
        let header = header(&name);
        // what is outside of the quotes is ours
        let mut rest = header.strip_prefix("attachment").unwrap_or_default();
        let mut plain = None;
        if let Some(quoted) = rest.strip_prefix("; filename=\"") {
            let mut text = String::new();
            let mut letters = quoted.char_indices();
            let end = loop {
                match letters.next() {
                    Some((_, '\\')) => text.extend(letters.next().map(|(_, letter)| letter)),
                    Some((at, '"')) => break at + 1,
                    Some((_, letter)) => text.push(letter),
                    None => panic!("a quote is left open: {header}"),
                }
            };
            plain = Some(text);
            rest = &quoted[end..];
        }
        let last = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        match rest.strip_prefix("; filename*=UTF-8''") {
            None => prop_assert_eq!((plain.as_deref(), rest), (Some(last), "")),
            Some(encoded) => {
                prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.!~%".contains(&byte)));
                let query = format!("n={encoded}");
                let decoded = crate::Query::new(&query).get("n");
                prop_assert_eq!(decoded.as_deref(), Some(last));
            }
        }
    }
}
