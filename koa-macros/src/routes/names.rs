//! What the steps of a check walk bind.

use proc_macro2::{Ident, Span};
use quote::format_ident;

use crate::pipeline::stage_name;

/// Names, each of its own, that the user's code cannot see.
#[derive(Default)]
pub(super) struct Names {
    count: usize,
}

impl Names {
    pub(super) fn next(&mut self, what: &str, span: Span) -> Ident {
        format_ident!("__{what}{}", self.number(), span = Span::mixed_site().located_at(span))
    }

    /// See [`stage_name`].
    pub(super) fn stage(&mut self, span: Span) -> Ident {
        stage_name(self.number(), span)
    }

    pub(super) fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}
