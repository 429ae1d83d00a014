//! `Accept-Encoding`, where `identity` need not be named to be acceptable.

use http::header::{ACCEPT_ENCODING, HeaderMap};

use super::list::lines;
use super::preference::{preferred, ranked};
use super::token::{Token, liking_of, tokens};

const IDENTITY: &str = "identity";

/// The offer the client likes best.
pub(super) fn best<'o>(headers: &HeaderMap, offers: &[&'o str]) -> Option<&'o str> {
    let identity = unsaid_identity(headers);
    preferred(offers, |offer| Some(liking_of(ranges(headers).chain(identity), offer)))
}

/// What the client accepts, the best first.
pub(super) fn all(headers: &HeaderMap) -> Vec<&str> {
    let ranges = ranges(headers).chain(unsaid_identity(headers));
    ranked(ranges.map(|range| (range.name, range.quality)))
}

/// No header is an empty one: `identity` remains.
fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Token<'_>> {
    tokens(lines(headers, &ACCEPT_ENCODING, ""))
}

/// `identity` as it is meant when nothing is said about it (RFC 9110 §12.5.3): liked as little as the least of what is
/// named (K-325).
fn unsaid_identity(headers: &HeaderMap) -> Option<Token<'static>> {
    let mut least = 1.0;
    for Token { name, quality } in ranges(headers) {
        if name == "*" || name.eq_ignore_ascii_case(IDENTITY) {
            return None;
        }
        // what is refused says nothing about the rest
        if quality != 0.0 {
            least = quality.min(least);
        }
    }
    Some(Token { name: IDENTITY, quality: least })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::negotiation::tests::headers;

    fn accept(header: &str, offers: &[&'static str]) -> Option<&'static str> {
        best(&headers(ACCEPT_ENCODING, header), offers)
    }

    fn accepted(header: &str) -> Vec<String> {
        all(&headers(ACCEPT_ENCODING, header)).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn without_a_header_only_identity_is_acceptable() {
        // K-322
        assert_eq!(best(&HeaderMap::new(), &["gzip"]), None);
        assert_eq!(best(&HeaderMap::new(), &["gzip", "identity"]), Some("identity"));
        assert_eq!(accept("", &["gzip", "identity"]), Some("identity"));
    }

    #[test]
    fn the_client_chooses_and_the_order_of_the_offers_breaks_ties() {
        // K-324
        assert_eq!(accept("*", &["br", "gzip"]), Some("br"));
        assert_eq!(accept("gzip, br", &["br", "gzip"]), Some("gzip"));
        assert_eq!(accept("gzip;q=0.5, br", &["gzip", "br"]), Some("br"));
    }

    #[test]
    fn identity_unsaid_is_liked_least() {
        assert_eq!(accept("gzip;q=0.1", &["identity", "gzip"]), Some("gzip")); // K-325
        assert_eq!(accept("gzip, br;q=0", &["br", "identity"]), Some("identity"));
        assert_eq!(accept("gzip;q=abc", &["gzip", "identity"]), Some("identity"));
    }

    #[test]
    fn identity_can_be_refused() {
        for header in ["identity;q=0", "*;q=0", "gzip, *;q=0", "IDENTITY;q=0"] {
            assert_eq!(accept(header, &["identity"]), None, "{header}");
        }
    }

    #[test]
    fn the_list_ends_with_identity() {
        // K-321
        assert_eq!(accepted("gzip, compress;q=0.2"), ["gzip", "compress", "identity"]);
        assert_eq!(accepted("gzip;q=0.5, identity, br;q=0"), ["identity", "gzip"]);
        assert_eq!(accepted("*"), ["*"]);
        assert_eq!(all(&HeaderMap::new()), ["identity"]);
    }
}
