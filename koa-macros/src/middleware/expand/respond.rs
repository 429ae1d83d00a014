//! How what an endpoint returns becomes the response.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{ReturnType, Type, spanned::Spanned as _};

use super::context;
use crate::{
    middleware::{lifetimes, model::Layer},
    tokens::{Tokens, bare, shown_at},
};

/// The name of the value, and what it is given to: both shown where the user wrote its type.
pub(super) fn value_and_path(layer: &Layer) -> (TokenStream, Tokens) {
    let (name, context) = (&layer.name, context(layer));
    match &layer.output {
        ReturnType::Type(_, ty) => (
            quote_spanned!(ty.span()=> __value),
            shown_at(ty, quote_spanned!(Span::mixed_site()=> __koa::Respond::<#context>::respond)),
        ),
        ReturnType::Default => (
            quote_spanned!(name.span()=> __value),
            quote_spanned!(name.span()=> __koa::Respond::<#context>::respond).into(),
        ),
    }
}

/// An expression for it, of an endpoint that the context is not lent to.
///
/// A fn, where its argument has a name: a closure has all type parameters around it, and rustc writes those down for a debugger. (The
/// fn of the trait itself would be told to be wrong where the future is returned, and not at the type.)
pub(super) fn expression(layer: &Layer) -> TokenStream {
    let ((value, path), context) = (value_and_path(layer), context(layer));
    let Some(ty) = named_type(layer) else {
        return quote_spanned!(Span::mixed_site()=> |#value, ctx: &mut #context| #path(#value, ctx));
    };
    quote_spanned! {Span::mixed_site()=>
        {
            // the user's fn returns it too
            #[allow(clippy::type_complexity)]
            #[inline]
            fn __respond(#value: #ty, ctx: &mut #context) -> __koa::Result {
                #path(#value, ctx)
            }
            __respond
        }
    }
}

/// The type that is returned, where another fn can name it.
fn named_type(layer: &Layer) -> Option<TokenStream> {
    match &layer.output {
        _ if !layer.generics.params.is_empty() => None,
        ReturnType::Default => Some(quote_spanned!(layer.name.span()=> ())),
        ReturnType::Type(_, ty) if matches!(bare(ty), Type::Never(_)) || lifetimes::impl_trait(ty).is_some() => None,
        ReturnType::Type(_, ty) => Some(ty.to_token_stream()),
    }
}
