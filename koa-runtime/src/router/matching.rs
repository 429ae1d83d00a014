//! What the code that `routes!` writes is made of: it walks the bytes of a path, and these look at one segment each.

use std::{
    marker::PhantomData,
    str::{FromStr, from_utf8},
};

use http::Method;

use super::param::decoded;

/// A stretch of the path, or of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Default for Span {
    fn default() -> Self {
        Self::ABSENT
    }
}

impl Span {
    /// What may be missing is.
    pub const ABSENT: Self = Self { start: u32::MAX, end: 0 };

    /// `length` bytes from `start` on. A url is never as long as a `u32` counts.
    #[must_use]
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    pub const fn new(start: usize, length: usize) -> Self {
        Self { start: start as u32, end: (start + length) as u32 }
    }

    /// [`new`](Self::new), or nothing if it has no bytes.
    #[must_use]
    pub const fn if_any(start: usize, length: usize) -> Self {
        if length == 0 { Self::ABSENT } else { Self::new(start, length) }
    }

    /// It in the text that it is a stretch of.
    #[must_use]
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }

    /// It in a segment that begins at `offset`.
    #[must_use]
    pub fn within(self, segment: &[u8], offset: usize) -> &[u8] {
        let place = (self.start as usize).saturating_sub(offset)..(self.end as usize).saturating_sub(offset);
        segment.get(place).unwrap_or_default()
    }
}

/// The number of a method: those that every server knows come first, then those of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb(pub u8);

/// In the order in which `Allow` lists them, with their numbers: HEAD before the GET that it comes with (K-501).
const KNOWN: [(u8, &str); 9] = [
    (1, "HEAD"),
    (0, "GET"),
    (2, "POST"),
    (3, "PUT"),
    (4, "PATCH"),
    (5, "DELETE"),
    (6, "OPTIONS"),
    (7, "TRACE"),
    (8, "CONNECT"),
];

/// Where a method stands among those that every server knows; others come behind them.
pub(super) fn order(method: &str) -> usize {
    KNOWN.iter().position(|(_, known)| *known == method).unwrap_or(KNOWN.len())
}

impl Verb {
    /// A method that no route of the table names.
    const NONE: Self = Self(31);

    #[inline]
    pub(super) fn of(method: &Method, others: &[&str]) -> Self {
        Self(match *method {
            Method::GET => 0,
            Method::HEAD => 1,
            Method::POST => 2,
            Method::PUT => 3,
            Method::PATCH => 4,
            Method::DELETE => 5,
            Method::OPTIONS => 6,
            Method::TRACE => 7,
            Method::CONNECT => 8,
            _ => return Self::other(method, others),
        })
    }

    fn other(method: &Method, others: &[&str]) -> Self {
        let number = others.iter().position(|other| *other == method.as_str());
        number.and_then(|number| u8::try_from(number + KNOWN.len()).ok()).map_or(Self::NONE, Self)
    }

    /// The names of methods that are given as bits.
    pub(super) fn names(bits: u32, others: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
        let others = (9..).zip(others).map(|(number, name)| (number, *name));
        KNOWN.into_iter().chain(others).filter(move |(number, _)| bits & 1 << number != 0).map(|(_, name)| name)
    }
}

/// What has matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The number of the route in its table.
    pub route: u32,
    /// Where what follows a mount begins in the path.
    pub rest: u32,
}

/// A route that was found while one that stands before it may still be.
#[derive(Debug)]
pub struct Noted<S> {
    best: Option<(usize, Hit, S)>,
}

impl<S: Copy> Noted<S> {
    /// None yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the macro calls it")]
    pub const fn new() -> Self {
        Self { best: None }
    }

    /// Route number `index` is found.
    pub fn note(&mut self, index: usize, hit: Hit, at: &S) {
        if self.is_behind(index) {
            self.best = Some((index, hit, *at));
        }
    }

    /// Whether what is noted, if anything is, stands behind route number `index`.
    #[must_use]
    pub fn is_behind(&self, index: usize) -> bool {
        self.best.as_ref().is_none_or(|(best, ..)| *best > index)
    }

