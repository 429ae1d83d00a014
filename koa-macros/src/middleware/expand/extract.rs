//! What is made of the request before the user's fn runs.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::{Expr, Type, spanned::Spanned as _};

use super::{
    Indices, context,
    generics::{self, Generics},
    hidden,
};
use crate::{
    middleware::model::{Extract, How, Layer, Param, Source},
    tokens::{Tokens, bound_at, generated_at, shown_at},
};

/// What each of the values is called before the user's fn has it.
pub(super) fn names(layer: &Layer) -> Vec<Ident> {
    layer.extracts().enumerate().map(|(number, _)| hidden('V', number)).collect()
}

/// Of text that a fn has to hold so that it can be borrowed there: the type, and how it is borrowed.
pub(super) fn held(extract: &Extract, name: Option<&Ident>) -> Option<(TokenStream, TokenStream)> {
    let Source::Param(Param { how, .. }) = &extract.source else { return None };
    let ty = name.map(held_type);
    match how {
        How::Str => Some((ty.to_token_stream(), quote_spanned!(Span::mixed_site()=> __koa::HeldText::text(&#name)))),
        How::OptionalStr => {
            Some((ty.to_token_stream(), quote_spanned!(Span::mixed_site()=> __koa::HeldText::optional_text(&#name))))
        }
        _ => None,
    }
}

fn held_type(name: &Ident) -> Ident {
    format_ident!("{name}Text", span = Span::mixed_site())
}

/// The type parameters for what is held.
pub(super) fn held_types(layer: &Layer, is_direct: bool) -> Vec<Ident> {
    let all = names(layer).into_iter().zip(layer.extracts());
    all.filter(|(name, extract)| is_direct && held(extract, Some(name)).is_some())
        .map(|(name, _)| held_type(&name))
        .collect()
}

/// The values, in the order written, for before the user's fn is called; and what they are called there. `is_direct` where it takes
/// what it borrows from.
pub(super) fn all(layer: &Layer, indices: &Indices, is_direct: bool) -> (Option<TokenStream>, Vec<TokenStream>) {
    let names = names(layer);
    if names.is_empty() {
        return (None, Vec::new());
    }
    let mut params = indices.params.iter();
    let values: Vec<TokenStream> = layer
        .extracts()
        .zip(&names)
        .map(|(extract, name)| match &extract.source {
            Source::Param(param) => read(param, &extract.ty, name, params.next(), is_direct),
            Source::Query => query(layer, &extract.ty, name),
            Source::Body { limit } => body(layer, limit.as_ref(), &extract.ty, name),
        })
        .collect();
    let arguments = layer.extracts().zip(&names).map(|(extract, name)| match &extract.source {
        _ if is_direct => name.to_token_stream(),
        Source::Param(Param { how: How::Str, .. }) => quote_spanned!(Span::mixed_site()=> &*#name),
        Source::Param(Param { how: How::OptionalStr, .. }) => quote_spanned!(Span::mixed_site()=> #name.as_deref()),
        _ => name.to_token_stream(),
    });
    let arguments = arguments.collect();
    // text and bytes do without
    let typed =
        (!is_direct).then(|| quote_spanned!(Span::mixed_site()=> #[allow(unused_imports)] use __koa::Typed as _;));
    let values = quote_spanned!(Span::mixed_site()=> #typed #(#values)*);
    (Some(values), arguments)
}

/// What a route has captured, as the layer wants it.
fn read(Param { name, how }: &Param, ty: &Type, bound: &Ident, index: Option<&Ident>, is_direct: bool) -> TokenStream {
    let text = Literal::string(&name.to_string());
    let read = match how {
        How::Value => quote_spanned!(Span::mixed_site()=> __koa::value::<#ty, __E, #index>(__env, #text)),
        How::Str if is_direct => quote_spanned!(Span::mixed_site()=> __koa::held::<__E, #index>(__env, #text)),
        How::Str => quote_spanned!(Span::mixed_site()=> __koa::text::<__E, #index>(__env, #text)),
        How::OptionalStr if is_direct => {
            quote_spanned!(Span::mixed_site()=> __koa::optional_held::<__E, #index>(__env, #text))
        }
        How::OptionalStr => quote_spanned!(Span::mixed_site()=> __koa::optional_text::<__E, #index>(__env, #text)),
        How::Borrowed(ty) => {
            return quote_spanned!(Span::mixed_site()=> let #bound = __koa::lent::<#ty, __E, #index>(__env););
        }
        How::OptionalBorrowed(ty) => {
            return quote_spanned!(Span::mixed_site()=> let #bound = __koa::optional_lent::<#ty, __E, #index>(__env););
        }
        How::Segments => {
            return quote_spanned!(Span::mixed_site()=> let #bound = __koa::segments::<__E, #index>(__env););
        }
    };
    if !is_direct {
        return bind(bound, &read);
    }
    quote_spanned! {Span::mixed_site()=>
        let #bound = match #read {
            ::core::result::Result::Ok(__value) => __value,
            ::core::result::Result::Err(__error) => {
                break '__made __koa::Answer::Failed { error: ::core::option::Option::Some(__error) }
            }
        };
    }
}

/// What runs knows of how a route captures: this one trait.
fn fact(how: &How, ty: &Type) -> TokenStream {
    match how {
        How::Value => quote_spanned!(Span::mixed_site()=> __koa::Reads<#ty>),
        How::Str => quote_spanned!(Span::mixed_site()=> __koa::IsText),
        How::OptionalStr => quote_spanned!(Span::mixed_site()=> __koa::IsOptionalText),
        How::Borrowed(ty) => quote_spanned!(Span::mixed_site()=> __koa::Holds<#ty>),
        How::OptionalBorrowed(ty) => quote_spanned!(Span::mixed_site()=> __koa::HoldsOptional<#ty>),
        How::Segments => quote_spanned!(Span::mixed_site()=> __koa::IsRest),
    }
}

/// The name of a capture as a type, as `routes!` writes it.
pub(super) fn name_type(private: &Tokens, name: &Ident) -> TokenStream {
    crate::routes::name_type(private, &name.to_string())
}

/// What the kind of a capture must be for a parameter to be read, as the check walk asks it at `index`.
pub(super) fn read_bound(private: &Tokens, layer: &Layer, how: &How, ty: &Type, index: &Ident) -> Tokens {
    let this = generics::self_type(layer);
    bound_at(
        ty,
        private,
        match how {
            How::Value => quote_spanned!(Span::mixed_site()=> #private::ReadAs<#ty, #this, #index>),
            How::Str => quote_spanned!(Span::mixed_site()=> #private::ReadText<#this, #index>),
            How::Borrowed(ty) => quote_spanned!(Span::mixed_site()=> #private::Lends<#ty, #this, #index>),
            How::OptionalStr => quote_spanned!(Span::mixed_site()=> #private::ReadOptionalText<#this, #index>),
            How::OptionalBorrowed(ty) => {
                quote_spanned!(Span::mixed_site()=> #private::LendsOptional<#ty, #this, #index>)
            }
            How::Segments => quote_spanned!(Span::mixed_site()=> #private::ReadSegments<#this, #index>),
        },
    )
}

/// `__E: ParamAt<__P0, Kind: Reads<u64>>`
pub(super) fn add_params(layer: &Layer, indices: &Indices, generics: &mut Generics) {
    for ((param, ty), index) in layer.params().zip(&indices.params) {
        let fact = fact(&param.how, ty);
        generics.add_predicate(quote_spanned!(Span::mixed_site()=> __E: __koa::ParamAt<#index, Kind: #fact>));
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
