//! What a context says of its request, for logs.

use std::fmt;

use crate::{Protocol, Result};

/// What is asked.
pub(super) struct Asked<'c, C>(pub(super) &'c C);

impl<C: Protocol> fmt::Display for Asked<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_asked(f)
    }
}

/// How it was answered.
pub(super) struct Answered<'c, C>(pub(super) &'c C, pub(super) &'c Result);

impl<C: Protocol> fmt::Display for Answered<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_answered(self.1, f)
    }
}
