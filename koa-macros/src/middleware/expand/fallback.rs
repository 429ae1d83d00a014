//! What stands in for a layer that was refused: the same names, in a form that nothing else can be wrong with, so that
//! one mistake gives one message.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{Attribute, Type, Visibility};

use super::{block, generics, item, private, provided, run};
use crate::{
    middleware::{
        lifetimes,
        model::{Layer, Parameter, Role},
    },
    tokens::{Tokens, bare},
};

/// For a fn whose signature is understood.
pub(crate) fn fallback(layer: &Layer, errors: Vec<TokenStream>) -> TokenStream {
    let item = item::struct_with(layer, &[]);
    let arguments: Vec<_> = layer.parameters.iter().filter_map(argument).collect();
    let maker = item::maker_with(layer, &arguments, &[]);
    let builders = item::builders_with(layer, |config, _| {
        let ty = item::argument_type(&config.kept);
        quote_spanned!(Span::mixed_site()=> (self, _: #ty) -> Self { self })
    });

    let generics = generics::declared(layer);
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let self_type = generics::self_type(layer);
    // the layers inside still find what this one would hand inward
    let inside = provided(&private(), layer.provides(), Tokens::name("__E"));
    let stage = with_types(layer, &["__C", "__E", "__D", "__K"]);
    let middleware = with_types(layer, &["__C", "__E", "__N", "__J"]);
    let mut errors = errors.into_iter();
    let body = if layer.body_is_sound {
        errors.next().map(|first| body(layer, &first))
    } else {
        let body = body(layer, &quote_spanned!(Span::mixed_site()=> ::core::unreachable!()));
        Some(quote_spanned!(Span::mixed_site()=> #[cfg(rust_analyzer)] #body))
    };
    let impls = quote_spanned! {Span::mixed_site()=>
        #builders

        impl #parameters __koa::Layer for #self_type #where_clause {
            type Switch = __koa::WithTheRest;

            fn describe(&self) -> __koa::Description {
                __koa::Description::layer("", "", 0)
            }
        }

        impl #parameters __koa::Refused for #self_type #where_clause {}

        impl #stage
            __koa::Stage<__C, __koa::Walk<__E, __D>, __koa::Walk<#inside, __D>, ((__koa::Here, __koa::Here), __K), __K, ()>
            for #self_type
        #where_clause
        {}

        impl #middleware __koa::Middleware<__C, __E, __N, ((__koa::Here, __koa::Here), __J)> for #self_type #where_clause {
            fn call(
                &self,
                _: &mut __C,
                _: __E,
                _: __N,
            ) -> impl ::core::future::Future<Output = __koa::Result> + ::core::marker::Send {
                ::core::future::ready(::core::result::Result::Ok(()))
            }
        }

        #body
    };
    let impls = block(layer, &impls);
    quote_spanned!(Span::mixed_site()=> #(#errors)* #item #maker #impls)
}

fn with_types(layer: &Layer, types: &[&str]) -> Tokens {
    let mut generics = generics::declared(layer);
    generics.add_names(types);
    generics.parameters()
}

/// An argument of the layer's fn, which ignores it.
fn argument(parameter: &Parameter) -> Option<TokenStream> {
    match &parameter.role {
        Role::Config(config) if config.default.is_none() => {
            let ty = item::argument_type(&config.kept);
            Some(quote_spanned!(Span::mixed_site()=> _: #ty))
        }
        Role::Refused { as_argument: true } => {
            // what stands behind a reference is given by value, or nobody knows how
            let ty = match bare(&parameter.ty) {
                Type::Reference(_) | Type::TraitObject(_) | Type::Slice(_) => {
                    quote_spanned!(Span::mixed_site()=> impl ::core::marker::Sized)
                }
                ty => ty.to_token_stream(),
            };
            Some(quote_spanned!(Span::mixed_site()=> _: #ty))
        }
        _ => None,
    }
}

/// The user's fn, so that what it uses counts as used, and editors go on completing inside it. Nobody calls it.
///
/// Its parameters are one of the errors: rustc has no complaints about what is done with those.
fn body(layer: &Layer, error: &TokenStream) -> TokenStream {
    let (mut generics, lifetimes) = generics::running(layer);
    generics.add_lifetimes(lifetimes);
    let bindings = layer.parameters.iter().map(|Parameter { pat, ty, role, .. }| match role {
        Role::Next(_) | Role::Refused { .. } => {
            // the type is only mentioned: what was refused about it would be wrong with its uses too
            let ty = lifetimes::impl_trait(ty)
                .is_none()
                .then(|| quote_spanned!(Span::mixed_site()=> let _: #ty = __refused;));
            quote_spanned!(Span::mixed_site()=> #ty let #pat = __refused;)
        }
        _ => quote_spanned!(Span::mixed_site()=> let #pat: #ty = __refused;),
    });
    let bindings: Vec<_> =
        std::iter::once(quote_spanned!(Span::mixed_site()=> let __refused = #error;)).chain(bindings).collect();
    let user_fn = run::written_fn(layer, &generics, &[], &bindings);
    let attributes = &layer.attributes.on_body;
    quote_spanned! {Span::mixed_site()=>
        #(#attributes)*
        #[allow(warnings)]
        #user_fn
    }
}

/// For a fn of which only the name is understood.
pub(crate) fn stub(attributes: &[Attribute], vis: &Visibility, name: &Ident, koa: &Tokens) -> TokenStream {
    let cfg: Vec<_> = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect();
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        #[allow(warnings)]
        pub struct #name {}
        #(#cfg)*
        #[allow(warnings)]
        #vis fn #name() -> #name {
            #name {}
        }
        #(#cfg)*
        const _: () = {
            use #koa::__private as __koa;

            impl __koa::Layer for #name {
                type Switch = __koa::WithTheRest;

                fn describe(&self) -> __koa::Description {
                    __koa::Description::layer("", "", 0)
                }
            }

            impl<__C, __W, __K> __koa::Stage<__C, __W, __W, ((__koa::Here, __koa::Here), __K), __K, ()> for #name {}

            impl<__C, __E, __N, __J> __koa::Middleware<__C, __E, __N, ((__koa::Here, __koa::Here), __J)> for #name {
                fn call(
                    &self,
                    _: &mut __C,
                    _: __E,
                    _: __N,
                ) -> impl ::core::future::Future<Output = __koa::Result> + ::core::marker::Send {
                    ::core::future::ready(::core::result::Result::Ok(()))
                }
            }
        };
    }
}
