//! What a router remembers of the routes that do not fit.

use super::matching::Verb;

/// What would have matched but for a detail.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// With one of these methods, as bits.
    pub methods: u32,
    /// With a slash more, or one less.
    pub slash: bool,
    /// Only routes with a lower number count.
    until: u32,
}

impl Default for Near {
    fn default() -> Self {
        Self::before(u32::MAX)
    }
}

impl Near {
    /// Nothing yet, and nothing ever of the routes from number `route` on.
    #[must_use]
    pub const fn before(route: u32) -> Self {
        Self { methods: 0, slash: false, until: route }
    }

    /// With one of these methods, route number `route` would have matched.
    #[inline]
    pub const fn allow(&mut self, route: u32, methods: u32) {
        if route < self.until {
            self.methods |= methods;
        }
    }

    /// With one of these methods, a route would have matched another spelling of the path.
    #[inline]
    pub const fn respell(&mut self, methods: u32, verb: Verb) {
        // what is taken by a mount has only the spelling that it has
        if self.until == u32::MAX {
            self.slash |= methods >> verb.0 & 1 == 1;
            self.methods |= methods;
        }
    }
}
