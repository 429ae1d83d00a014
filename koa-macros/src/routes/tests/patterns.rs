//! What is wrong with a pattern, and under which character that is said.

use syn::LitStr;

use super::super::pattern::Pattern;
use crate::diagnostics::Diagnostics;

/// What is said of a literal: the line with the `^`, and the sentence.
fn said(literal: &str) -> Vec<(String, String)> {
    let literal: LitStr = syn::parse_str(literal).expect("a string");
    let mut diagnostics = Diagnostics::default();
    let pattern = Pattern::parse(&literal, &mut diagnostics);
    let sentences = diagnostics.into_sentences();
    assert_eq!(pattern.is_none(), !sentences.is_empty());
    sentences
        .into_iter()
        .map(|message| {
            let mut lines = message.lines();
            let sentence = lines.next().unwrap_or_default().to_owned();
            let caret = lines.last().and_then(|line| line.strip_prefix("    ")).unwrap_or_default().to_owned();
            (caret, sentence)
        })
        .collect()
}

/// The literal has these mistakes, each under its `^`.
#[track_caller]
fn refused(literal: &str, expected: &[(&str, &str)]) {
    let said = said(literal);
    assert_eq!(said.len(), expected.len(), "{said:#?}");
    for ((caret, sentence), (at, part)) in said.iter().zip(expected) {
        assert_eq!(caret, at, "{literal}\n{at}\n{sentence}");
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn a_mistake_is_shown_under_its_character() {
    for (literal, at, part) in [
        (r#""/a/{b""#, "    ^", "has no `}`"),
        (r#""/a}/b""#, "   ^", "has no `{`"),
        (r#""/a/{}""#, "    ^", "has a name"),
        (r#""/a/{ : u64}""#, "    ^", "has a name"),
        (r#""/{1d}""#, "   ^", "is no name"),
        (r#""/{a-b}""#, "    ^", "is no name"),
        (r#""/{ a b }""#, "     ^", "is no name"),
        (r#""/{type}""#, "   ^", "cannot be the name"),
        (r#""/{r#type}""#, "   ^", "cannot be the name"),
        (r#""/{_}""#, "   ^", "cannot be the name"),
        (r#""/{*rest}""#, "   ^", "`{rest..}`"),
        (r#""/{id:}""#, "     ^", "stands the type"),
        (r#""/{id: }""#, "     ^", "stands the type"),
        (r#""/{id:u6 4}""#, "      ^", "is no type"),
        (r#""/{id:  [0-9]+}""#, "        ^", "is no type"),
        (r#""/{id: &str}""#, "       ^", "no reference"),
        (r#""/{id..: u64}""#, "       ^", "has no type"),
        (r#""/{a}{b}""#, "     ^", "side by side"),
        (r#""/{a..}/b""#, "        ^", "comes last"),
        (r#""/{a?}/b""#, "       ^", "comes last"),
        (r#""/{a?}/{b..}""#, "       ^", "comes last"),
        (r#""/{a..}/""#, "       ^", "a slash cannot follow"),
        (r#""/x{a?}""#, "   ^", "whole segments"),
        (r#""/{a..}x""#, "  ^", "whole segments"),
        (r#""/{identity}/{id}/{id}""#, "                   ^", "captured twice"),
        (r#""/{id}.{id: u64}""#, "        ^", "captured twice"),
        (r#""//a""#, "  ^", "not empty"),
        (r#""/a//b""#, "    ^", "not empty"),
        (r#""/a/./b""#, "    ^", "a step"),
        (r#""/..""#, "  ^", "a step"),
        (r#""/a/%2e%2E""#, "    ^", "a step"),
        (r#""/a?b=c""#, "   ^", "#[query]"),
        ("\"/a#b\"", "   ^", "#[query]"),
        (r#""/a%4""#, "   ^", "two hexadecimal digits"),
        (r#""/%é1""#, "  ^", "two hexadecimal digits"),
        (r#""a/b""#, " ^", "begins with `/`"),
        (r#""/:id/b""#, "  ^", "write `{id}`"),
        (r#""/*""#, "  ^", "`{rest..}`"),
        (r#""/(.*)""#, "  ^", "`{rest..}`"),
    ] {
        refused(literal, &[(at, part)]);
    }
}

#[test]
fn every_mistake_is_reported() {
    refused(r#""/{1}/%z/..""#, &[("   ^", "is no name"), ("      ^", "two hexadecimal"), ("         ^", "a step")]);
    refused(r#""x/{a}{b}?""#, &[(" ^", "begins with"), ("      ^", "side by side"), ("         ^", "#[query]")]);
}

#[test]
fn the_character_is_found_in_any_literal() {
    refused("r\"/a/{b\"", &[("     ^", "has no `}`")]);
    refused("r#\"/é/{b\"#", &[("      ^", "has no `}`")]);
    // where there are escapes, the text that they stand for is shown
    refused(r#""/\u{e9}\x41/{b""#, &[("    ^", "has no `}`")]);
}

#[test]
fn a_pattern_is_what_it_says() {
    for literal in [
        r#""/""#,
        r#""""#,
        r#""/a/""#,
        r#""/{{x}}/{a}.{b}""#,
        r#""/{a?: u64}/{b?..}""#,
        r#""/...""#,
        r#""/a:b/c*(d)""#,
        r#""/{a: std::net::IpAddr}""#,
        r#""/%2f%2e""#,
    ] {
        assert_eq!(said(literal), [], "{literal}");
    }
}
