//! What `#[middleware]` makes of which fn, and what it says about which mistake.

mod expansion;
mod fallback;
mod refusals;

use proc_macro2::TokenStream;
use syn::{File, Item, ItemConst, ItemImpl};

use super::{check, model::Layer, parse};
use crate::{diagnostics::Diagnostics, tokens::readable};

/// The expansion of a fn without mistakes, or the fallback of one with some.
fn expand(item: &str) -> File {
    expand_with("", item)
}

fn expand_with(arguments: &str, item: &str) -> File {
    let expanded = super::expand(tokens(arguments), tokens(item));
    syn::parse2(expanded.clone()).unwrap_or_else(|error| panic!("{error} in {expanded}"))
}

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

/// What is said about a fn.
fn sentences(item: &str) -> Vec<String> {
    sentences_with("", item)
}

fn sentences_with(arguments: &str, item: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    let koa = parse::arguments(tokens(arguments), &mut diagnostics);
    if let parse::Parsed::Whole(item) = parse::item(tokens(item), &mut diagnostics) {
        let mut layer = Layer::new(*item, koa, &mut diagnostics);
        check::check(&mut layer, &mut diagnostics);
    }
    diagnostics.into_sentences()
}

/// The items in the block of impls.
fn block(file: &File) -> Vec<Item> {
    let block = file.items.iter().find_map(|item| match item {
        Item::Const(ItemConst { expr, .. }) => Some(&**expr),
        _ => None,
    });
    let Some(syn::Expr::Block(block)) = block else { panic!("no block of impls") };
    let items = block.block.stmts.iter().filter_map(|stmt| match stmt {
        syn::Stmt::Item(item) => Some(item.clone()),
        _ => None,
    });
    items.collect()
}

/// The impl of a trait of `koa_runtime`.
fn imp(file: &File, name: &str) -> ItemImpl {
    let found = block(file).into_iter().find_map(|item| match item {
        Item::Impl(item) => {
            let of = item.trait_.as_ref()?.0.segments.last()?.ident.clone();
            (of == name).then_some(item)
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no impl of {name}"))
}

/// The trait that an impl is for, and its `where` clause.
fn head(imp: &ItemImpl) -> (String, String) {
    (readable(imp.trait_.as_ref().map(|(path, _)| path)), readable(&imp.generics.where_clause))
}
