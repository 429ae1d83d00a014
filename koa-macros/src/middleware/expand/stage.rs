//! The layer as the check walk sees it: what it needs of the layers outside it, and what it leaves to those inside.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};

use super::{Indices, context, generics, hidden, index, provided};
use crate::{
    middleware::{
        lifetimes,
        model::{Context, Kind, Layer},
    },
    tokens::shown_at,
};

/// One bound for each fact, at the user's own token for it.
pub(super) fn stage(layer: &Layer) -> TokenStream {
    let self_type = generics::self_type(layer);
    let indices = Indices::of(layer);
    let mut generics = generics::checked(layer);

    // the context
    let (walked, protocol) = if let Some(Context::Generic(_)) = layer.context {
        (context(layer), quote_spanned!(Span::mixed_site()=> __koa::Here))
    } else {
        generics.add_types([quote_spanned!(Span::mixed_site()=> __C)]);
        (quote_spanned!(Span::mixed_site()=> __C), quote_spanned!(Span::mixed_site()=> __X))
    };
    generics.add_types(quote_spanned!(Span::mixed_site()=> __E __D __K));
    if !matches!(layer.context, Some(Context::Generic(_))) {
        let context = context(layer);
        generics.add_types([&protocol]);
        let bound = quote_spanned!(Span::mixed_site()=> __koa::RunsOn<#context, #self_type, #protocol>);
        let bound = shown_at(&context, bound);
        generics.add_predicate(quote_spanned!(Span::mixed_site()=> #walked: #bound));
    }
    generics.add_types(indices.all());

    // the environment: each value taken or replaced leaves another one
    let mut env = quote_spanned!(Span::mixed_site()=> __E);
    let mut passed = Vec::new();
    for (ty, index) in layer.reads().zip(&indices.reads) {
        let plain = lifetimes::eternal(ty);
        let bound = shown_at(ty, quote_spanned!(Span::mixed_site()=> __koa::Needs<#plain, #self_type, #index>));
        generics.add_predicate(quote_spanned!(Span::mixed_site()=> __E: #bound));
    }
    let replaced = layer.provides().iter().filter(|value| value.kind == Kind::Replaced);
    let taken = layer.takes().zip(&indices.takes).map(|(ty, index)| (ty, index, "Takes"));
    let replaced = replaced.zip(&indices.replaces).map(|(value, index)| (&value.ty, index, "Replaces"));
    for (number, (ty, index, what)) in taken.chain(replaced).enumerate() {
        let (plain, what) = (lifetimes::eternal(ty), proc_macro2::Ident::new(what, Span::mixed_site()));
        let left = hidden('O', number);
        let bound = shown_at(ty, quote_spanned!(Span::mixed_site()=> __koa::#what<#plain, #self_type, #index, #left>));
        generics.add_predicate(quote_spanned!(Span::mixed_site()=> #env: #bound));
        env = left.to_token_stream();
        passed.push(left);
    }
    generics.add_types(&passed);

    let inside = provided(layer.provides(), env);
    let end = layer.next().is_none().then(|| quote_spanned!(Span::mixed_site()=> , #self_type));
    let index = index(&protocol, &indices.all(), &quote_spanned!(Span::mixed_site()=> __K));
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    quote_spanned! {Span::mixed_site()=>
        #[doc(hidden)]
        impl #parameters
            __koa::Stage<#walked, __koa::Walk<__E, __D>, __koa::Walk<#inside, __D #end>, #index, __K, (#(#passed,)*)>
            for #self_type
        #where_clause
        {}
    }
}
