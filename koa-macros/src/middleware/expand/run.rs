//! The layer as the running onion sees it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Lifetime, PathArguments, Token, Type, spanned::Spanned as _};

use super::{
    Indices, context, extract,
    generics::{self, Generics},
    index, item, private, respond, this,
};
use crate::{
    middleware::{
        lifetimes,
        model::{How, Kind, Layer, Param, Parameter, Role, Source, Value, names_a_lifetime},
    },
    tokens::{Tokens, bare, generated_at, shown_at},
};

/// `impl Middleware`, with the user's own fn inside.
pub(super) fn middleware(layer: &Layer) -> TokenStream {
    let self_type = generics::self_type(layer);
    let context = context(layer);
    let indices = Indices::of(layer);
    let generics = impl_generics(layer, &indices);
    let here = quote_spanned!(Span::mixed_site()=> __koa::Here).into();
    let index = index(&private(), &here, &indices.all(), &Tokens::name("__J"));
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let user_fn = user_fn(layer, &indices);
    let (call, call_if) = (call(layer, &indices), call_if(layer, &index));
    // a future that cannot be sent is the user's fn's
    let future = shown_at(
        &layer.name,
        quote_spanned! {Span::mixed_site()=>
            impl ::core::future::Future<Output = __koa::Result> + ::core::marker::Send
        },
    );
    let next = if layer.next().is_some() {
        quote_spanned!(Span::mixed_site()=> __next)
    } else {
        quote_spanned!(Span::mixed_site()=> _)
    };
    let env = if uses_environment(layer) || layer.params().next().is_some() {
        quote_spanned!(Span::mixed_site()=> __env)
    } else {
        quote!(_)
    };
    quote_spanned! {Span::mixed_site()=>
        #[doc(hidden)]
        impl #parameters __koa::Middleware<#context, __E, __N, #index> for #self_type #where_clause {
            fn call(&self, ctx: &mut #context, #env: __E, #next: __N) -> #future {
                #user_fn
                #call
            }

            #call_if
        }
    }
}

/// Whether what follows finds the same environment without this layer, so that it can hand on in place of running.
pub(super) fn hands_on(layer: &Layer) -> bool {
    layer.next().is_some_and(|(_, values)| values.is_empty()) && layer.takes().next().is_none()
}

/// For an optional layer: runs it, or hands on. The index is said: with two values to read, rustc could not tell them apart.
fn call_if(layer: &Layer, index: &Tokens) -> Option<TokenStream> {
    let context = context(layer);
    hands_on(layer).then(|| {
        quote_spanned! {Span::mixed_site()=>
            async fn call_if(this: ::core::option::Option<&Self>, ctx: &mut #context, __env: __E, __next: __N) -> __koa::Result {
                match this {
                    ::core::option::Option::Some(layer) => {
                        <Self as __koa::Middleware<#context, __E, __N, #index>>::call(layer, ctx, __env, __next).await
                    }
                    ::core::option::Option::None => __koa::Downstream::run(__next, ctx, __env).await,
                }
            }
        }
    })
}

fn uses_environment(layer: &Layer) -> bool {
    layer.next().is_some() || layer.reads().next().is_some() || layer.takes().next().is_some()
}

fn impl_generics(layer: &Layer, indices: &Indices) -> Generics {
    let (mut generics, lifetimes) = generics::running(layer);
    let fresh = add_environment(layer, indices, &mut generics);
    if !lifetimes.is_empty() && names_a_lifetime(&generics.tokens(), &layer.generics) {
        generics.add_lifetimes(lifetimes);
    }
    generics.add_lifetimes(fresh);
    generics.add_names(&["__E", "__N", "__J"]);
    generics.add_types(indices.all());
    let next = downstream(layer).unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ::core::marker::Send).into());
    generics.add_bound(Tokens::name("__N"), next);
    for cloned in generics::cloned(layer) {
        generics.add_predicate(cloned);
    }
    extract::add_params(layer, indices, &mut generics);
    // known here, so that rustc has nothing to say about the future
    let self_type = generics::self_type(layer);
    for consequence in indices.shares.iter().filter_map(|share| share.consequence(&self_type)) {
        generics.add_predicate(consequence);
    }
    generics
}

