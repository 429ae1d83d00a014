//! Every mistake, reported at once.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far. [`finish`](Self::finish) must be called, so that none is lost.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
    finished: bool,
}

impl Diagnostics {
    /// One sentence about the user's program, at the user's own tokens.
    pub(crate) fn refuse(&mut self, at: impl ToTokens, sentence: impl Display) {
        self.add(syn::Error::new_spanned(at, sentence));
    }

    /// A mistake that syn found.
    pub(crate) fn add(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// A `compile_error!` for each mistake. Each can stand as an item or as an expression.
    pub(crate) fn finish(mut self) -> Vec<TokenStream> {
        self.finished = true;
        let errors = std::mem::take(&mut self.errors);
        errors.iter().map(syn::Error::to_compile_error).collect()
    }

    /// The sentences, for tests.
    #[cfg(test)]
    pub(crate) fn into_sentences(mut self) -> Vec<String> {
        self.finished = true;
        let errors = std::mem::take(&mut self.errors);
        errors.iter().map(ToString::to_string).collect()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        // while a panic is already under way, a second one would abort and hide it
        debug_assert!(self.finished || std::thread::panicking(), "diagnostics were dropped without being reported");
    }
}

/// Words as code, in a sentence.
pub(crate) fn listed(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_reported_in_the_order_they_were_found() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.refuse(quote::quote!(a), "first");
        diagnostics.add(syn::Error::new(proc_macro2::Span::call_site(), "second"));
        assert_eq!(diagnostics.into_sentences(), ["first", "second"]);
    }

    #[test]
    fn without_a_mistake_nothing_is_reported() {
        assert!(Diagnostics::default().finish().is_empty());
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "dropped without being reported")]
    fn forgetting_to_report_panics() {
        drop(Diagnostics::default());
    }
}
