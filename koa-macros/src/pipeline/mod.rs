//! `pipeline!`: layers in a row, as an expression or as a named item.

mod expand;
mod item;
mod model;
mod parse;
mod stage_type;

use proc_macro2::TokenStream;
use syn::parse::Parser as _;

use self::model::Input;
pub(crate) use self::{
    expand::{all, bind, chain, chain_type, local, off, passes, reach, reads, stage_name, value, walk},
    item::{Made, Named, cfg_attributes, check},
    model::{Head, Stage},
    parse::{head, is_item, stage, stages},
};
use crate::tokens;

/// Expands `[$crate] …`.
pub(crate) fn pipeline(input: TokenStream) -> TokenStream {
    let (krate, tokens) = match tokens::krate(input, "pipeline") {
        Ok(taken_apart) => taken_apart,
        Err(error) => return error.into_compile_error(),
    };
    let is_item = parse::is_item.parse2(tokens.clone()).is_ok_and(|is_item| is_item);
    match (|input: syn::parse::ParseStream<'_>| parse::input(&krate, input)).parse2(tokens) {
        Ok(Input::Expression(stages)) => expand::expression(&krate, &stages),
        Ok(Input::Item(item)) => item::item(&krate, &item),
        Err(error) if is_item => error.into_compile_error(),
        Err(error) => {
            // several errors are several statements
            let errors = error.into_compile_error();
            quote::quote!({ #errors })
        }
    }
}
