//! The struct and the fn of a layer, and the methods that set what has a default.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Type, Visibility, spanned::Spanned as _};

use super::{generics, this};
use crate::{
    middleware::model::{Config, Kept, Layer},
    tokens::{generated_at, readable, shown_at},
};

/// The struct. It has braces, so that its name stays free for values: `let timeout = 3` beside a layer `timeout`.
pub(super) fn item(layer: &Layer) -> TokenStream {
    let fields: Vec<_> = layer.configs().map(|(_, config)| field(config)).collect();
    struct_with(layer, &fields)
}

pub(super) fn struct_with(layer: &Layer, fields: &[TokenStream]) -> TokenStream {
    let (cfg, attributes) = (&layer.attributes.on_all, &layer.attributes.on_struct);
    let docs = (!layer.attributes.has_docs).then(|| {
        let docs = format!(" What the fn [`{0}`](fn@{0}) makes.", layer.name);
        quote_spanned!(Span::mixed_site()=> #[doc = #docs])
    });
    let generics = generics::kept(layer);
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let (vis, this) = (struct_vis(layer), this(layer));
    let types: Vec<_> = layer
        .own_parameters()
        .filter_map(|parameter| match parameter {
            syn::GenericParam::Type(parameter) => Some(&parameter.ident),
            _ => None,
        })
        .collect();
    let marker = (!types.is_empty()).then(|| {
        quote_spanned! {Span::mixed_site()=>
            __types: ::core::marker::PhantomData<fn() -> (#(::core::marker::PhantomData<#types>,)*)>,
        }
    });
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        #docs
        #(#attributes)*
        // dead code is reported once, at the fn
        #[allow(non_camel_case_types, dead_code, missing_copy_implementations)]
        #vis struct #this #parameters #where_clause { #(#fields,)* #marker }
    }
}

/// Always `pub`: a pipeline that leaves its module carries its layers' types with it, in what the compiler infers, and
/// rustc refuses an inferred type that is private. Who cannot see the fn cannot make a value of the type either.
fn struct_vis(layer: &Layer) -> TokenStream {
    let hidden =
        (!matches!(layer.vis, Visibility::Public(_))).then(|| quote_spanned!(Span::mixed_site()=> #[doc(hidden)]));
    quote_spanned! {Span::mixed_site()=>
        #hidden
        #[allow(unreachable_pub, unnameable_types, private_bounds, private_interfaces)]
        pub
    }
}

fn field(config: &Config) -> TokenStream {
    let (name, ty) = (&config.name, kept_as(&config.kept));
    quote_spanned!(Span::mixed_site()=> #name: #ty)
}

/// The type of the field.
fn kept_as(kept: &Kept) -> TokenStream {
    match kept {
        Kept::Value(ty) | Kept::Shared(ty) => ty.to_token_stream(),
        Kept::Str => quote_spanned!(Span::mixed_site()=> ::std::string::String),
        Kept::Slice(ty) => quote_spanned!(Span::mixed_site()=> ::std::vec::Vec<#ty>),
        Kept::Owned(ty) => quote_spanned!(Span::mixed_site()=> <#ty as ::std::borrow::ToOwned>::Owned),
    }
}

/// The type of the argument.
pub(super) fn argument_type(kept: &Kept) -> TokenStream {
    let ty = kept_as(kept);
    match kept {
        Kept::Value(_) | Kept::Shared(_) => ty,
        Kept::Str | Kept::Slice(_) | Kept::Owned(_) => {
            quote_spanned!(Span::mixed_site()=> impl ::core::convert::Into<#ty>)
        }
    }
}

/// How the argument, or the default, becomes the field.
fn converted(kept: &Kept, value: TokenStream, span: Span) -> TokenStream {
    match kept {
        Kept::Value(_) | Kept::Shared(_) => value,
        Kept::Str | Kept::Slice(_) | Kept::Owned(_) => quote_spanned!(span=> ::core::convert::Into::into(#value)),
    }
}

/// The fn.
pub(super) fn maker(layer: &Layer) -> TokenStream {
    let (mut arguments, mut fields) = (Vec::new(), Vec::new());
    for (parameter, config) in layer.configs() {
        let name = &config.name;
        let value = config.default.as_ref().map_or_else(|| name.to_token_stream(), |default| quote!(#default));
        let value = converted(&config.kept, value, generated_at(&parameter.ty));
        let ty = argument_type(&config.kept);
        if config.default.is_none() {
            arguments.push(quote_spanned!(Span::mixed_site()=> #name: #ty));
        }
        let is_short = config.default.is_none() && matches!(config.kept, Kept::Value(_) | Kept::Shared(_));
        fields.push(if is_short { name.to_token_stream() } else { quote_spanned!(Span::mixed_site()=> #name: #value) });
    }
    maker_with(layer, &arguments, &fields)
}

pub(super) fn maker_with(layer: &Layer, arguments: &[TokenStream], fields: &[TokenStream]) -> TokenStream {
    let (cfg, attributes) = (&layer.attributes.on_all, &layer.attributes.on_fn);
    let must_use = (!layer.attributes.has_must_use)
        .then(|| quote_spanned!(Span::mixed_site()=> #[must_use = "a layer runs when it stands in a pipeline"]));
    let generics = generics::declared(layer);
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let (vis, name, this) = (&layer.vis, &layer.name, this(layer));
    // lints look at the fn as at one that the user wrote if it begins, and its signature and body end, where the user's do
    let fn_token = &layer.qualifiers.fn_token;
    let self_type = shown_at(name, generics::self_type(layer));
    let has_types = layer.own_parameters().any(|parameter| matches!(parameter, syn::GenericParam::Type(_)));
    let marker = has_types.then(|| quote_spanned!(Span::mixed_site()=> __types: ::core::marker::PhantomData,));
    let value = quote_spanned!(Span::mixed_site()=> #this { #(#fields,)* #marker });
    let mut body = Group::new(Delimiter::Brace, value);
    body.set_span(layer.body.span());
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        #(#attributes)*
        #must_use
        // whether it could be `const` hangs on how the layer is kept, and so does the bound added to the user's own
        #[allow(clippy::missing_const_for_fn, clippy::multiple_bound_locations)]
        #vis #fn_token #name #parameters(#(#arguments),*) -> #self_type #where_clause #body
    }
}

/// A method for each value with a default.
pub(super) fn builders(layer: &Layer) -> TokenStream {
    builders_with(layer, |config, span| {
        let name = &config.name;
        let ty = argument_type(&config.kept);
        let value = converted(&config.kept, name.to_token_stream(), span);
        quote_spanned! {Span::mixed_site()=>
            (mut self, #name: #ty) -> Self {
                self.#name = #value;
                self
            }
        }
    })
}

pub(super) fn builders_with(layer: &Layer, rest: impl Fn(&Config, Span) -> TokenStream) -> TokenStream {
    let vis = &layer.vis;
    let methods: Vec<_> = layer
        .configs()
        .filter_map(|(parameter, config)| {
            let default = config.default.as_ref()?;
            let (name, docs) = (&config.name, &config.docs);
            let standard = docs.is_empty().then(|| {
                let docs = format!(" Sets `{name}`, which is `{}` unless it is set.", readable(default));
                quote_spanned!(Span::mixed_site()=> #[doc = #docs])
            });
            let rest = rest(config, generated_at(&parameter.ty));
            Some(quote_spanned!(Span::mixed_site()=> #(#docs)* #standard #[must_use] #vis fn #name #rest))
        })
        .collect();
    if methods.is_empty() {
        return TokenStream::new();
    }
    let generics = generics::declared(layer);
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let self_type = generics::self_type(layer);
    quote_spanned!(Span::mixed_site()=> impl #parameters #self_type #where_clause { #(#methods)* })
}

/// What a request gets of a `#[config]` value.
pub(super) fn lend(config: &Config, ty: &Type) -> TokenStream {
    let name = &config.name;
    let span = generated_at(ty);
    if let Kept::Value(_) = config.kept {
        let clone = shown_at(ty, quote_spanned!(span=> ::core::clone::Clone::clone));
        quote_spanned!(span=> #clone(&self.#name))
    } else {
        quote_spanned!(span=> &self.#name)
    }
}
