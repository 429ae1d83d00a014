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
mod urls;
mod verbs;

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

pub(crate) use self::expand::name_type;
use crate::diagnostics::Diagnostics;

/// Expands `[$crate] …`: `koa_runtime::routes!` puts its own path before what the user wrote.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let krate = match tokens.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        other => {
            let span = other.map_or_else(proc_macro2::Span::call_site, |token| token.span());
            return syn::Error::new(span, "use `koa_runtime::routes!`, not the proc macro behind it").into_compile_error();
        }
    };
    let mut diagnostics = Diagnostics::default();
    let read = parse::read(&krate, tokens.collect(), &mut diagnostics);
    let mut input = match read {
        Ok(input) => input,
        Err(error) => {
            diagnostics.add(error);
            let errors = diagnostics.finish();
            return quote!({ #(#errors)* });
        }
    };
    overlap::check(&input.table.routes(), &input.table.others, &input.table.options, &mut diagnostics);
    let errors = diagnostics.finish();
    let turned = expand::number(&mut input.table.branches);
    let errors = match turned {
        Ok(()) => errors,
        Err(error) => errors.into_iter().chain([error.into_compile_error()]).collect(),
    };
    match &input.item {
        Some(head) => item::item(&krate, head, &input.table, &errors),
        None => expand::expression(&krate, &input.table, &errors),
    }
}
