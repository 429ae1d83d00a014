//! The cookies of a request: its `Cookie` header, searched and not parsed.

use http::HeaderMap;
use http::header::COOKIE;

/// The first cookie whose name is these two put together, without the quotes around its value (K-490).
///
/// Several lines are one, as HTTP/2 may split them (RFC 9113, section 8.2.3). What is no cookie is passed over. The value
/// is text, or it counts as missing.
pub(super) fn find<'h>(headers: &'h HeaderMap, name: [&str; 2]) -> Option<&'h str> {
    let mut lines = headers.get_all(COOKIE).iter();
    let value =
        lines.find_map(|line| line.as_bytes().split(|byte| *byte == b';').find_map(|pair| value_of(pair, name)))?;
    std::str::from_utf8(unquoted(value)).ok()
}

fn value_of<'h>(pair: &'h [u8], [name, suffix]: [&str; 2]) -> Option<&'h [u8]> {
    let start = pair.iter().position(|byte| *byte != b' ')?;
    let rest = pair[start..].strip_prefix(name.as_bytes())?;
    rest.strip_prefix(suffix.as_bytes())?.strip_prefix(b"=")
}

fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inside @ .., b'"'] => inside,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_bytes(line).expect("valid")));
        lines.collect()
    }

    #[test]
    fn lines_that_were_split_are_read_as_one() {
        let headers = headers(&[b"a=1", b"b=2; a=3", b"c=4"]); // K-200
        assert_eq!(
            ["a", "b", "c", "d"].map(|name| find(&headers, [name, ""])),
            [Some("1"), Some("2"), Some("4"), None]
        );
    }

    #[test]
    fn a_name_in_two_parts_is_the_name_they_make() {
        let headers = headers(&[b"n=1; n.sig=2; n.sign=3; sig=4"]);
        assert_eq!(find(&headers, ["n", ".sig"]), Some("2"));
        assert_eq!(find(&headers, ["n", ".si"]), None);
    }

    #[test]
    fn a_value_that_is_no_text_spoils_no_other() {
        let headers = headers(&[b"latin=\xE9; utf8=\xC3\xA9; n=1"]);
        assert_eq!(find(&headers, ["latin", ""]), None);
        assert_eq!((find(&headers, ["utf8", ""]), find(&headers, ["n", ""])), (Some("é"), Some("1")));
    }

    #[test]
    fn quotes_are_taken_off_in_pairs() {
        for (sent, value) in
            [("\"v\"", "v"), ("\"\"", ""), ("\"", "\""), ("\"v", "\"v"), ("v\"", "v\""), ("\"\"\"", "\"")]
        {
            let headers = headers(&[format!("n={sent}").as_bytes()]);
            assert_eq!(find(&headers, ["n", ""]), Some(value), "{sent}");
        }
    }
}