/// `__E: Environment + At<__I0, Value = Db>`; the lifetimes that were left out in the types.
fn add_environment(layer: &Layer, indices: &Indices, generics: &mut Generics) -> Vec<Lifetime> {
    let mut fresh = Vec::new();
    let mut bounds = quote_spanned!(Span::mixed_site()=> __koa::Environment);
    let reads = layer.reads().zip(&indices.reads).map(|(ty, index)| (ty, index, "At"));
    let takes = layer.takes().zip(&indices.takes).map(|(ty, index)| (ty, index, "Take"));
    for (ty, index, what) in reads.chain(takes) {
        let (named, what) = (lifetimes::named(ty, "v", &mut fresh), format_ident!("{what}", span = Span::mixed_site()));
        let bound = shown_at(ty, quote_spanned!(Span::mixed_site()=> __koa::#what<#index, Value = #named>));
        bounds.extend(quote_spanned!(Span::mixed_site()=> + #bound));
    }
    generics.add_predicate(quote_spanned!(Span::mixed_site()=> __E: #bounds));
    fresh
}

/// What the rest of the onion must run with: the environment, and a node for each value handed inward.
pub(super) fn downstream(layer: &Layer) -> Option<Tokens> {
    let (next, values) = layer.next()?;
    let context = context(layer);
    let mut fresh = Vec::new();
    let mut env = quote_spanned!(Span::mixed_site()=> __E);
    for value in values {
        let ty = object(&lifetimes::named(&value.ty, "p", &mut fresh));
        let held = match value.kind {
            Kind::Exclusive => quote_spanned!(Span::mixed_site()=> __koa::Exclusive<'x, #ty>),
            Kind::Shared | Kind::Replaced => quote_spanned!(Span::mixed_site()=> &'x #ty),
        };
        env = quote_spanned!(Span::mixed_site()=> &'s __koa::Node<#held, #env>);
    }
    let bound = quote_spanned!(Span::mixed_site()=> __koa::Downstream<#context, #env, __J>);
    Some(if values.is_empty() {
        bound.into()
    } else {
        shown_at(&next.ty, quote_spanned!(Span::mixed_site()=> for<'s, 'x #(, #fresh)*> #bound))
    })
}

/// A type as it stands behind `&'x`: a trait object in parentheses, with a lifetime of its own.
fn object(ty: &Type) -> TokenStream {
    match lifetimes::with_static_object(ty) {
        object @ Type::TraitObject(_) => quote_spanned!(Span::mixed_site()=> (#object)),
        ty => ty.into_token_stream(),
    }
}

/// The user's fn: of its name, with its attributes and body; what it does not get as arguments is bound before the body.
fn user_fn(layer: &Layer, indices: &Indices) -> TokenStream {
    let (mut generics, lifetimes) = generics::running(layer);
    generics.add_lifetimes(lifetimes);
    if uses_environment(layer) {
        let fresh = add_environment(layer, indices, &mut generics);
        generics.add_lifetimes(fresh);
    }
    generics.add_types(hidden_types(layer, indices));
    for held in extract::held_types(layer, is_direct(layer)) {
        generics.add_types([held.clone()]);
        generics.add_predicate(quote_spanned!(Span::mixed_site()=> #held: __koa::HeldText));
    }
    if let Some(next) = downstream(layer) {
        generics.add_bound(Tokens::name("__N"), next);
    }
    let (mut arguments, mut bindings) = (Vec::new(), Vec::new());
    let (mut reads, mut takes) = (indices.reads.iter(), indices.takes.iter());
    let (mut extracts, is_direct) = (extract::names(layer).into_iter(), is_direct(layer));
    for Parameter { lints, pat, ty, role } in &layer.parameters {
        let place = generated_at(ty);
        match role {
            Role::Extract(extract) => {
                let name = extracts.next();
                if let Some((held, lent)) = extract::held(extract, name.as_ref()).filter(|_| is_direct) {
                    arguments.push(quote_spanned!(Span::mixed_site()=> #name: #held));
                    bindings.push(quote_spanned!(place=> #(#lints)* let #pat: #ty = #lent;));
                } else {
                    arguments.push(quote_spanned!(place=> #(#lints)* #pat: #ty));
                }
            }
            Role::Context | Role::Config(_) => {
                arguments.push(quote_spanned!(place=> #(#lints)* #pat: #ty));
            }
            Role::Read(_) => {
                let index = reads.next();
                // a value is found by its type, and `&dyn Repo` is another one than `&Box<dyn Repo>`
                bindings.push(quote_spanned! {place=>
                    #[allow(clippy::borrowed_box)]
                    #(#lints)*
                    let #pat: #ty = __koa::At::<#index>::at(__env);
                });
            }
            Role::Take(_) => {
                let index = takes.next();
                bindings.push(quote_spanned!(place=> #(#lints)* let #pat: #ty = __koa::Take::<#index>::take(__env);));
            }
            Role::Next(values) => bindings.push(next_binding(lints, pat, ty, values)),
            Role::Refused { .. } => {}
        }
    }
    arguments.extend(hidden_arguments(layer));
    let user_fn = written_fn(layer, &generics, &arguments, &bindings);
    let attributes = &layer.attributes.on_body;
    quote_spanned! {Span::mixed_site()=>
        // that it is async, and how many arguments it has, is not the user's choice
        #[allow(clippy::unused_async, clippy::too_many_arguments)]
        #[deny(unused_must_use)]
        #(#attributes)*
        #user_fn
    }
}

/// The async fn itself.
pub(super) fn written_fn(
    layer: &Layer,
    generics: &Generics,
    arguments: &[TokenStream],
    bindings: &[TokenStream],
) -> TokenStream {
    // what a lint has to say about the name it says at the fn that makes the layer
    let (name, output) = (this(layer), &layer.output);
    let fn_token = &layer.qualifiers.fn_token;
    let asyncness = layer.qualifiers.asyncness.unwrap_or(Token![async](Span::mixed_site()));
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let body = &layer.body;
    // Without bindings the user's braces are the fn's own. With them they are a block in it, and the label keeps rustc from
    // calling them unnecessary.
    let body = if bindings.is_empty() {
        body.clone()
    } else {
        let label = Lifetime::new("'_body", body.span());
        quote_spanned!(Span::mixed_site()=> { #(#bindings)* #label: #body })
    };
    quote_spanned! {Span::mixed_site()=>
        #asyncness #fn_token #name #parameters(#(#arguments),*) #output #where_clause #body
    }
}

/// The type parameters of the user's fn beside the user's own.
fn hidden_types(layer: &Layer, indices: &Indices) -> Vec<Tokens> {
    let mut types = Vec::new();
    if uses_environment(layer) {
        types.push(Tokens::name("__E"));
    }
    if layer.next().is_some() {
        types.extend(["__N", "__J"].map(Tokens::name));
    }
    types.extend(indices.reads.iter().chain(&indices.takes).cloned().map(Tokens::from));
    types
}

/// The arguments of the user's fn beside the user's own.
///
/// Attributes such as `#[tracing::instrument]` look at the names of arguments; a pattern in parentheses has none.
fn hidden_arguments(layer: &Layer) -> Vec<TokenStream> {
    let mut arguments = Vec::new();
    let has_foreign = layer.attributes.has_foreign;
    let mut add = |name: TokenStream, ty: TokenStream| {
        let name = if has_foreign { quote_spanned!(Span::mixed_site()=> (#name)) } else { name };
        arguments.push(quote_spanned!(Span::mixed_site()=> #name: #ty));
    };
    if uses_environment(layer) {
        add(quote_spanned!(Span::mixed_site()=> __env), quote_spanned!(Span::mixed_site()=> __E));
    }
    if layer.next().is_some() {
        add(quote_spanned!(Span::mixed_site()=> __next), quote_spanned!(Span::mixed_site()=> __N));
    }
    arguments
}

/// `let next: Next<…> = …;`, with the user's own path of `Next`, so that its import is used and editors know it.
pub(super) fn next_binding(lints: &[syn::Attribute], pat: &syn::Pat, ty: &Type, values: &[Value]) -> TokenStream {
    let slots: Vec<_> = (0..values.len()).map(|n| format_ident!("__slot{n}", span = Span::mixed_site())).collect();
    let declared = (!slots.is_empty()).then(|| {
        let nothing = slots.iter().map(|_| quote_spanned!(Span::mixed_site()=> __koa::Place::new()));
        quote_spanned!(Span::mixed_site()=> let (#(mut #slots,)*) = (#(#nothing,)*);)
    });
    let slot_types = values.iter().enumerate().map(|(place, value)| {
        let env = if place == 0 { quote_spanned!(Span::mixed_site()=> __E) } else { quote!(_) };
        let ty = object(&value.ty);
        match value.kind {
            Kind::Exclusive => quote_spanned!(Span::mixed_site()=> __koa::Slot<'_, __koa::Exclusive<'_, #ty>, #env>),
            Kind::Shared | Kind::Replaced => quote_spanned!(Span::mixed_site()=> __koa::Slot<'_, &#ty, #env>),
        }
    });
    let bound = quote_spanned!(Span::mixed_site()=> __koa::Bound<(#(#slot_types,)*), __N, __E, __J>);
    let ty = bound_next(ty, values, &bound);
    quote_spanned! {Span::mixed_site()=>
        #declared
        #(#lints)*
        #[allow(clippy::type_complexity)]
        let #pat: #ty = __koa::Next::new(__next, __env, (#(&mut #slots,)*));
    }
}

/// The type of `next` as the user wrote it, with the rest of the onion as one more argument.
fn bound_next(ty: &Type, values: &[Value], bound: &TokenStream) -> TokenStream {
    let Type::Path(path) = bare(ty) else { return ty.to_token_stream() };
    let mut path = path.clone();
    let written: Vec<TokenStream> = values
        .iter()
        .map(|value| match &value.ty {
            // an unsized type cannot stand in a tuple
            ty @ (Type::TraitObject(_) | Type::Slice(_)) if values.len() > 1 => {
                let ty = object(ty);
                quote_spanned!(Span::mixed_site()=> &#ty)
            }
            _ => value.written.to_token_stream(),
        })
        .collect();
    if let Some(last) = path.path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    match &*written {
        [one] => quote_spanned!(Span::mixed_site()=> #path<#one, #bound>),
        several => quote_spanned!(Span::mixed_site()=> #path<(#(#several),*), #bound>),
    }
}

/// Whether the user's fn is called at once, and its future is all that is waited for: it is an endpoint that the context is not lent
/// to, and that can keep what it reads.
///
/// Where it is not, a future stands around it that rustc has to look through once more.
fn is_direct(layer: &Layer) -> bool {
    let may_be = |parameter: &Parameter| match &parameter.role {
        Role::Context | Role::Next(_) => false,
        Role::Extract(extract) => match &extract.source {
            // in its attributes an argument is known by its name, and what it borrows by its lifetime
            Source::Param(Param { how: How::Str | How::OptionalStr, .. }) => {
                !layer.attributes.has_foreign && !names_a_lifetime(&extract.ty.to_token_stream(), &layer.generics)
            }
            Source::Param(Param { how: How::Value, .. }) => true,
            // what is borrowed of the environment has a lifetime that no future can be named with
            Source::Param(_) | Source::Query | Source::Body { .. } => false,
        },
        _ => true,
    };
    layer.parameters.iter().all(may_be) && layer.next().is_none()
}

/// Calls the user's fn.
fn call(layer: &Layer, indices: &Indices) -> TokenStream {
    let name = &layer.name;
    let hidden = hidden_types(layer, indices);
    let is_direct = is_direct(layer);
    let held = extract::held_types(layer, is_direct).into_iter().map(|_| Tokens::name("_"));
    let types: Vec<Tokens> =
        generics::arguments(layer).into_iter().map(Tokens::from).chain(hidden).chain(held).collect();
    let turbofish = (!types.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> ::<#(#types),*>));
    let is_endpoint = layer.next().is_none();
    let (extracts, extracted) = extract::all(layer, indices, is_direct);
    let mut extracted = extracted.into_iter();
    let mut arguments: Vec<TokenStream> = layer
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.role {
            Role::Config(config) => Some(item::lend(config, &parameter.ty)),
            Role::Context if is_endpoint => Some(quote_spanned!(Span::mixed_site()=> &mut *ctx)),
            Role::Context => Some(quote_spanned!(Span::mixed_site()=> ctx)),
            Role::Extract(_) => extracted.next(),
            _ => None,
        })
        .collect();
    if uses_environment(layer) {
        arguments.push(quote_spanned!(Span::mixed_site()=> __env));
    }
    if !is_endpoint {
        arguments.push(quote_spanned!(Span::mixed_site()=> __next));
        let call = quote_spanned!(Span::mixed_site()=> #name #turbofish(#(#arguments),*));
        return match extracts {
            None => call,
            Some(extracts) => quote_spanned!(Span::mixed_site()=> async move { #extracts #call.await }),
        };
    }
    if is_direct {
        let respond = respond::expression(layer);
        let answer = quote_spanned! {Span::mixed_site()=>
            __koa::Answer::Waits {
                future: #name #turbofish(#(#arguments),*),
                ctx: __koa::lend(ctx),
                respond: #respond,
            }
        };
        return match extracts {
            None => answer,
            Some(extracts) => quote_spanned!(Span::mixed_site()=> '__made: { #extracts #answer }),
        };
    }
    let (value, respond) = respond::value_and_path(layer);
    quote_spanned! {Span::mixed_site()=>
        async move {
            #extracts
            let #value = #name #turbofish(#(#arguments),*).await;
            #respond(#value, ctx)
        }
    }
}
