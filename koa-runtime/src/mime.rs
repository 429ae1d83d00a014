//! Content types by their short names.

mod extensions;

use http::HeaderValue;

pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(crate) const BINARY: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The type that goes by a file name or its extension, with or without the dot, and with the charset it is
/// sent with (K-375, K-376).
pub(crate) fn by_extension(name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.').map_or(name, |(_, extension)| extension);
    extensions::find(extension)
}

/// Whether a full type that names no charset is text, to which `; charset=utf-8` belongs (K-377, K-379).
pub(crate) fn wants_charset(mime: &str) -> bool {
    let essence = crate::header::before_parameters(mime).trim();
    let is_text = essence.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"));
    (is_text || TEXT_BY_ANOTHER_NAME.iter().any(|text| essence.eq_ignore_ascii_case(text)))
        && !mime.as_bytes().windows(7).any(|word| word.eq_ignore_ascii_case(b"charset"))
}

const TEXT_BY_ANOTHER_NAME: &[&str] = &["application/json", "application/javascript", "application/manifest+json"];

/// Whether the word `json` stands anywhere in a type, as in `application/vnd.api+json` (K-358).
pub(crate) fn names_json(mime: &str) -> bool {
    mime.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|word| word.eq_ignore_ascii_case("json"))
}

/// Whether text is taken for HTML: `<` is the first thing in it (K-353, K-354).
#[inline]
pub(crate) fn is_html(text: &[u8]) -> bool {
    // as most text begins
    !matches!(text, [b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'{', ..]) && begins_with_a_bracket(text)
}

fn begins_with_a_bracket(text: &[u8]) -> bool {
    let mut rest = text;
    loop {
        match rest {
            [b'<', ..] => return true,
            [b' ' | b'\t'..=b'\r', after @ ..]
            // what else a script takes for space, in UTF-8: U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F,
            // U+205F, U+3000, U+FEFF
            | [0xC2, 0xA0, after @ ..]
            | [0xE1, 0x9A, 0x80, after @ ..]
            | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, after @ ..]
            | [0xE2, 0x81, 0x9F, after @ ..]
            | [0xE3, 0x80, 0x80, after @ ..]
            | [0xEF, 0xBB, 0xBF, after @ ..] => rest = after,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_begins_with_a_bracket() {
        for html in ["<p>", " \r\n\t\x0b<p>", "\u{feff}<p>", "<?xml?>"] {
            assert!(is_html(html.as_bytes()), "{html:?}");
        }
        for letter in '\0'..='\u{FFFF}' {
            // `\s` of JavaScript, which knows one less and one more
            let is_space = letter.is_whitespace() && letter != '\u{85}' || letter == '\u{FEFF}';
            assert_eq!(is_html(format!("{letter}<p>").as_bytes()), is_space || letter == '<', "{letter:?}");
        }
        for text in ["", "  ", "a <p>", "\u{feff}"] {
            assert!(!is_html(text.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn a_type_goes_by_the_last_extension_of_a_name() {
        for name in ["js", ".js", "JS", "app.js", "app.min.js"] {
            assert_eq!(by_extension(name), Some("text/javascript; charset=utf-8"), "{name}"); // K-375
        }
        for name in ["", ".", "js.", "unknown", "urlencoded", "é"] {
            assert_eq!(by_extension(name), None, "{name}"); // K-382
        }
    }

    #[test]
    fn json_is_a_word_of_its_own() {
        for json in ["application/json", "application/vnd.api+JSON", "text/json; charset=ascii"] {
            assert!(names_json(json), "{json}");
        }
        for other in ["application/jsonp", "application/x_json", "text/html", ""] {
            assert!(!names_json(other), "{other}");
        }
    }

    #[test]
    fn text_without_a_charset_wants_one() {
        for mime in
            ["text/html", "TEXT/HTML", "application/javascript", "text/html; level=1", "application/manifest+json"]
        {
            assert!(wants_charset(mime), "{mime}");
        }
        for mime in ["foo/bar", "image/png", "text/html; Charset=ascii", "é"] {
            assert!(!wants_charset(mime), "{mime}");
        }
    }
}
