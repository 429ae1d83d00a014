//! Methods, numbered as `koa_runtime` numbers them.

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
        match self {
            Self::Any => u32::MAX,
            Self::These(numbers) => {
                let bits = numbers.iter().fold(0, |bits, number| bits | 1 << number);
                if bits & 1 << GET == 0 { bits } else { bits | 1 << HEAD }
            }
        }
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
