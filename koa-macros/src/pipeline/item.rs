//! The item form: a named pipeline is a fn and a type of the same name, so it can live in its own module or crate.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};
use syn::{
    Attribute, ConstParam, Expr, GenericParam, Generics, Ident, LifetimeParam, Type, TypeParam, TypeReference,
    Visibility, spanned::Spanned as _,
};

use super::{
    expand::{bind, chain, chain_type, inline_layer, local, off, passes, reach, stage_name, walk},
    model::{Head, Inline, Item, Layer, Stage},
    stage_type::stage_type,
};
use crate::tokens::{Tokens, generated_at, mentions, mentions_lifetime};

/// `pipeline! { pub fn name(…) needs(…) => […] }`
pub(super) fn item(krate: &Tokens, Item { head, stages: written }: &Item) -> TokenStream {
    let mut made = Made::new(krate, head);
    let stages = match made.stages(written) {
        Ok(stages) => stages,
        Err(error) => return error.into_compile_error(),
    };
    let check = head.needs.as_ref().map(|needs| {
        let probe = local("__probe");
        let mut steps = TokenStream::new();
        for (index, (stage_type, stage)) in stages.types.iter().zip(written).enumerate() {
            let span = stage.span();
            let name = stage_name(index, span);
            steps.extend(quote_spanned!(span=> let #name: #stage_type = #krate::__private::any();));
            if index != 0 {
                steps.extend(reach(&probe, &name, stage));
            }
            steps.extend(walk(krate, &probe, &name, false));
        }
        check(krate, head, needs, &probe, &steps)
    });
    let Stages { chain_type, walked_type, lets, chain, .. } = stages;
    let text = head.name.to_string();
    let named = Named {
        // what is walked where it is written need not be walked again
        walked: if head.needs.is_some() { walked_type } else { chain_type.clone() },
        running: chain_type,
        lets,
        value: chain,
        describe: quote!(
            #krate::__private::Description::pipeline(#text, ::core::file!(), ::core::line!(), &self.layers)
        ),
    };
    let named = named.expand(krate, head);
    let items = made.items;
    quote!(#items #named #check)
}

/// Stages of a named pipeline: their types, and how their values are made.
struct Stages {
    /// The type of each.
    types: Vec<TokenStream>,
    chain_type: TokenStream,
    /// The same for the check walk.
    walked_type: TokenStream,
    /// `let` for each.
    lets: TokenStream,
    chain: TokenStream,
}

/// Collects the items a named pipeline needs beside itself: its inline layers and tables, and aliases for the types of its stages.
pub(crate) struct Made<'a> {
    krate: &'a Tokens,
    head: &'a Head,
    /// The `#[cfg]`s that what is being made stands under: those of the item, and of each stage around.
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) items: TokenStream,
    inlines: usize,
    aliases: usize,
}

impl<'a> Made<'a> {
    pub(crate) fn new(krate: &'a Tokens, head: &'a Head) -> Self {
        let cfgs = cfg_attributes(&head.attributes).into_iter().cloned().collect();
        Self { krate, head, cfgs, items: TokenStream::new(), inlines: 0, aliases: 0 }
    }

    pub(crate) fn generics(&self) -> &'a Generics {
        &self.head.generics
    }

    fn stages(&mut self, stages: &[Stage]) -> syn::Result<Stages> {
        let krate = self.krate;
        let (mut types, mut names, mut lets) = (Vec::new(), Vec::new(), TokenStream::new());
        for (index, stage) in stages.iter().enumerate() {
            let span = stage.span();
            let (stage_type, value) = self.stage(stage)?;
            let name = stage_name(index, span);
            lets.extend(bind(krate, &name, &stage.cfgs, &value, span));
            types.push(stage_type);
            names.push(name);
        }
        let (chain_type, walked_type) = (chain_type(krate, "Chain", &types), chain_type(krate, "Walked", &types));
        Ok(Stages { chain_type, walked_type, types, lets, chain: chain(krate, &names) })
    }

    /// The type of a stage, by its alias, and the stage as an expression.
    pub(crate) fn stage(&mut self, stage: &Stage) -> syn::Result<(TokenStream, TokenStream)> {
        let (krate, span) = (self.krate, stage.span());
        Ok(match &stage.layer {
            Layer::Nested(_, stages) => {
                let Stages { chain_type, lets, chain, .. } = self.under(&stage.cfgs, |made| made.stages(stages))?;
                let nested = quote_spanned!(span=> #krate::__private::Nested<#chain_type>);
                let value = quote!({ #lets #krate::__private::Nested::new(#chain, ::core::file!(), ::core::line!()) });
                (self.alias(stage, &nested), value)
            }
            Layer::Inline(inline) => {
                let name = self.under(&stage.cfgs, |made| made.inline(inline));
                (self.alias(stage, &quote!(#name)), quote!(#name()))
            }
            Layer::Value(Expr::Macro(table)) if stage.is_a_table() => {
                self.aliases += 1;
                let name = format_ident!("__{}_table_{}", self.head.name, self.aliases, span = Span::mixed_site());
                let tokens = table.mac.tokens.clone();
                let (table, value) =
                    self.under(&stage.cfgs, |made| crate::routes::nested(krate, made, &name, tokens))?;
                (self.alias(stage, &table), value)
            }
            Layer::Value(value) | Layer::Typed(value, _) => {
                let alias = self.alias(stage, &stage_type(stage)?);
                let value = quote_spanned!(span=> <#alias as #krate::__private::StoodFor<_, _>>::by(#value));
                (alias, value)
            }
        })
    }

    /// What `cfgs` switch off too.
    fn under<T>(&mut self, cfgs: &[Attribute], make: impl FnOnce(&mut Self) -> T) -> T {
        let around = self.cfgs.len();
        self.cfgs.extend_from_slice(cfgs);
        let result = make(self);
        self.cfgs.truncate(around);
        result
    }

    /// The type of all of it, by an alias: a large type is written once, as rustc looks through it wherever it is written.
    pub(crate) fn whole(&mut self, what: &str, the_type: &TokenStream) -> TokenStream {
        let name = format_ident!("__{}_{what}", self.head.name, span = Span::mixed_site());
        let (parameters, arguments) = mentioned(&self.head.generics, the_type);
        let cfgs = &self.cfgs;
        self.items.extend(quote!(
            #(#cfgs)* #[doc(hidden)] #[allow(non_camel_case_types)]
            type #name #parameters = #the_type;
        ));
        quote!(#name #arguments)
    }

    fn inline(&mut self, inline: &Inline) -> Ident {
        self.inlines += 1;
        let name = format_ident!("{}_inline_{}", self.head.name, self.inlines, span = inline.async_token.span);
        self.items.extend(inline_layer(self.krate, &self.cfgs, inline, &name));
        name
    }

    /// An alias names the type once, so that rustc complains about it once. It can also stand under `#[cfg]`.
    fn alias(&mut self, stage: &Stage, stage_type: &TokenStream) -> TokenStream {
        self.aliases += 1;
        let krate = self.krate;
        let name = format_ident!("__{}_stage_{}", self.head.name, self.aliases, span = Span::mixed_site());
        let (parameters, arguments) = mentioned(&self.head.generics, stage_type);
        let (cfgs, other_cfgs) = (&stage.cfgs, &self.cfgs);
        self.items.extend(quote!(
            #(#other_cfgs)* #(#cfgs)* #[doc(hidden)] #[allow(non_camel_case_types)]
            type #name #parameters = #stage_type;
        ));
        if !cfgs.is_empty() {
            let off = off(cfgs);
            // an alias has to use its parameters
            let types = self.head.generics.type_params().map(|parameter| &parameter.ident);
            let types = types.filter(|name| mentions(stage_type, name));
            self.items.extend(quote!(
                #(#other_cfgs)* #off #[doc(hidden)] #[allow(non_camel_case_types)]
                type #name #parameters = #krate::__private::EmptyFor<(#(::core::marker::PhantomData<#types>,)*)>;
            ));
        }
        quote!(#name #arguments)
    }
}

/// What of `generics` the tokens mention: as parameters, and as arguments.
fn mentioned(generics: &Generics, tokens: &TokenStream) -> (TokenStream, TokenStream) {
    let (mut parameters, mut arguments) = (Vec::new(), Vec::new());
    for parameter in &generics.params {
        let (is_mentioned, declared, name) = match parameter {
            GenericParam::Lifetime(LifetimeParam { lifetime, .. }) => {
                (mentions_lifetime(tokens, &lifetime.ident), quote!(#lifetime), quote!(#lifetime))
            }
            GenericParam::Type(TypeParam { ident, .. }) => (mentions(tokens, ident), quote!(#ident), quote!(#ident)),
            GenericParam::Const(ConstParam { ident, ty, .. }) => {
                (mentions(tokens, ident), quote!(const #ident: #ty), quote!(#ident))
            }
        };
        if is_mentioned {
            parameters.push(declared);
            arguments.push(name);
        }
    }
    if parameters.is_empty() {
        return (TokenStream::new(), TokenStream::new());
    }
    (quote!(<#(#parameters),*>), quote!(<#(#arguments),*>))
}

pub(crate) fn cfg_attributes(attributes: &[Attribute]) -> Vec<&Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).collect()
}

/// The fn, the type, and what makes it a layer.
pub(crate) struct Named {
    /// The type of what runs.
    pub(crate) running: TokenStream,
    /// The type that the check walk goes through.
    pub(crate) walked: TokenStream,
    pub(crate) lets: TokenStream,
    pub(crate) value: TokenStream,
    /// What the layer says of itself: an expression.
    pub(crate) describe: TokenStream,
}

impl Named {
    pub(crate) fn expand(&self, krate: &Tokens, head: &Head) -> TokenStream {
        let Head { attributes, visibility, fn_token, name, generics, arguments, .. } = head;
        let Self { running, walked, lets, value, describe } = self;
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
        // shown at the name where rustc mentions it; as a method too, as `#[middleware]` does it
        let at_the_name = |mut token: TokenTree| {
            token.set_span(token.span().located_at(name.span()));
            token
        };
        let here = krate.clone().map(at_the_name);
        let stage = quote_spanned!(generated_at(name)=>
            #(#cfgs)*
            impl #impl_generics #name #type_generics #where_clause {
                #[doc(hidden)]
                #[allow(dead_code, clippy::type_complexity)]
                pub fn __stage<__C, __In, __Out, __J, __K, __W>(
                    &self,
                    probe: #here::__private::Probe<__C, __In, __J>,
                ) -> #here::__private::Probe<__C, __Out, __K>
                where
                    #here::__private::Walker: #here::__private::Stands<#walked, __C, __In, __Out, __J, __K, __W>,
                {
                    probe.pass()
                }
            }

            #(#cfgs)*
            impl #stage_generics #here::__private::Stage<__C, __In, __Out, __J, __K, __W> for #name #type_generics
            where
                #(#predicates,)*
                #walked: #here::__private::Stage<__C, __In, __Out, __J, __K, __W>,
            {
            }
        );
        // see `middleware::expand::item::struct_vis`
        let hidden = (!matches!(visibility, Visibility::Public(_))).then(|| quote!(#[doc(hidden)]));
        quote!(
            #(#cfgs)*
            #hidden
            #[allow(
                non_camel_case_types, missing_docs, missing_debug_implementations, missing_copy_implementations, dead_code,
                unreachable_pub, unnameable_types, private_bounds, private_interfaces, clippy::type_complexity
            )]
            pub struct #name #impl_generics #where_clause {
                layers: #running,
            }

            #(#attributes)*
            #[must_use]
            #visibility #fn_token #name #impl_generics(#(#arguments),*) -> #name #type_generics #where_clause {
                #lets
                #name { layers: #value }
            }

            #(#cfgs)*
            impl #impl_generics #krate::__private::Layer for #name #type_generics
            where
                #(#predicates,)*
                #running: #krate::__private::Layer,
            {
                type Switch = #krate::__private::Several;

                fn describe(&self) -> #krate::__private::Description {
                    #describe
                }

                fn override_provided(&mut self, value: &mut #krate::__private::Override) {
                    #krate::__private::Layer::override_provided(&mut self.layers, value);
                }
            }

            #stage

            #(#cfgs)*
            impl #run_generics #krate::__private::Middleware<__C, __E, __N, __J> for #name #type_generics
            where
                #(#predicates,)*
                #running: #krate::__private::Middleware<__C, __E, __N, __J>,
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
}

/// With `needs(…)`: the check walk where the pipeline is written, from an environment of just these values.
pub(crate) fn check(krate: &Tokens, head: &Head, needs: &[Type], probe: &Ident, steps: &TokenStream) -> TokenStream {
    let cfgs = cfg_attributes(&head.attributes);
    let (impl_generics, _, where_clause) = head.generics.split_for_impl();
    let environment = needs.iter().fold(quote!(#krate::__private::Root), |outer, need| {
        // what a layer inside takes, an outer one gives away
        if let Type::Reference(TypeReference { mutability: Some(_), elem, .. }) = need {
            return quote_spanned!(need.span()=> #krate::__private::Provided<#krate::__private::Exclusively<#elem>, #outer>);
        }
        quote_spanned!(need.span()=> #krate::__private::Provided<#need, #outer>)
    });
    let passes = passes(krate);
    let name = &head.name;
    quote!(
        #(#cfgs)*
        const _: () = {
            #[allow(dead_code, non_snake_case)]
            fn #name #impl_generics() #where_clause {
                #passes
                let #probe = #krate::__private::open_with::<#krate::Context, #environment, _>();
                #steps
                #krate::__private::close(#probe);
            }
        };
    )
}
