//! What `Accept-Encoding` and `Accept-Charset` have in common: their ranges are plain words, and `*`.

use super::list::range_and_parameters;
use super::preference::{Liking, liking};
use super::quality::{parameters, quality};
use crate::header::Elements;

/// A word, and how much the client likes what goes by it.
#[derive(Clone, Copy)]
pub(super) struct Token<'t> {
    pub(super) name: &'t str,
    pub(super) quality: f64,
}

impl Token<'_> {
    /// How closely this token names the offer, and its quality.
    fn fits(&self, offer: &str) -> Option<(u8, f64)> {
        if self.name.eq_ignore_ascii_case(offer) {
            return Some((1, self.quality));
        }
        (self.name == "*").then_some((0, self.quality))
    }
}

pub(super) fn tokens<'h>(lines: impl Iterator<Item = &'h [u8]>) -> impl Iterator<Item = Token<'h>> {
    lines.flat_map(Elements::plain).filter_map(|member| {
        let (name, rest) = range_and_parameters(member)?;
        let quality = rest.map_or(1.0, |rest| quality(parameters(rest)));
        Some(Token { name, quality })
    })
}

pub(super) fn liking_of<'h>(tokens: impl Iterator<Item = Token<'h>>, offer: &str) -> Liking {
    liking(tokens, |token| token.fits(offer))
}
