use super::*;

#[test]
fn a_segment_ends_at_the_first_slash_wherever_that_is() {
    for length in 1..20 {
        let text = format!("{}/b/c", "a".repeat(length));
        let (segment, behind) = segment(text.as_bytes()).unwrap();
        assert_eq!((segment.len(), behind), (length, &b"/b/c"[..]));
    }
    for (before, after) in (0..20).flat_map(|before| (0..20).map(move |after| (before, after))) {
        // bytes beside the slash in the alphabet are none
        let text = "0.".repeat(before) + "/" + &"/0".repeat(after);
        assert_eq!(slash(text.as_bytes()), 2 * before, "{text}");
        assert_eq!(slash(&text.as_bytes()[..2 * before]), 2 * before, "{text}");
        assert_eq!(slash(&text.as_bytes()[before.min(1)..]), 2 * before - before.min(1), "{text}");
    }
    assert_eq!(segment(b"abcdefgh"), Some((&b"abcdefgh"[..], &b""[..])));
    // a byte one above the slash behind it is no slash
    assert_eq!(segment(b"a/0b0/0/").map(|(segment, _)| segment), Some(&b"a"[..]));
    assert_eq!(segment(b"00000000/").map(|(segment, _)| segment), Some(&b"00000000"[..]));
}

#[test]
fn no_segment_is_empty_or_a_step() {
    for text in ["", "/a", ".", "..", "%2e", "%2E.", ".%2e", "%2e%2E", "./a", "../a", "%2e/"] {
        assert_eq!(segment(text.as_bytes()), None, "{text}");
    }
    for text in ["...", ".a", "a.", "%2f", "%2", "%2e%2e%2e", "%"] {
        assert!(segment(text.as_bytes()).is_some(), "{text}");
    }
}

#[test]
fn a_rest_has_no_empty_segment_but_may_end_in_a_slash() {
    for (text, is) in [("a", true), ("a/b", true), ("a/b/", true), ("", false), ("/", false), ("a//b", false)] {
        assert_eq!(is_rest(text.as_bytes()), is, "{text}");
    }
    for text in ["a/../b", "a/%2e%2e", "../a", "a//"] {
        assert!(!is_rest(text.as_bytes()), "{text}");
    }
    assert!(is_any_rest(b""));
}

#[test]
fn a_type_is_parsed_of_what_is_decoded() {
    let number = |segment: &[u8]| Fits::<u64>::new().the(segment);
    assert!(number(b"42") && number(b"%34%32") && Fits::<char>::new().the(b"%C3%A9"));
    assert!(!number(b"-1") && !number(b"") && !Fits::<String>::new().the(b"%FF"));
}

#[test]
fn methods_keep_their_numbers() {
    let others = &["PURGE", "LINK"][..];
    assert_eq!(Verb::of(&Method::GET, others), Verb(0));
    assert_eq!(Verb::of(&Method::from_bytes(b"LINK").unwrap(), others), Verb(10));
    assert_eq!(Verb::of(&Method::from_bytes(b"X").unwrap(), others), Verb::NONE);
    let names: Vec<_> = Verb::names(1 | 1 << 1 | 1 << 3 | 1 << 9, &["PURGE"]).collect();
    assert_eq!(names, ["HEAD", "GET", "PUT", "PURGE"]);
    for (number, name) in KNOWN {
        assert_eq!(Verb::of(&name.parse().unwrap(), &[]), Verb(number));
    }
}
