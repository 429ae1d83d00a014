//! `Accept`: media types.

use http::header::{ACCEPT, HeaderMap, HeaderValue};

use super::list::{lines, range_and_parameters};
use super::preference::{liking, preferred, ranked};
use super::quality::{is_quality, name_and_value, quality};
use crate::header::{Elements, before_parameters};
use crate::mime;

/// How many parameters further on one of the same name is looked for, which takes the place of the first. Enough for
/// what is written by hand; without a limit a hostile header would be compared with itself.
const OVERRIDE_WITHIN: usize = 8;

/// The offer the client likes best, be it named by its type or by an extension.
pub(super) fn best<'o>(headers: &HeaderMap, offers: &[&'o str]) -> Option<&'o str> {
    if headers.get_all(ACCEPT).iter().all(HeaderValue::is_empty) {
        return offers.first().copied(); // K-309
    }
    preferred(offers, |offer| {
        let mime = if offer.contains('/') { offer } else { before_parameters(mime::by_extension(offer)?) };
        let offer = MediaType::parse(mime)?;
        Some(liking(ranges(headers), |range| Some((range.names(&offer)?, range.quality()))))
    })
}

/// What the client accepts, the best first.
pub(super) fn all(headers: &HeaderMap) -> Vec<&str> {
    ranked(ranges(headers).map(|range| (range.essence, range.quality())))
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = MediaType<'_>> {
    lines(headers, &ACCEPT, "*/*").flat_map(|line| Elements::quoted(line, b',')).filter_map(MediaType::parse)
}

/// A media type, or a range of them.
struct MediaType<'t> {
    /// Type and subtype, without parameters.
    essence: &'t str,
    kind: &'t str,
    subtype: &'t str,
    parameters: Option<&'t str>,
}

impl<'t> MediaType<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let (essence, parameters) = range_and_parameters(text)?;
        let (kind, subtype) = essence.split_once('/')?;
        (!kind.is_empty() && !subtype.is_empty()).then_some(Self { essence, kind, subtype, parameters })
    }

    /// How closely this range names the offer; `None` if it means another (K-316, K-317).
    fn names(&self, offer: &MediaType<'_>) -> Option<u8> {
        Some(closeness(self.kind, offer.kind, 4)? | closeness(self.subtype, offer.subtype, 2)? | self.demands(offer)?)
    }

    /// 1 if the range has parameters and the offer has the same, 0 if the range has none.
    fn demands(&self, offer: &MediaType<'_>) -> Option<u8> {
        let mut demanded = self.parameters_of_the_type();
        let mut any = 0;
        while let Some((name, value)) = demanded.next() {
            any = 1;
            let is_overridden =
                || demanded.clone().take(OVERRIDE_WITHIN).any(|(later, _)| later.eq_ignore_ascii_case(name));
            if value != "*" && !value.eq_ignore_ascii_case(offer.parameter(name)) && !is_overridden() {
                return None;
            }
        }
        Some(any)
    }

    /// The value of a parameter; `""` if it is not there.
    fn parameter(&self, name: &str) -> &'t str {
        let same = self.parameters_of_the_type().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        same.last().map_or("", |(_, value)| value)
    }

    fn quality(&self) -> f64 {
        quality(self.parameters())
    }

    /// What follows the quality is not about the type (RFC 7231 §5.3.2).
    fn parameters_of_the_type(&self) -> impl Iterator<Item = (&'t str, &'t str)> + Clone {
        self.parameters().take_while(|(name, _)| !is_quality(name))
    }

    fn parameters(&self) -> impl Iterator<Item = (&'t str, &'t str)> + Clone {
        let parameters = self.parameters.into_iter().flat_map(|text| Elements::quoted(text, b';'));
        parameters.map(|parameter| {
            let (name, value) = name_and_value(parameter);
            (name, unquoted(value))
        })
    }
}

/// `weight` for the same word, 0 for a wildcard.
fn closeness(range: &str, offer: &str, weight: u8) -> Option<u8> {
    if range.eq_ignore_ascii_case(offer) { Some(weight) } else { (range == "*").then_some(0) }
}

