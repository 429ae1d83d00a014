//! What a table is set to: `#![trailing_slash(redirect)]`, `#![case(ignore)]`, `#![bad_param(400)]`, `#![urls(post_urls)]`.

use syn::Ident;

/// The settings of a table.
#[derive(Clone)]
pub(super) struct Options {
    pub(super) slash: Slash,
    pub(super) case: Case,
    /// What is answered when a `#[param]` does not parse.
    pub(super) status: u16,
    /// The module of the fns that build urls.
    pub(super) urls: Option<Ident>,
}

/// What a slash at the end of a path means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Slash {
    /// As much as any other byte.
    Strict,
    /// One slash more than the pattern has is nothing.
    Ignore,
    /// With one more, or one less, it is another spelling, and the client is sent to the right one.
    Redirect,
}

/// Whether `/Users` is `/users`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Exact,
    Ignore,
}

impl Default for Options {
    fn default() -> Self {
        Self { slash: Slash::Ignore, case: Case::Exact, status: 404, urls: None }
    }
}
