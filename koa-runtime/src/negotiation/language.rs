//! `Accept-Language`, where `en` and `en-US` are good for each other.

use http::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::list::{lines, range_and_parameters};
use super::preference::{liking, preferred, ranked};
use super::quality::{parameters, quality};
use crate::header::Elements;

/// The offer the client likes best.
pub(super) fn best<'o>(headers: &HeaderMap, offers: &[&'o str]) -> Option<&'o str> {
    preferred(offers, |offer| {
        let offer = Language::parse(offer)?;
        Some(liking(ranges(headers), |range| Some((range.names(&offer)?, range.quality()))))
    })
}

/// What the client accepts, the best first.
pub(super) fn all(headers: &HeaderMap) -> Vec<&str> {
    ranked(ranges(headers).map(|range| (range.full, range.quality())))
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Language<'_>> {
    lines(headers, &ACCEPT_LANGUAGE, "*").flat_map(Elements::plain).filter_map(Language::parse)
}

/// A language, or a range of them.
struct Language<'t> {
    full: &'t str,
    /// What stands before the first `-`, or all of it.
    prefix: &'t str,
    parameters: Option<&'t str>,
}

impl<'t> Language<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (full, parameters) = range_and_parameters(text)?;
        let (prefix, region) = full.split_once('-').unwrap_or((full, "-"));
        (!prefix.is_empty() && !region.is_empty()).then_some(Self { full, prefix, parameters })
    }

    /// How closely this range names the offer: as a whole, by its own prefix, by the offer's, or by a wildcard.
    fn names(&self, offer: &Language<'_>) -> Option<u8> {
        if self.full.eq_ignore_ascii_case(offer.full) {
            Some(4)
        } else if self.prefix.eq_ignore_ascii_case(offer.full) {
            Some(2)
        } else if self.full.eq_ignore_ascii_case(offer.prefix) {
            Some(1)
        } else {
            (self.full == "*").then_some(0)
        }
    }

    /// Of two qualities the last counts, which in the other headers is the first.
    fn quality(&self) -> f64 {
        self.parameters.map_or(1.0, |text| quality(parameters(text).rev()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::negotiation::tests::headers;

    fn accept(header: &str, offers: &[&'static str]) -> Option<&'static str> {
        best(&headers(ACCEPT_LANGUAGE, header), offers)
    }

    #[test]
    fn a_language_and_its_regions_are_good_for_each_other() {
        // K-328
        assert_eq!(accept("en", &["en-US"]), Some("en-US"));
        assert_eq!(accept("en-US", &["en"]), Some("en"));
        assert_eq!(accept("EN-us", &["En-Us"]), Some("En-Us"));
        assert_eq!(accept("en-US", &["en-GB"]), None);
        assert_eq!(accept("en", &["eng"]), None);
    }

    #[test]
    fn what_is_named_most_closely_decides() {
        assert_eq!(accept("en;q=0.1, en-US", &["en", "en-US"]), Some("en-US"));
        assert_eq!(accept("en, en-US;q=0", &["en-US", "en-GB"]), Some("en-GB"));
        assert_eq!(accept("*, de;q=0.1", &["de", "fr"]), Some("fr"));
    }

    #[test]
    fn a_space_before_the_quality_changes_nothing() {
        assert_eq!(accept("en; q=0.1, de", &["en", "de"]), Some("de"));
        assert_eq!(accept("en; q=0", &["en"]), None);
    }

    #[test]
    fn without_a_header_the_first_language_is_as_good_as_any() {
        assert_eq!(best(&HeaderMap::new(), &["es", "en"]), Some("es"));
        assert_eq!(accept("", &["es"]), None);
    }

    #[test]
    fn the_list_is_sorted() {
        let headers = headers(ACCEPT_LANGUAGE, "en;q=0.8, es, pt-BR, de;q=0, -, fr-");
        assert_eq!(all(&headers), ["es", "pt-BR", "en"]);
        assert_eq!(all(&HeaderMap::new()), ["*"]);
    }
}
