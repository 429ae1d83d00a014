//! Methods, numbered as `koa_runtime` numbers them.

use crate::diagnostics::listed;

/// Those that every server knows, in the order of their numbers.
pub(super) const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];

/// The number of `GET`.
pub(super) const GET: u8 = 0;
/// The number of `HEAD`.
pub(super) const HEAD: u8 = 1;
/// As many methods as a table may have: one bit of a `u32` for each, and one number for all the others.
pub(super) const MOST: usize = 31;

/// The methods of a route.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Verbs {
    /// `*`
    Any,
    /// Their numbers, in the order written.
    These(Vec<u8>),
}

impl Verbs {
    /// The requests that the route is for, as bits: a GET is answered to HEAD too.
    pub(super) fn bits(&self) -> u32 {
        let written = self.written();
        if written & 1 << GET == 0 { written } else { written | 1 << HEAD }
    }

    /// Whether it is written.
    pub(super) fn names(&self, verb: u8) -> bool {
        matches!(self, Self::These(numbers) if numbers.contains(&verb))
    }

    /// The methods as written, as bits.
    pub(super) fn written(&self) -> u32 {
        match self {
            Self::Any => u32::MAX,
            Self::These(numbers) => numbers.iter().fold(0, |bits, number| bits | 1 << number),
        }
    }
}

/// Why this is no method, if it is none.
pub(super) fn not_a_method(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    if KNOWN.contains(&text) {
        return None;
    }
    if text == "ALL" || text == "ANY" || text == "all" || text == "any" {
        return Some("every method is written `*`".to_owned());
    }
    if text == "DEL" || text == "del" {
        return Some("this method is called `DELETE`".to_owned());
    }
    if KNOWN.contains(&&*upper) {
        return Some(format!("methods are written in capitals: `{upper}`"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_uppercase() || b"_-".contains(&byte) || byte.is_ascii_digit()) {
        return Some(format!(
            "`{text}` is no method: those that every server knows are {}; others are written in capitals too",
            listed(&KNOWN)
        ));
    }
    // one letter away from a method that everybody knows is a slip
    KNOWN
        .iter()
        .find(|known| distance(known, text) == 1)
        .map(|known| format!("there is no method `{text}`: is it `{known}`?"))
}

/// How many letters must be changed, added, left out or swapped with their neighbour, up to two.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    match (one, other) {
        ([], []) => 0,
        ([a, b], [c, d]) if a == d && b == c => 1,
        (one, other) if one.len() <= 1 && other.len() <= 1 => 1,
        _ => 2,
    }
}
