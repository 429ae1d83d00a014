//! `#[middleware]`: a layer of an `async fn`.

mod attributes;
mod body;
mod check;
mod config;
mod expand;
mod extract;
mod lifetimes;
mod model;
mod parse;
mod roles;

#[cfg(test)]
mod tests;
mod values;
mod wrapped;

use proc_macro2::TokenStream;

use self::{
    model::Layer,
    parse::{Head, Parsed},
};
use crate::diagnostics::Diagnostics;

/// The code for a layer; for one that was refused, every mistake and what keeps rustc from adding its own.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let koa = parse::arguments(arguments, &mut diagnostics);
    let fallback = match parse::item(item.clone(), &mut diagnostics) {
        Parsed::NotAFn => {
            diagnostics.refuse(&item, "`#[middleware]` makes a layer of an `async fn`, and this is something else");
            // behind the error, an expression would be one too many
            if parse::is_closure(&item) { TokenStream::new() } else { item }
        }
        Parsed::Nameless => TokenStream::new(),
        Parsed::Broken(Head { attributes, vis, name, .. }) => expand::stub(&attributes, &vis, &name, &koa),
        Parsed::Whole(item) => {
            // in an `impl` there can stand no struct
            let is_method = item.parameters.iter().any(|parameter| matches!(parameter, syn::FnArg::Receiver(_)));
            let mut layer = Layer::new(*item, koa, &mut diagnostics);
            check::check(&mut layer, &mut diagnostics);
            let errors = diagnostics.finish();
            return if errors.is_empty() && !layer.qualifiers.is_disordered {
                expand::layer(&layer)
            } else if is_method {
                errors.into_iter().collect()
            } else {
                layer.forget_refused_types();
                expand::fallback(&layer, errors)
            };
        }
    };
    diagnostics.finish().into_iter().chain([fallback]).collect()
}