    /// What is noted.
    pub fn take(&mut self, at: &mut S) -> Option<Hit> {
        let (_, hit, spans) = self.best.take()?;
        *at = spans;
        Some(hit)
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
/// `/`
const SLASH: u64 = 0x2F;

/// Where the first of eight bytes is a slash, if one is.
#[inline]
fn slash_in(word: u64) -> Option<usize> {
    // a byte that is zero after the xor is the lowest one to borrow from its highest bit
    let word = word ^ (ONES * SLASH);
    let found = word.wrapping_sub(ONES) & !word & (ONES << 7);
    (found != 0).then_some(found.trailing_zeros() as usize / 8)
}

/// Where the first slash is; the length if there is none. Eight bytes are looked at at once.
#[inline]
fn slash(p: &[u8]) -> usize {
    let mut at = 0;
    let mut rest = p;
    while let Some((chunk, more)) = rest.split_first_chunk() {
        if let Some(found) = slash_in(u64::from_le_bytes(*chunk)) {
            return at + found;
        }
        at += 8;
        rest = more;
    }
    if let Some(last) = p.last_chunk() {
        // those before the rest are no slashes
        return slash_in(u64::from_le_bytes(*last)).map_or(p.len(), |found| p.len() - 8 + found);
    }
    let word = match (p.first_chunk(), p.last_chunk()) {
        (Some(first), Some(last)) => {
            let last = u64::from(u32::from_le_bytes(*last));
            u64::from(u32::from_le_bytes(*first)) | last << (8 * (p.len() & 7) - 32)
        }
        _ => match *p {
            [] => 0,
            [one] => u64::from(one),
            [one, two] => u64::from(u16::from_le_bytes([one, two])),
            [one, two, three, ..] => u64::from(u32::from_le_bytes([one, two, three, 0])),
        },
    };
    slash_in(word).unwrap_or(p.len())
}

/// The segment that `p` begins with, and what follows it. `None` if it is empty or a step, `.` or `..`, however that is encoded:
/// no capture is either.
#[must_use]
#[inline]
pub fn segment(p: &[u8]) -> Option<(&[u8], &[u8])> {
    // the length goes through a register, which the slices would not
    match length(p) {
        0 => None,
        length => p.split_at_checked(length),
    }
}

/// The length of the segment, or 0 for what no capture is. One fn for all places in all tables, which keeps them small.
#[inline(never)]
fn length(p: &[u8]) -> usize {
    let length = slash(p);
    if let [b'.' | b'%', ..] = p { length_unless_step(p, length) } else { length }
}

#[cold]
#[inline(never)]
fn length_unless_step(p: &[u8], length: usize) -> usize {
    if p.get(..length).is_some_and(is_step) { 0 } else { length }
}

/// `.` or `..`, where `%2e` is a dot too (RFC 3986 §6.2.2.2).
pub(super) fn is_step(segment: &[u8]) -> bool {
    let (mut rest, mut dots) = (segment, 0);
    while !rest.is_empty() {
        rest = match rest {
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => rest,
            _ => return false,
        };
        dots += 1;
    }
    dots <= 2
}

/// Whether `p` is one segment or several, none of them empty and none a step. A slash may end it.
#[must_use]
pub fn is_rest(p: &[u8]) -> bool {
    let mut rest = p;
    loop {
        let Some((_, behind)) = segment(rest) else { return false };
        match behind {
            [] | [b'/'] => return true,
            [_, more @ ..] => rest = more,
        }
    }
}

/// [`is_rest`], or nothing.
#[must_use]
pub fn is_any_rest(p: &[u8]) -> bool {
    p.is_empty() || is_rest(p)
}

/// Tells whether the route can parse a `T` from a segment.
#[derive(Debug)]
pub struct Fits<T>(PhantomData<fn() -> T>);

impl<T> Fits<T> {
    /// Says of which type.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the macro calls it")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T: FromStr> Fits<T> {
    /// Whether it can.
    #[must_use]
    pub fn the(self, segment: &[u8]) -> bool {
        let text = from_utf8(segment).ok().and_then(decoded);
        text.is_some_and(|text| text.parse::<T>().is_ok())
    }
}

/// What no text parses as fits nothing. It is refused where the route is entered, and not a second time here.
pub trait Unfit: Sized {
    /// It does not.
    fn the(self, _segment: &[u8]) -> bool {
        false
    }
}

impl<T> Unfit for Fits<T> {}

/// `p` behind a prefix in lower case, which `p` may have in any case.
#[must_use]
pub fn without_prefix<'p>(p: &'p [u8], prefix: &[u8]) -> Option<&'p [u8]> {
    let (start, behind) = p.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(behind)
}

#[cfg(test)]
mod tests;
