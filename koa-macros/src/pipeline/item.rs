//! The item form: a named pipeline is a fn and a type of the same name, so it can live in its own module or crate.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::{Attribute, Generics, Ident, Type, spanned::Spanned as _};

use super::{
    expand::{bind, chain, inline_layer, local, off, stage_name, value, walk},
    model::{Inline, Item, Layer, Stage},
    stage_type::stage_type,
};

/// `pipeline! { pub fn name(…) needs(…) => […] }`
pub(super) fn item(krate: &TokenStream, item: &Item) -> TokenStream {
    let mut made = Made { krate, item, items: TokenStream::new(), inlines: 0, aliases: 0 };
    let stages = match made.stages(&item.stages) {
        Ok(stages) => stages,
        Err(error) => return error.into_compile_error(),
    };
    let check = item.needs.as_ref().map(|needs| check(krate, item, needs, &stages.types));
    let named = named(krate, item, &stages);
    let items = made.items;
    quote!(#items #named #check)
}

/// Stages of a named pipeline: their types, and how their values are made.
struct Stages {
    /// The type of each, with the token to report it at.
    types: Vec<(Span, TokenStream)>,
    chain_type: TokenStream,
    /// `let` for each.
    lets: TokenStream,
    chain: TokenStream,
}

/// Collects the items a named pipeline needs beside itself: its inline layers, and aliases for stages under `#[cfg]`.
struct Made<'a> {
    krate: &'a TokenStream,
    item: &'a Item,
    items: TokenStream,
    inlines: usize,
    aliases: usize,
}

