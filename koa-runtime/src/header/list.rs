//! Lists in headers: elements between commas.

/// The elements of a list, from either end, without the space around them. One that is not UTF-8 counts as empty, and
/// spoils no other.
///
/// Where the elements may be quoted, a comma in quotes is no end of one. It goes by the quotes seen from the end it
/// started at, so what a client wrote in front cannot swallow what a proxy added behind.
#[derive(Clone, Debug)]
pub(crate) struct Elements<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
    quoted: bool,
}

impl<'a> Elements<'a> {
    /// Between commas, all of them.
    pub(crate) fn plain(list: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { rest: Some(list.as_ref()), separator: b',', quoted: false }
    }

    /// Between separators that are not in quotes.
    pub(crate) fn quoted(list: &'a (impl AsRef<[u8]> + ?Sized), separator: u8) -> Self {
        Self { rest: Some(list.as_ref()), separator, quoted: true }
    }

    /// Whether this byte ends an element, given whether it is in quotes.
    fn ends(&self, byte: u8, inside: &mut bool) -> bool {
        *inside ^= self.quoted && byte == b'"';
        byte == self.separator && !*inside
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let mut inside = false;
        let end = rest.iter().position(|byte| self.ends(*byte, &mut inside));
        self.rest = end.map(|end| &rest[end + 1..]);
        Some(element(&rest[..end.unwrap_or(rest.len())]))
    }
}

impl DoubleEndedIterator for Elements<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let rest = self.rest?;
        let mut inside = false;
        let end = rest.iter().rposition(|byte| self.ends(*byte, &mut inside));
        self.rest = end.map(|end| &rest[..end]);
        Some(element(&rest[end.map_or(0, |end| end + 1)..]))
    }
}

fn element(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes.trim_ascii()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_stand_between_commas() {
        for (list, elements) in [
            ("a, b ,c", &["a", "b", "c"][..]),
            (",, 1", &["", "", "1"]), // K-277
            ("", &[""]),
            (" a ", &["a"]),
        ] {
            assert_eq!(Elements::plain(list).collect::<Vec<_>>(), elements, "{list:?}");
        }
    }

    #[test]
    fn a_comma_in_quotes_ends_no_element() {
        let list = r#""a,b", W/"c";d"#;
        assert_eq!(Elements::quoted(list, b',').collect::<Vec<_>>(), [r#""a,b""#, r#"W/"c";d"#]);
        assert_eq!(Elements::plain(list).count(), 3);
        assert_eq!(Elements::quoted(r#"for="a;b";by=c"#, b';').collect::<Vec<_>>(), [r#"for="a;b""#, "by=c"]);
    }

    #[test]
    fn what_is_not_utf8_spoils_only_itself() {
        for list in [&b"a,\xff,b"[..], b"a, b\xE9 ,b"] {
            assert_eq!(Elements::plain(list).collect::<Vec<_>>(), ["a", "", "b"]);
            assert_eq!(Elements::quoted(list, b',').rev().collect::<Vec<_>>(), ["b", "", "a"]);
        }
    }

    #[test]
    fn a_quote_that_a_client_left_open_swallows_nothing_behind_it() {
        let mut list = Elements::quoted(r#"for="x, for=10.0.0.1, for=10.0.0.2"#, b',');
        assert_eq!(list.next_back(), Some("for=10.0.0.2"));
        assert_eq!(list.next_back(), Some("for=10.0.0.1"));
    }

    proptest! {
        #[test]
        fn both_ends_see_the_same_elements(list in "[a, \"]{0,20}", quoted: bool) {
            let elements = || if quoted { Elements::quoted(&list, b',') } else { Elements::plain(&list) };
            let forward: Vec<_> = elements().collect();
            let mut backward: Vec<_> = elements().rev().collect();
            backward.reverse();
            // with a quote left open the two ends cannot agree on what is inside of quotes
            if !quoted || list.matches('"').count() % 2 == 0 {
                prop_assert_eq!(forward, backward);
            }
        }
    }
}
