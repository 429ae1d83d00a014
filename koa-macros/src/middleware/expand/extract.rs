//! What is made of the request before the user's fn runs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;

use super::{context, hidden};
use crate::{
    middleware::model::{Extract, Layer, Source},
    tokens::{generated_at, shown_at},
};

/// The values, in the order written, for the beginning of the async block that calls the user's fn; and what they are
/// called there.
pub(super) fn all(layer: &Layer) -> (Option<TokenStream>, Vec<Ident>) {
    let names: Vec<Ident> = layer.extracts().enumerate().map(|(number, _)| hidden('V', number)).collect();
    if names.is_empty() {
        return (None, names);
    }
    let values = layer.extracts().zip(&names).map(|(extract, name)| value(layer, extract, name));
    let values = quote_spanned! {Span::mixed_site()=>
        // text and bytes do without
        #[allow(unused_imports)]
        use __koa::Typed as _;
        #(#values)*
    };
    (Some(values), names)
}

/// An error of it is that of the layer.
fn value(layer: &Layer, Extract { source, ty, .. }: &Extract, name: &Ident) -> TokenStream {
    let context = context(layer);
    let request = quote_spanned!(Span::mixed_site()=> <#context as __koa::OverHttp>::request);
    let request = shown_at(&context, request);
    let request = quote_spanned!(Span::mixed_site()=> #request(&mut *ctx));
    let wanted = quote_spanned!(Span::mixed_site()=> __koa::Wanted::<#ty>::new());
    // rustc reports a bound of a method at its name
    let method = |name: &str| Ident::new(name, ty.span());
    let limit = match source {
        Source::Query => {
            let query = method("__query");
            return bind(name, &quote_spanned!(Span::mixed_site()=> #wanted.#query(#request)));
        }
        Source::Body { limit: None } => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
        Source::Body { limit: Some(limit) } => {
            let number = Ident::new("usize", generated_at(limit));
            quote_spanned! {Span::mixed_site()=>
                ::core::option::Option::Some({
                    let __limit: #number = #limit;
                    __limit
                })
            }
        }
    };
    let body = Ident::new("__body", Span::mixed_site());
    let read = bind(&body, &quote_spanned!(Span::mixed_site()=> #wanted.__read(#request, #limit).await));
    let value = method("__value");
    let value = bind(name, &quote_spanned!(Span::mixed_site()=> #wanted.#value(#body)));
    quote_spanned!(Span::mixed_site()=> #read #value)
}

fn bind(name: &Ident, result: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        let #name = match #result {
            ::core::result::Result::Ok(__value) => __value,
            ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
        };
    }
}
