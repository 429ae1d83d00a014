//! `routes!`: a table of routes as a layer, as an expression or as a named item.
//!
//! [`parse`] reads lines, [`pattern`] and [`host`] what stands in their strings; [`overlap`] finds routes that never run; [`plan`]
//! makes one tree of all patterns, [`emit`] code of that tree; [`expand`] and [`item`] put the rest around it, and [`urls`] the
//! fns that build urls.

mod caret;
mod emit;
mod expand;
mod host;
mod item;
mod model;
mod options;
mod overlap;
mod parse;
mod pattern;
mod plan;
#[cfg(test)]
mod tests;
mod urls;
mod verbs;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use self::model::Input;
pub(crate) use self::{expand::name_type, item::nested};
use crate::diagnostics::Diagnostics;

/// Expands `[$crate] …`: `koa_runtime::routes!` puts its own path before what the user wrote.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let krate = match tokens.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        other => {
            let span = other.map_or_else(proc_macro2::Span::call_site, |token| token.span());
            return syn::Error::new(span, "use `koa_runtime::routes!`, not the proc macro behind it")
                .into_compile_error();
        }
    };
    match read(&krate, tokens.collect()) {
        Ok((Input { item: Some(head), table }, errors)) => item::item(&krate, &head, &table, &errors),
        Ok((Input { item: None, table }, errors)) => expand::expression(&krate, &table, &errors),
        Err(error) => {
            let errors = error.into_compile_error();
            quote!({ #errors })
        }
    }
}

/// A table that is checked and numbered, and the errors in it. What was refused is not in it.
fn read(krate: &TokenStream, tokens: TokenStream) -> syn::Result<(Input, Vec<TokenStream>)> {
    let mut diagnostics = Diagnostics::default();
    let mut input = match parse::read(krate, tokens, &mut diagnostics) {
        Ok(input) => input,
        Err(error) => {
            diagnostics.finish();
            return Err(error);
        }
    };
    overlap::check(&input.table.routes(), &input.table.others, &input.table.options, &mut diagnostics);
    if let Err(error) = expand::number(&mut input.table.branches) {
        diagnostics.add(error);
    }
    Ok((input, diagnostics.finish()))
}
