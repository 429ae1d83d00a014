//! What the client prefers.

/// How the client likes one offer, by the range that fits it best.
#[derive(Clone, Copy)]
pub(super) struct Liking {
    quality: f64,
    /// How closely the range names the offer; 0 is a wildcard.
    closeness: u8,
    /// Where in the header the range stands.
    place: usize,
}

/// How the client likes an offer: the range that names it most closely decides, among equals the best one,
/// among those the last.
///
/// `fits` tells how closely a range names the offer, and its quality; `None` if it means something else.
pub(super) fn liking<R>(ranges: impl Iterator<Item = R>, fits: impl Fn(&R) -> Option<(u8, f64)>) -> Liking {
    let mut best = Liking { quality: 0.0, closeness: 0, place: 0 };
    for (place, range) in ranges.enumerate() {
        let Some((closeness, quality)) = fits(&range) else { continue };
        // qualities that do not compare, because one is no number, count as equal
        let loses = closeness < best.closeness || closeness == best.closeness && quality < best.quality;
        if !loses {
            best = Liking { quality, closeness, place };
        }
    }
    best
}

/// The offer that is liked best (K-308): by quality, then by how closely it is named, then by the order of the
/// header, then by the order of the offers. `None` if none is acceptable.
pub(super) fn preferred<'o>(offers: &[&'o str], like: impl Fn(&'o str) -> Option<Liking>) -> Option<&'o str> {
    let mut best: Option<(Liking, &str)> = None;
    for offer in offers {
        let Some(liking) = like(offer).filter(|liking| liking.quality > 0.0) else { continue };
        if best.is_none_or(|(best, _)| liking.beats(best)) {
            best = Some((liking, offer));
        }
    }
    best.map(|(_, offer)| offer)
}

impl Liking {
    fn beats(self, other: Self) -> bool {
        let by_quality = self.quality.total_cmp(&other.quality);
        by_quality.then(self.closeness.cmp(&other.closeness)).then(other.place.cmp(&self.place)).is_gt()
    }
}

/// The ranges that are acceptable, the best first (K-306).
pub(super) fn ranked<'h>(ranges: impl Iterator<Item = (&'h str, f64)>) -> Vec<&'h str> {
    let mut acceptable: Vec<_> = ranges.filter(|(_, quality)| *quality > 0.0).collect();
    // stable: among equals the order of the header holds
    acceptable.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    acceptable.into_iter().map(|(range, _)| range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(offers: &[(&'static str, Liking)]) -> Option<&'static str> {
        let names: Vec<_> = offers.iter().map(|(name, _)| *name).collect();
        preferred(&names, |name| offers.iter().find(|(known, _)| *known == name).map(|(_, liking)| *liking))
    }

    fn like(quality: f64, closeness: u8, place: usize) -> Liking {
        Liking { quality, closeness, place }
    }

    #[test]
    fn quality_goes_before_closeness_before_place_before_the_order_of_the_offers() {
        assert_eq!(best(&[("a", like(0.5, 6, 0)), ("b", like(0.6, 0, 9))]), Some("b"));
        assert_eq!(best(&[("a", like(1.0, 0, 0)), ("b", like(1.0, 6, 9))]), Some("b"));
        assert_eq!(best(&[("a", like(1.0, 6, 1)), ("b", like(1.0, 6, 0))]), Some("b"));
        assert_eq!(best(&[("a", like(1.0, 6, 1)), ("b", like(1.0, 6, 1))]), Some("a"));
        assert_eq!(best(&[("a", like(f64::INFINITY, 0, 0)), ("b", like(f64::INFINITY, 1, 0))]), Some("b"));
    }

    #[test]
    fn what_has_no_quality_is_not_acceptable() {
        for quality in [0.0, -1.0, f64::NAN] {
            assert_eq!(best(&[("a", like(quality, 6, 0))]), None);
        }
        assert_eq!(best(&[]), None);
    }

    #[test]
    fn the_closest_range_decides_then_the_best_then_the_last() {
        let place = |ranges: &[(u8, f64)]| liking(ranges.iter(), |range| Some(**range)).place;
        assert_eq!(place(&[(0, 1.0), (6, 0.1), (4, 0.9)]), 1);
        assert_eq!(place(&[(6, 0.1), (6, 0.2), (6, 0.1)]), 1);
        assert_eq!(place(&[(6, 0.2), (6, 0.2), (0, 1.0)]), 1);
        assert_eq!(place(&[(6, 0.2), (6, f64::NAN)]), 1);
        assert_eq!(place(&[(6, f64::NAN), (6, 0.1)]), 1);
    }
}
