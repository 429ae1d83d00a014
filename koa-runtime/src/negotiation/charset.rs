//! `Accept-Charset`.

use http::header::{ACCEPT_CHARSET, HeaderMap};

use super::list::lines;
use super::preference::{preferred, ranked};
use super::token::{Token, liking_of, tokens};

/// The offer the client likes best.
pub(super) fn best<'o>(headers: &HeaderMap, offers: &[&'o str]) -> Option<&'o str> {
    preferred(offers, |offer| Some(liking_of(ranges(headers), offer)))
}

/// What the client accepts, the best first.
pub(super) fn all(headers: &HeaderMap) -> Vec<&str> {
    ranked(ranges(headers).map(|range| (range.name, range.quality)))
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Token<'_>> {
    tokens(lines(headers, &ACCEPT_CHARSET, "*"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::negotiation::tests::headers;

    fn accept(header: &str, offers: &[&'static str]) -> Option<&'static str> {
        best(&headers(ACCEPT_CHARSET, header), offers)
    }

    #[test]
    fn the_charset_the_client_likes_best_is_chosen_in_any_case() {
        // K-326
        let header = "utf-8;q=0.5, ISO-8859-1, utf-7;q=0";
        assert_eq!(accept(header, &["utf-8", "iso-8859-1"]), Some("iso-8859-1"));
        assert_eq!(accept(header, &["UTF-8"]), Some("UTF-8"));
        assert_eq!(accept(header, &["utf-7"]), None);
        assert_eq!(accept("*;q=0.1, utf-8;q=0.2", &["utf-16", "utf-8"]), Some("utf-8"));
    }

    #[test]
    fn without_a_header_the_first_charset_is_as_good_as_any() {
        assert_eq!(best(&HeaderMap::new(), &["utf-7", "utf-8"]), Some("utf-7")); // K-326
        assert_eq!(accept("", &["utf-8"]), None);
    }

    #[test]
    fn the_list_is_sorted() {
        // K-326
        let headers = headers(ACCEPT_CHARSET, "utf-8, iso-8859-1;q=0.2, utf-7;q=0.5, x;q=0");
        assert_eq!(all(&headers), ["utf-8", "utf-7", "iso-8859-1"]);
        assert_eq!(all(&HeaderMap::new()), ["*"]);
    }
}
