//! `routes!`: a table of routes as a layer, as an expression or as a named item.
//!
//! [`parse`] reads lines, [`around`] adds to each what the groups around it say, [`pattern`] and [`host`] what stands in their strings, letter by letter in [`spelling`]; [`overlap`] finds routes that never run, as [`cover`] compares their segments; [`lines`]
//! says what each route is to those before it, [`plan`] makes one tree of all patterns, [`emit`] code of that tree, [`matcher`] a type of that code; [`expand`] and [`item`] put the rest around it, and [`urls`] the
//! fns that build urls.

mod around;
mod caret;
mod cover;
mod emit;
mod expand;
mod host;
mod item;
mod lines;
mod matcher;
mod model;
mod names;
mod options;
mod overlap;
mod parse;
mod pattern;
mod plan;
mod spelling;
#[cfg(test)]
mod tests;
mod urls;
mod verbs;

use proc_macro2::TokenStream;
use syn::Generics;

use self::model::Input;
pub(crate) use self::{item::nested, names::name_type};
use crate::{
    diagnostics::Diagnostics,
    tokens::{self, Tokens},
};

/// Expands `[$crate] …`.
pub(crate) fn routes(input: TokenStream) -> TokenStream {
    let (krate, tokens) = match tokens::krate(input, "routes") {
        Ok(taken_apart) => taken_apart,
        Err(error) => return error.into_compile_error(),
    };
    match read(&krate, tokens, None) {
        Ok((Input { item: Some(head), table }, errors)) => item::item(&krate, &head, &table, &errors),
        Ok((Input { item: None, table }, errors)) => expand::expression(&krate, &table, &errors),
        // as one invocation it is an item where items stand, and an expression where these do
        Err(error) => error.into_iter().next().map(syn::Error::into_compile_error).unwrap_or_default(),
    }
}

/// A table that is checked and numbered, and the errors in it. What was refused is not in it.
fn read(krate: &Tokens, tokens: TokenStream, around: Option<&Generics>) -> syn::Result<(Input, Vec<TokenStream>)> {
    let mut diagnostics = Diagnostics::default();
    let mut input = match parse::read(krate, tokens, around, &mut diagnostics) {
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
