//! What a table is set to: `#![trailing_slash(redirect)]`, `#![case(ignore)]`, `#![bad_param(400)]`, `#![urls(post_urls)]`.

use syn::{Attribute, Ident, LitInt, ext::IdentExt as _};

use crate::diagnostics::{Diagnostics, listed};

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

impl Options {
    /// `#![trailing_slash(redirect)]` and the like.
    pub(super) fn read(&mut self, attribute: &Attribute, diagnostics: &mut Diagnostics) {
        let choice = |words: &[&str]| -> syn::Result<(usize, Ident)> {
            let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
            let sentence = || format!("`{name}` is one of {}", listed(words));
            let word: Ident = attribute
                .parse_args_with(Ident::parse_any)
                .map_err(|_| syn::Error::new_spanned(attribute, sentence()))?;
            let number = words.iter().position(|one| word == one);
            number.map(|number| (number, word.clone())).ok_or_else(|| syn::Error::new(word.span(), sentence()))
        };
        let read = if attribute.path().is_ident("trailing_slash") {
            choice(&["ignore", "redirect", "strict"])
                .map(|(number, _)| self.slash = [Slash::Ignore, Slash::Redirect, Slash::Strict][number])
        } else if attribute.path().is_ident("case") {
            choice(&["exact", "ignore"]).map(|(number, _)| self.case = [Case::Exact, Case::Ignore][number])
        } else if attribute.path().is_ident("bad_param") {
            status(attribute).map(|status| self.status = status)
        } else if attribute.path().is_ident("urls") {
            attribute.parse_args::<Ident>().map(|module| self.urls = Some(module)).map_err(|_| {
                syn::Error::new_spanned(
                    attribute,
                    "`urls` names the module of the fns that build urls: `#![urls(user_urls)]`",
                )
            })
        } else {
            let sentence =
                "a table is set with `#![trailing_slash(…)]`, `#![case(…)]`, `#![bad_param(…)]` or `#![urls(…)]`";
            Err(syn::Error::new_spanned(attribute, sentence))
        };
        if let Err(error) = read {
            diagnostics.add(error);
        }
    }
}

/// `bad_param(400)`
pub(super) fn status(attribute: &Attribute) -> syn::Result<u16> {
    let sentence = "`bad_param` is `404`, as if there were no such path, or `400`";
    let status: LitInt = attribute.parse_args().map_err(|_| syn::Error::new_spanned(attribute, sentence))?;
    match status.base10_parse() {
        Ok(status @ (400 | 404)) => Ok(status),
        _ => Err(syn::Error::new(status.span(), sentence)),
    }
}
