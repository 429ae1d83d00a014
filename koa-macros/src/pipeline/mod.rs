//! `pipeline!`: layers in a row, as an expression or as a named item.

mod expand;
mod item;
mod model;
mod parse;
mod stage_type;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser as _;

use self::model::Input;
pub(crate) use self::{
    expand::{all, bind, chain, local, off, passes, reach, stage_name, value, walk},
    item::{Made, Named, cfg_attributes, check},
    model::{Head, Stage},
    parse::{head, is_item, stage, stages},
};

/// Expands `[$crate] …`: `koa_runtime::pipeline!` puts its own path before what the user wrote.
pub(crate) fn pipeline(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let krate = match tokens.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        other => {
            return syn::Error::new(
                other.map_or_else(proc_macro2::Span::call_site, |token| token.span()),
                "use `koa_runtime::pipeline!`, not the proc macro behind it",
            )
            .into_compile_error();
        }
    };
    let tokens: TokenStream = tokens.collect();
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
