//! From the string of a pattern to its segments. Every mistake is reported under its character.

use std::{fmt::Write as _, ops::Range};

use proc_macro2::{Ident, Span};
use syn::{LitStr, Type, ext::IdentExt as _};

use super::{Capture, Pattern, Piece, Segment};
use crate::{diagnostics::Diagnostics, routes::caret::Caret};

impl Pattern {
    /// Reads a pattern. What is wrong with it is reported, and `None` returned.
    pub(in crate::routes) fn parse(literal: &LitStr, diagnostics: &mut Diagnostics) -> Option<Self> {
        let caret = Caret::new(literal);
        let text = literal.value();
        let mut reader = Reader { text: &text, literal, names: Vec::new(), errors: Vec::new() };
        let pattern = reader.pattern();
        let failed = !reader.errors.is_empty();
        for (at, sentence) in reader.errors {
            diagnostics.add(caret.error(at, &sentence));
        }
        (!failed).then_some(pattern)
    }
}

struct Reader<'a> {
    text: &'a str,
    literal: &'a LitStr,
    /// What is captured so far.
    names: Vec<Ident>,
    /// Each with the place of the character it is about.
    errors: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn refuse(&mut self, at: usize, sentence: impl Into<String>) {
        self.errors.push((at, sentence.into()));
    }

    fn pattern(&mut self) -> Pattern {
        let text = self.text;
        let mut pattern = Pattern { text: text.to_owned(), segments: Vec::new(), slash: false };
        if text.is_empty() {
            return pattern;
        }
        if !text.starts_with('/') {
            self.refuse(0, "a path begins with `/`");
        }
        let segments = self.segments();
        let last = segments.len().saturating_sub(1);
        for (number, range) in segments.into_iter().enumerate() {
            if range.is_empty() {
                if number == last {
                    pattern.slash = true;
                } else {
                    self.refuse(range.start, "between two slashes stands a segment, which is not empty");
                }
                continue;
            }
            let (start, before) = (range.start, self.errors.len());
            let Some(segment) = self.segment(range) else { continue };
            if self.errors.len() > before {
                continue;
            }
            if let Some(previous) = pattern.segments.last() {
                match (previous, &segment) {
                    (Segment::Rest { .. }, _) => {
                        self.refuse(start, "`{name..}` takes all that follows, so it comes last");
                    }
                    (Segment::Optional(_), Segment::Optional(_) | Segment::Rest { optional: true, .. }) => {}
                    (Segment::Optional(_), _) => {
                        self.refuse(
                            start,
                            "what may be missing, `{name?}`, comes last: nothing but such captures follows it",
                        );
                    }
                    _ => {}
                }
            }
            pattern.segments.push(segment);
        }
        if pattern.slash && pattern.is_open() {
            self.refuse(text.len() - 1, "a slash cannot follow what may be missing, or takes all that follows");
        }
        pattern
    }

    /// Where the segments are. A slash inside braces, as in a type, separates nothing.
    fn segments(&self) -> Vec<Range<usize>> {
        let (mut ranges, mut start, mut inside) = (Vec::new(), None, false);
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'{' if bytes.get(at + 1) == Some(&b'{') && !inside => at += 1,
                b'{' => inside = true,
                b'}' => inside = false,
                b'/' if !inside => {
                    if let Some(start) = start.replace(at + 1) {
                        ranges.push(start..at);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        ranges.push(start.unwrap_or(0)..bytes.len());
        ranges
    }

    fn segment(&mut self, range: Range<usize>) -> Option<Segment> {
        let text = &self.text[range.clone()];
        let dots = text.to_ascii_lowercase().replace("%2e", ".");
        if dots == "." || dots == ".." {
            self.refuse(
                range.start,
                format!("`{text}` is a step in a file system: clients resolve it before they ask"),
            );
            return None;
        }
        if let Some(name) = text.strip_prefix(':')
            && !name.is_empty()
        {
            let name: String = name.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            self.refuse(range.start, format!("a capture stands in braces: write `{{{name}}}`"));
            return None;
        }
        if text.starts_with('*') || text.starts_with('(') {
            self.refuse(range.start, "a path has no wildcards and no regular expressions: write `{rest..}` for all that follows, or `{name: Type}` for what a type parses");
            return None;
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut special: Option<(usize, Segment)> = None;
        let (mut literal, mut at) = (String::new(), range.start);
        let mut after_capture = false;
        while at < range.end {
            let rest = &self.text[at..range.end];
            if let Some(escaped) = ["{{", "}}"].into_iter().find(|escaped| rest.starts_with(escaped)) {
                encode(&mut literal, &escaped[..1]);
                at += 2;
                after_capture = false;
                continue;
            }
            let Some(letter) = rest.chars().next() else { break };
            match letter {
                '{' => {
                    let Some(length) = rest.find('}') else {
                        self.refuse(at, "this `{` has no `}`; a brace itself is written `{{`");
                        return None;
                    };
                    if after_capture {
                        self.refuse(at, "two captures side by side: nothing says where one ends and the other begins");
                    }
                    if !literal.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut literal)));
                    }
                    match self.capture(at + 1..at + length) {
                        Some(Segment::One(capture)) => pieces.push(Piece::One(capture)),
                        Some(other) => special = Some((at, other)),
                        None => {}
                    }
                    at += length + 1;
                    after_capture = true;
                    continue;
                }
                '}' => self.refuse(at, "this `}` has no `{`; a brace itself is written `}}`"),
                '?' | '#' => {
                    let sentence =
                        format!("a path ends before `{letter}`: the query is no part of it, read it with `#[query]`");
                    self.refuse(at, sentence);
                }
                '%' => {
                    let digits = rest.get(1..3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
                    if let Some(digits) = digits {
                        literal.push('%');
                        literal.push_str(&digits.to_ascii_uppercase());
                        at += 3;
                        after_capture = false;
                        continue;
                    }
                    self.refuse(at, "after a `%` stand two hexadecimal digits; the sign itself is written `%25`");
                }
                letter => encode(&mut literal, letter.encode_utf8(&mut [0; 4])),
            }
            at += letter.len_utf8();
            after_capture = false;
        }
        if !literal.is_empty() {
            pieces.push(Piece::Text(literal));
        }
        if let Some((at, special)) = special {
            if !pieces.is_empty() {
                self.refuse(at, "this capture takes whole segments, so nothing else stands beside it");
            }
            return Some(special);
        }
        Some(match <[Piece; 1]>::try_from(pieces) {
            Ok([Piece::Text(text)]) => Segment::Text(text),
            Ok([Piece::One(capture)]) => Segment::One(capture),
            Err(pieces) => Segment::Mixed(pieces),
        })
    }

    /// What stands in the braces.
    fn capture(&mut self, range: Range<usize>) -> Option<Segment> {
        let inside = &self.text[range.clone()];
        let (name, ty) = match inside.split_once(':') {
            Some((name, ty)) => (name, Some(ty)),
            None => (inside, None),
        };
        let colon = range.start + name.len();
        let type_at = colon + 1 + ty.map_or(0, |ty| ty.len() - ty.trim_start().len());
        let optional_rest = name.trim().strip_suffix("?..");
        let rest = optional_rest.or_else(|| name.trim().strip_suffix(".."));
        let optional = if rest.is_none() { name.trim().strip_suffix('?') } else { None };
        let text = rest.or(optional).unwrap_or(name).trim();
        let at = range.start + (name.len() - name.trim_start().len());
        if text.is_empty() {
            self.refuse(range.start.saturating_sub(1), "a capture has a name: `{id}`");
            return None;
        }
        if let Some(name) = text.strip_prefix('*') {
            self.refuse(at, format!("all that follows is captured as `{{{name}..}}`"));
            return None;
        }
        let Ok(mut name) = syn::parse::Parser::parse_str(Ident::parse_any, text) else {
            let wrong = text.char_indices().find(|(at, letter)| {
                !(letter.is_alphanumeric() || *letter == '_') || *at == 0 && letter.is_ascii_digit()
            });
            self.refuse(
                at + wrong.map_or(0, |(at, _)| at),
                format!("`{text}` is no name: a capture is named as a variable is"),
            );
            return None;
        };
        if text == "_" || text.starts_with("r#") || syn::parse_str::<Ident>(text).is_err() {
            self.refuse(at, format!("`{text}` cannot be the name of a variable, so no `#[param]` could read it"));
            return None;
        }
        name.set_span(self.literal.span());
        if self.names.contains(&name) {
            self.refuse(at, format!("`{name}` is captured twice: each name stands for one value"));
        }
        self.names.push(name.clone());
        let ty = match ty {
            None => None,
            Some(ty) if ty.trim().is_empty() => {
                self.refuse(colon, "after the `:` stands the type that the route parses: `{id: u64}`");
                return None;
            }
            Some(text) => {
                let text = text.trim();
                let Ok(ty) = syn::parse_str::<Type>(text) else {
                    self.refuse(type_at, format!("`{text}` is no type"));
                    return None;
                };
                // each token at the literal: an error about the type is shown there
                let tokens = respanned(quote::ToTokens::to_token_stream(&ty), self.literal.span());
                syn::parse2::<Type>(tokens).ok()
            }
        };
        if rest.is_some() && ty.is_some() {
            self.refuse(colon, "the rest of a path is several segments, and has no type");
        }
        if let Some(ty) = &ty
            && matches!(ty, Type::Reference(_))
        {
            self.refuse(type_at, "the route makes this value, so its type is no reference");
        }
        let capture = Capture { name, ty: ty.map(Box::new) };
        Some(match (rest, optional) {
            (Some(_), _) => Segment::Rest { capture, optional: optional_rest.is_some() },
            (None, Some(_)) => Segment::Optional(capture),
            (None, None) => Segment::One(capture),
        })
    }
}

fn respanned(tokens: proc_macro2::TokenStream, span: Span) -> proc_macro2::TokenStream {
    let respan = |token: proc_macro2::TokenTree| match token {
        proc_macro2::TokenTree::Group(group) => {
            let mut new = proc_macro2::Group::new(group.delimiter(), respanned(group.stream(), span));
            new.set_span(span);
            new.into()
        }
        mut token => {
            token.set_span(span);
            token
        }
    };
    tokens.into_iter().map(respan).collect()
}

/// Adds `text` as it stands in a path: what a segment may not hold is percent-encoded (RFC 3986 §3.3).
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            // writing to a string cannot fail
            let _ = write!(out, "%{byte:02X}");
        }
    }
}
