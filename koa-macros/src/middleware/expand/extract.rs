//! What is made of the request before the user's fn runs.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{Expr, Type, spanned::Spanned as _};

use super::{
    Indices, context,
    generics::{self, Generics},
    hidden,
};
use crate::{
    middleware::model::{How, Layer, Param, Source},
    tokens::{generated_at, shown_at},
};

/// The values, in the order written, for the beginning of the async block that calls the user's fn; and what they are
/// called there.
pub(super) fn all(layer: &Layer, indices: &Indices) -> (Option<TokenStream>, Vec<TokenStream>) {
    let names: Vec<Ident> = layer.extracts().enumerate().map(|(number, _)| hidden('V', number)).collect();
    if names.is_empty() {
        return (None, Vec::new());
    }
    let mut params = indices.params.iter();
    let values: Vec<TokenStream> = layer
        .extracts()
        .zip(&names)
        .map(|(extract, name)| match &extract.source {
            Source::Param(param) => read(param, &extract.ty, name, params.next()),
            Source::Query => query(layer, &extract.ty, name),
            Source::Body { limit } => body(layer, limit.as_ref(), &extract.ty, name),
        })
        .collect();
    let arguments = layer.extracts().zip(&names).map(|(extract, name)| match &extract.source {
        Source::Param(Param { how: How::Str, .. }) => quote_spanned!(Span::mixed_site()=> &*#name),
        Source::Param(Param { how: How::OptionalStr, .. }) => quote_spanned!(Span::mixed_site()=> #name.as_deref()),
        _ => name.to_token_stream(),
    });
    let arguments = arguments.collect();
    let values = quote_spanned! {Span::mixed_site()=>
        // text and bytes do without
        #[allow(unused_imports)]
        use __koa::Typed as _;
        #(#values)*
    };
    (Some(values), arguments)
}

/// What a route has captured, as the layer wants it.
fn read(Param { name, how }: &Param, ty: &Type, bound: &Ident, index: Option<&Ident>) -> TokenStream {
    let text = Literal::string(&name.to_string());
    let (fact, captured) = (fact(how, ty), quote_spanned!(Span::mixed_site()=> __koa::At::<#index>::at(__env)));
    let method = |name: &str| Ident::new(name, Span::mixed_site());
    let (method, is_sure) = match how {
        How::Value => (method("value"), false),
        How::Str => (method("text"), false),
        How::OptionalStr => (method("optional_text"), false),
        How::Borrowed(_) => (method("lend"), true),
        How::OptionalBorrowed(_) => (method("lend_optional"), true),
        How::Segments => (method("segments"), true),
    };
    if is_sure {
        quote_spanned!(Span::mixed_site()=> let #bound = #fact::#method(#captured);)
    } else {
        bind(bound, &quote_spanned!(Span::mixed_site()=> #fact::#method(#captured, #text)))
    }
}

/// What runs knows of a capture: this one trait.
fn fact(how: &How, ty: &Type) -> TokenStream {
    match how {
        How::Value => quote_spanned!(Span::mixed_site()=> __koa::ParamValue::<#ty>),
        How::Str => quote_spanned!(Span::mixed_site()=> __koa::ParamText),
        How::OptionalStr => quote_spanned!(Span::mixed_site()=> __koa::ParamOptionalText),
        How::Borrowed(ty) => quote_spanned!(Span::mixed_site()=> __koa::ParamHeld::<#ty>),
        How::OptionalBorrowed(ty) => quote_spanned!(Span::mixed_site()=> __koa::ParamOptionalHeld::<#ty>),
        How::Segments => quote_spanned!(Span::mixed_site()=> __koa::ParamSegments),
    }
}

/// The name of a capture as a type, as `routes!` writes it.
pub(super) fn name_type(name: &Ident) -> TokenStream {
    crate::routes::name_type(&quote_spanned!(Span::mixed_site()=> __koa), &name.to_string())
}

/// What the kind of a capture must be for a parameter to be read, as the check walk asks it at `index`.
pub(super) fn read_bound(layer: &Layer, how: &How, ty: &Type, index: &Ident) -> TokenStream {
    let this = generics::self_type(layer);
    shown_at(
        ty,
        match how {
            How::Value => quote_spanned!(Span::mixed_site()=> __koa::ReadAs<#ty, #this, #index>),
            How::Str => quote_spanned!(Span::mixed_site()=> __koa::ReadText<#this, #index>),
            How::Borrowed(ty) => quote_spanned!(Span::mixed_site()=> __koa::Lends<#ty, #this, #index>),
            How::OptionalStr => quote_spanned!(Span::mixed_site()=> __koa::ReadOptionalText<#this, #index>),
            How::OptionalBorrowed(ty) => quote_spanned!(Span::mixed_site()=> __koa::LendsOptional<#ty, #this, #index>),
            How::Segments => quote_spanned!(Span::mixed_site()=> __koa::ReadSegments<#this, #index>),
        },
    )
}

/// `__E: At<__P0, Value: ParamValue<u64>>`
pub(super) fn add_params(layer: &Layer, indices: &Indices, generics: &mut Generics) {
    for ((param, ty), index) in layer.params().zip(&indices.params) {
        let fact = fact(&param.how, ty);
        generics.add_predicate(quote_spanned!(Span::mixed_site()=> __E: __koa::At<#index, Value: #fact>));
    }
}

/// An error of it is that of the layer.
fn query(layer: &Layer, ty: &Type, name: &Ident) -> TokenStream {
    let (request, wanted, method) = (request(layer), wanted(ty), method("__query", ty));
    bind(name, &quote_spanned!(Span::mixed_site()=> #wanted.#method(#request)))
}

/// An error of it is that of the layer.
fn body(layer: &Layer, limit: Option<&Expr>, ty: &Type, name: &Ident) -> TokenStream {
    let (request, wanted, method) = (request(layer), wanted(ty), method("__value", ty));
    let limit = if let Some(limit) = limit {
        let number = Ident::new("usize", generated_at(limit));
        quote_spanned! {Span::mixed_site()=>
            ::core::option::Option::Some({
                let __limit: #number = #limit;
                __limit
            })
        }
    } else {
        quote_spanned!(Span::mixed_site()=> ::core::option::Option::None)
    };
    let body = Ident::new("__body", Span::mixed_site());
    let read = bind(&body, &quote_spanned!(Span::mixed_site()=> #wanted.__read(#request, #limit).await));
    let value = bind(name, &quote_spanned!(Span::mixed_site()=> #wanted.#method(#body)));
    quote_spanned!(Span::mixed_site()=> #read #value)
}

fn request(layer: &Layer) -> TokenStream {
    let context = context(layer);
    let request = shown_at(&context, quote_spanned!(Span::mixed_site()=> <#context as __koa::OverHttp>::request));
    quote_spanned!(Span::mixed_site()=> #request(&mut *ctx))
}

fn wanted(ty: &Type) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> __koa::Wanted::<#ty>::new())
}

/// A method that makes a `ty`: rustc reports a bound of it at its name.
fn method(name: &str, ty: &Type) -> Ident {
    Ident::new(name, ty.span())
}

fn bind(name: &Ident, result: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        let #name = match #result {
            ::core::result::Result::Ok(__value) => __value,
            ::core::result::Result::Err(__error) => return ::core::result::Result::Err(__error),
        };
    }
}