impl Made<'_> {
    fn stages(&mut self, stages: &[Stage]) -> syn::Result<Stages> {
        let krate = self.krate;
        let (mut types, mut names, mut lets) = (Vec::new(), Vec::new(), TokenStream::new());
        for (index, stage) in stages.iter().enumerate() {
            let span = stage.span();
            let (stage_type, value) = self.stage(stage)?;
            let stage_type = self.alias(stage, stage_type);
            let name = stage_name(index, span);
            lets.extend(bind(krate, &name, &stage.cfgs, &value, span));
            types.push((span, stage_type));
            names.push(name);
        }
        let chain_type = match types.split_last() {
            None => quote!(#krate::__private::Empty),
            Some(((_, last), outer)) => outer
                .iter()
                .rev()
                .fold(last.clone(), |inner, (_, layer)| quote!(#krate::__private::Chain<#layer, #inner>)),
        };
        Ok(Stages { types, chain_type, lets, chain: chain(krate, &names) })
    }

    fn stage(&mut self, stage: &Stage) -> syn::Result<(TokenStream, TokenStream)> {
        let krate = self.krate;
        match &stage.layer {
            Layer::Nested(span, stages) => {
                let Stages { chain_type, lets, chain, .. } = self.stages(stages)?;
                Ok((
                    quote_spanned!(*span=> #krate::__private::Nested<#chain_type>),
                    quote!({ #lets #krate::__private::Nested::new(#chain, ::core::file!(), ::core::line!()) }),
                ))
            }
            Layer::Inline(inline) => {
                let name = self.inline(inline);
                Ok((quote!(#name), quote!(#name())))
            }
            Layer::Value(_) | Layer::Typed(..) => Ok((stage_type(stage)?, value(krate, stage))),
        }
    }

    fn inline(&mut self, inline: &Inline) -> Ident {
        self.inlines += 1;
        let name = format_ident!("{}_inline_{}", self.item.name, self.inlines, span = inline.async_token.span);
        self.items.extend(inline_layer(self.krate, inline, &name));
        name
    }

    /// A type cannot stand under `#[cfg]`, an alias can.
    fn alias(&mut self, stage: &Stage, stage_type: TokenStream) -> TokenStream {
        if stage.cfgs.is_empty() {
            return stage_type;
        }
        self.aliases += 1;
        let krate = self.krate;
        let name = format_ident!("__{}_stage_{}", self.item.name, self.aliases);
        let generics = mentioned(&self.item.generics, &stage_type);
        let (cfgs, off) = (&stage.cfgs, off(&stage.cfgs));
        let other_cfgs = cfg_attributes(&self.item.attributes);
        self.items.extend(quote!(
            #(#other_cfgs)* #(#cfgs)* #[doc(hidden)] #[allow(non_camel_case_types)]
            type #name #generics = #stage_type;
            #(#other_cfgs)* #off #[doc(hidden)] #[allow(non_camel_case_types)]
            type #name = #krate::__private::Empty;
        ));
        quote!(#name #generics)
    }
}

/// The parameters of `generics` that `tokens` mention, as `<A, B>`.
fn mentioned(generics: &Generics, tokens: &TokenStream) -> TokenStream {
    let text = tokens.to_string();
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
    let names = generics.type_params().map(|parameter| &parameter.ident).filter(|name| words.contains(&&*name.to_string()));
    quote!(<#(#names),*>)
}

fn cfg_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// The fn, the type, and what makes it a layer.
fn named(krate: &TokenStream, item: &Item, stages: &Stages) -> TokenStream {
    let Item { attributes, visibility, fn_token, name, generics, arguments, .. } = item;
    let Stages { chain_type, lets, chain, .. } = stages;
    let cfgs = cfg_attributes(attributes);
    let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
    let with = |extra: &[&str]| {
        let mut generics = generics.clone();
        for parameter in extra {
            let parameter = Ident::new(parameter, Span::call_site());
            generics.params.push(syn::parse_quote!(#parameter));
        }
        generics
    };
    let (stage_generics, run_generics) =
        (with(&["__C", "__In", "__Out", "__J", "__K", "__W"]), with(&["__C", "__E", "__N", "__J"]));
    let (stage_generics, _, _) = stage_generics.split_for_impl();
    let (run_generics, _, _) = run_generics.split_for_impl();
    let predicates = where_clause.map(|clause| clause.predicates.iter()).into_iter().flatten();
    let predicates: Vec<_> = predicates.collect();
    let text = name.to_string();
    quote!(
        #(#cfgs)*
        #[allow(non_camel_case_types, missing_docs, missing_debug_implementations, clippy::type_complexity)]
        #visibility struct #name #impl_generics #where_clause {
            layers: #chain_type,
        }

        #(#attributes)*
        #[must_use]
        #visibility #fn_token #name #impl_generics(#(#arguments),*) -> #name #type_generics #where_clause {
            #lets
            #name { layers: #chain }
        }

        #(#cfgs)*
        impl #impl_generics #krate::__private::Layer for #name #type_generics
        where
            #(#predicates,)*
            #chain_type: #krate::__private::Layer,
        {
            fn describe(&self) -> #krate::__private::Description {
                #krate::__private::Description::pipeline(#text, ::core::file!(), ::core::line!(), &self.layers)
            }

            fn override_provided(&mut self, value: &mut #krate::__private::Override) {
                #krate::__private::Layer::override_provided(&mut self.layers, value);
            }
        }

        #(#cfgs)*
        #[diagnostic::do_not_recommend]
        impl #stage_generics #krate::__private::Stage<__C, __In, __Out, __J, __K, __W> for #name #type_generics
        where
            #(#predicates,)*
            #chain_type: #krate::__private::Stage<__C, __In, __Out, __J, __K, __W>,
        {
        }

        #(#cfgs)*
        impl #run_generics #krate::__private::Middleware<__C, __E, __N, __J> for #name #type_generics
        where
            #(#predicates,)*
            #chain_type: #krate::__private::Middleware<__C, __E, __N, __J>,
        {
            fn call(
                &self,
                ctx: &mut __C,
                env: __E,
                next: __N,
            ) -> impl ::core::future::Future<Output = #krate::Result> + ::core::marker::Send {
                #krate::__private::Middleware::call(&self.layers, ctx, env, next)
            }
        }
    )
}

/// With `needs(…)`: the check walk where the pipeline is written, from an environment of just these values.
fn check(krate: &TokenStream, item: &Item, needs: &[Type], types: &[(Span, TokenStream)]) -> TokenStream {
    let cfgs = cfg_attributes(&item.attributes);
    let (impl_generics, _, where_clause) = item.generics.split_for_impl();
    let environment = needs.iter().fold(quote!(#krate::__private::Root), |outer, need| {
        quote_spanned!(need.span()=> #krate::__private::Provided<#need, #outer>)
    });
    let probe = local("__probe");
    let mut steps = TokenStream::new();
    for (index, (span, stage_type)) in types.iter().enumerate() {
        let marker = quote_spanned!(*span=> ::core::marker::PhantomData::<#stage_type>);
        steps.extend(walk(krate, index == 0, &probe, &marker, *span, "stage_type"));
    }
    let name = &item.name;
    let name = quote!(#name).into_token_stream();
    quote!(
        #(#cfgs)*
        const _: () = {
            #[allow(dead_code, non_snake_case)]
            fn #name #impl_generics() #where_clause {
                let #probe = #krate::__private::open_with::<#krate::Context, #environment, _>();
                #steps
                #krate::__private::close(#probe);
            }
        };
    )
}
