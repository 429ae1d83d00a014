//! An `Accept…` header as one list, on however many lines it came.

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// The lines of a header, or else this one, which says the same as no header at all.
///
/// Where node joins the lines with commas, a quote that is left open on one line does not swallow the next here.
pub(super) fn lines<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    absent: &'static str,
) -> impl Iterator<Item = &'h [u8]> + use<'h> {
    let absent = (!headers.contains_key(name)).then_some(absent.as_bytes());
    headers.get_all(name).into_iter().map(HeaderValue::as_bytes).chain(absent)
}

/// A range in front of its parameters, without the space around it, and the parameters, if there are any.
/// None if there is no range or more than one word.
pub(super) fn range_and_parameters(member: &str) -> Option<(&str, Option<&str>)> {
    let (range, parameters) = match member.trim_ascii().split_once(';') {
        None => (member.trim_ascii(), None),
        Some((range, "")) => (range.trim_ascii_end(), None),
        Some((range, parameters)) => (range.trim_ascii_end(), Some(parameters)),
    };
    let is_one_word = !range.is_empty() && !range.contains(|letter: char| letter.is_ascii_whitespace());
    is_one_word.then_some((range, parameters))
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT;

    use super::*;
    use crate::header::Elements;

    #[test]
    fn lines_are_one_list() {
        let mut headers = HeaderMap::new();
        for line in ["a, b", "", "c"] {
            headers.append(ACCEPT, HeaderValue::from_static(line));
        }
        let list: Vec<_> = lines(&headers, &ACCEPT, "absent").flat_map(Elements::plain).collect();
        assert_eq!(list, ["a", "b", "", "c"]);
        assert_eq!(lines(&HeaderMap::new(), &ACCEPT, "absent").collect::<Vec<_>>(), [b"absent"]);
    }

    #[test]
    fn a_range_is_one_word() {
        assert_eq!(range_and_parameters(" a ; b ; c "), Some(("a", Some(" b ; c"))));
        assert_eq!(range_and_parameters("a;"), Some(("a", None)));
        for none in ["", " ", ";q=1", "a b", "a\tb;c"] {
            assert_eq!(range_and_parameters(none), None, "{none:?}");
        }
    }
}