fn unquoted(value: &str) -> &str {
    match value.strip_prefix('"') {
        Some("") => "",
        Some(rest) => rest.strip_suffix('"').unwrap_or(value),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::negotiation::tests::headers;

    fn accept(header: &str, offers: &[&'static str]) -> Option<&'static str> {
        best(&headers(ACCEPT, header), offers)
    }

    fn accepted(header: &str) -> Vec<String> {
        all(&headers(ACCEPT, header)).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn an_offer_is_given_back_as_it_was_given() {
        for offer in ["html", ".html", "text/html", "HTML", "index.html", "Text/HTML"] {
            assert_eq!(accept("text/*", &[offer]), Some(offer)); // K-307
        }
    }

    #[test]
    fn the_client_chooses_and_the_order_of_the_offers_breaks_ties() {
        // K-308, K-311, K-312
        assert_eq!(accept("text/*;q=.5, application/json", &["html", "json"]), Some("json"));
        assert_eq!(accept("application/json, */*", &["html", "json"]), Some("json"));
        assert_eq!(accept("application/json;q=0.5, */*", &["html", "json"]), Some("html"));
        assert_eq!(accept("image/png, text/html", &["html", "png"]), Some("png"));
        assert_eq!(accept("*/*", &["json", "html"]), Some("json"));
    }

    #[test]
    fn without_a_header_the_first_offer_is_as_good_as_any() {
        assert_eq!(best(&HeaderMap::new(), &["unknown", "html"]), Some("unknown")); // K-309
        assert_eq!(accept("", &["unknown", "html"]), Some("unknown"));
        assert_eq!(best(&HeaderMap::new(), &[]), None);
    }

    #[test]
    fn what_the_client_does_not_accept_is_not_chosen() {
        assert_eq!(accept("text/html", &["json"]), None); // K-310
        assert_eq!(accept("text/html;q=0, */*", &["html"]), None); // K-314
        assert_eq!(accept("text/html;q=abc", &["html"]), None); // K-318
        assert_eq!(accept("*/*", &["unknown"]), None);
        for garbage in ["garbage", ",", "/", "text/", "/html", "text html", ";q=1", "\""] {
            assert_eq!(accept(garbage, &["html"]), None, "{garbage}"); // K-319
        }
    }

    #[test]
    fn a_range_with_parameters_names_only_what_has_the_same() {
        // K-316
        assert_eq!(accept("text/html;level=1", &["html"]), None);
        assert_eq!(accept("text/html;level=1", &["text/html;level=1"]), Some("text/html;level=1"));
        assert_eq!(accept("text/html;LEVEL=\"1\"", &["text/html; level=1"]), Some("text/html; level=1"));
        assert_eq!(accept("text/html;level=*", &["text/html;level=9"]), Some("text/html;level=9"));
        assert_eq!(accept("text/html;level=1;level=2", &["text/html;level=2"]), Some("text/html;level=2"));
        assert_eq!(accept("text/html;level=2;level=1", &["text/html;level=2"]), None);
        assert_eq!(accept("text/html;q=1;level=1", &["html"]), Some("html"));
        assert_eq!(accept("text/html", &["text/html;level=1"]), Some("text/html;level=1"));
        let by_parameters = "text/html;level=1;q=0.1, text/html";
        assert_eq!(accept(by_parameters, &["text/html;level=1", "html"]), Some("html"));
    }

    #[test]
    fn a_comma_or_semicolon_in_quotes_belongs_to_the_value() {
        let offers = &["text/html;a=\"b,c;d\"", "png"];
        assert_eq!(accept("text/html;a=\"b,c;d\", image/png;q=0.1", offers), Some(offers[0]));
        assert_eq!(accept("text/html;a=\"image/png,image/png", offers), None);
    }

    #[test]
    fn names_are_the_same_in_any_case() {
        assert_eq!(accept("TEXT/Html;Q=0.5", &["html"]), Some("html")); // K-317
    }

    #[test]
    fn the_list_is_sorted_by_quality_then_by_the_order_of_the_header() {
        // K-306
        assert_eq!(accepted("a/b;q=0.2, c/d, e/*;q=0.5;x, f/g;q=0, h/i;l=1"), ["c/d", "h/i", "e/*", "a/b"]);
        assert_eq!(all(&HeaderMap::new()), ["*/*"]);
        assert!(accepted("").is_empty());
    }

    #[test]
    fn lines_are_one_list() {
        let mut headers = headers(ACCEPT, "text/html;q=0.5");
        headers.append(ACCEPT, HeaderValue::from_static("image/png"));
        assert_eq!(best(&headers, &["html", "png"]), Some("png"));
        assert_eq!(all(&headers), ["image/png", "text/html"]);
    }

    #[test]
    fn a_hostile_header_is_not_compared_with_itself() {
        // 4,000 names, each said twice: 16 million comparisons if each looked for its double
        let names: Vec<_> = (0..4_000).map(|n| n.to_string()).collect();
        let header = format!("text/html;{}=x;{}", names.join("=x;"), names.join(";"));
        // once is enough, on a machine that may be busy
        let is_quick = (0..5).any(|_| {
            let started = Instant::now();
            assert_eq!(accept(&header, &["html", "text/html;a=1"]), None);
            started.elapsed() < Duration::from_secs(2)
        });
        assert!(is_quick);
    }
}
