//! Content types by their short names.

use http::HeaderValue;

pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
pub(crate) const BINARY: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The type that goes by this file extension (a leading dot is ignored), with its charset (K-375, K-376).
pub(crate) fn by_extension(extension: &str) -> Option<HeaderValue> {
    let extension = extension.strip_prefix('.').unwrap_or(extension);
    let known = match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => return Some(HTML),
        "text" | "txt" | "log" => return Some(TEXT),
        "json" | "map" => return Some(JSON),
        "bin" => return Some(BINARY),
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "xml" => "application/xml",
        "form" | "urlencoded" => "application/x-www-form-urlencoded",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/vnd.microsoft.icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => return None,
    };
    Some(HeaderValue::from_static(known))
}

/// Whether a full type that names no charset is text, to which `; charset=utf-8` belongs (K-377, K-379).
pub(crate) fn wants_charset(mime: &str) -> bool {
    let essence = crate::header::before_parameters(mime).trim();
    let is_text = essence.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("text/"));
    (is_text
        || essence.eq_ignore_ascii_case("application/json")
        || essence.eq_ignore_ascii_case("application/javascript"))
        && !mime.to_ascii_lowercase().contains("charset")
}

/// Whether the word `json` stands anywhere in a type, as in `application/vnd.api+json` (K-358).
pub(crate) fn names_json(mime: &str) -> bool {
    mime.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .any(|word| word.eq_ignore_ascii_case("json"))
}

/// Whether text is taken for HTML: `<` is the first thing in it (K-353, K-354).
pub(crate) fn is_html(text: &[u8]) -> bool {
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
        for mime in ["text/html", "TEXT/HTML", "application/javascript", "text/html; level=1"] {
            assert!(wants_charset(mime), "{mime}");
        }
        for mime in ["foo/bar", "image/png", "text/html; Charset=ascii", "é"] {
            assert!(!wants_charset(mime), "{mime}");
        }
    }
}
