//! A layer to code: the struct, the fn that makes it, and in a block of their own the impls.

mod extract;
mod fallback;
mod generics;
mod item;
mod respond;
mod run;
mod stage;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::Type;

pub(super) use self::fallback::{fallback, stub};
use super::{
    lifetimes,
    model::{Context, Kept, Kind, Layer, Source, Value},
};
use crate::tokens::{Tokens, bound_at, generated_at, readable};

/// What `#[middleware]` makes of a layer.
pub(super) fn layer(layer: &Layer) -> TokenStream {
    let (item, maker) = (item::item(layer), item::maker(layer));
    let builders = item::builders(layer);
    let (describe, (method, stage), middleware) = (describe(layer), stage::stage(layer), run::middleware(layer));
    let impls = quote_spanned!(Span::mixed_site()=> #builders #describe #stage #middleware);
    let impls = block(layer, &impls);
    quote_spanned!(Span::mixed_site()=> #item #maker #method #impls)
}

/// The impls do not add to the names around the layer, and call `koa_runtime::__private` by a short one.
fn block(layer: &Layer, impls: &TokenStream) -> TokenStream {
    let (cfg, koa) = (&layer.attributes.on_all, &layer.koa);
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        #[allow(unexpected_cfgs)]
        const _: () = {
            use #koa::__private as __koa;
            #impls
        };
    }
}

/// The struct's name: generated, so that no lint wants it in another case, but shown where the user's is.
fn this(layer: &Layer) -> Ident {
    let mut name = layer.name.clone();
    name.set_span(generated_at(&layer.name));
    name
}

/// A type parameter of the expansion's own: `__I0`.
fn hidden(letter: char, number: usize) -> Ident {
    format_ident!("__{letter}{number}", span = Span::mixed_site())
}

/// The type behind `ctx: &mut …`.
fn context(layer: &Layer) -> Tokens {
    let koa = &layer.koa;
    match &layer.context {
        Some(Context::Concrete(ty)) => ty.to_token_stream().into(),
        Some(Context::Generic(name)) => name.clone().into(),
        None => quote_spanned!(Span::mixed_site()=> #koa::Context).into(),
    }
}

/// How the block of impls calls `koa_runtime::__private`.
fn private() -> Tokens {
    Tokens::name("__koa")
}

/// A layer's index: a list of pairs that ends in `Here`, then the index of what follows.
fn index(private: &Tokens, protocol: &Tokens, values: &[Ident], follows: &Tokens) -> Tokens {
    let here = quote_spanned!(Span::mixed_site()=> #private::Here);
    let list = values.iter().rev().fold(here, |rest, value| quote_spanned!(Span::mixed_site()=> (#value, #rest)));
    quote_spanned!(Span::mixed_site()=> ((#protocol, #list), #follows)).into()
}

/// The indices of what a layer reads, takes and replaces, and of what it shares between threads.
struct Indices {
    reads: Vec<Ident>,
    takes: Vec<Ident>,
    replaces: Vec<Ident>,
    shares: Vec<Share>,
    params: Vec<Ident>,
}

/// What a layer hands inward, or keeps for all requests.
struct Share {
    number: usize,
    index: Ident,
    written: Type,
    /// `Lent` or `Kept`.
    how: &'static str,
}

impl Share {
    fn all(layer: &Layer) -> Vec<Self> {
        let lent = layer.provides().iter().filter(|value| value.kind != Kind::Exclusive);
        let lent = lent.map(|value| (&value.ty, "Lent"));
        let kept = layer.configs().filter_map(|(_, config)| match &config.kept {
            Kept::Value(ty) | Kept::Slice(ty) | Kept::Shared(ty) => Some((ty, "Kept")),
            Kept::Str | Kept::Owned(_) => None,
        });
        let all = lent.chain(kept).enumerate();
        all.map(|(n, (ty, how))| Self { number: n, index: hidden('S', n), written: ty.clone(), how }).collect()
    }

    /// `Counter: Lent<count, 0, __S0>`, with the layer's type. As it mentions an index, rustc looks at it where the layer is
    /// used.
    fn fact(&self, private: &Tokens, layer: &Tokens) -> TokenStream {
        let Self { number, index, .. } = self;
        let ty = lifetimes::eternal(&self.written);
        let how = Ident::new(self.how, Span::mixed_site());
        let bound = bound_at(
            &self.written,
            private,
            quote_spanned!(Span::mixed_site()=> #private::#how<#layer, #number, #index>),
        );
        quote_spanned!(Span::mixed_site()=> #ty: #bound)
    }

    /// What that means for the future of the layer, which rustc need not find out then. Of a type with lifetimes, `'static`
    /// included, it would say too little: in a future they are any lifetime.
    fn consequence(&self, layer: &Tokens) -> Option<TokenStream> {
        let ty = lifetimes::eternal(&self.written);
        if self.how == "Kept" {
            return Some(self.fact(&private(), layer));
        }
        let has_lifetimes = lifetimes::has_any(&self.written) || matches!(ty, Type::TraitObject(_));
        // over every lifetime, so that rustc takes our word for it until the layer is used
        (!has_lifetimes).then(|| {
            quote_spanned!(Span::mixed_site()=> for<'__lent> &'__lent #ty: ::core::marker::Send + ::core::marker::Sync)
        })
    }
}

impl Indices {
    fn of(layer: &Layer) -> Self {
        let replaces = layer.provides().iter().filter(|value| value.kind == Kind::Replaced).count();
        Self {
            reads: (0..layer.reads().count()).map(|n| hidden('I', n)).collect(),
            takes: (0..layer.takes().count()).map(|n| hidden('T', n)).collect(),
            replaces: (0..replaces).map(|n| hidden('R', n)).collect(),
            shares: Share::all(layer),
            params: (0..layer.params().count()).map(|n| hidden('P', n)).collect(),
        }
    }

    fn all(&self) -> Vec<Ident> {
        let shares = self.shares.iter().map(|share| &share.index);
        let values = self.reads.iter().chain(&self.takes).chain(&self.replaces).chain(&self.params);
        values.chain(shares).cloned().collect()
    }
}

/// The environment of the check walk, inside a layer that hands these values inward.
fn provided<'a>(private: &Tokens, values: impl IntoIterator<Item = &'a Value>, outer: Tokens) -> Tokens {
    values.into_iter().fold(outer, |outer, value| {
        let ty = lifetimes::eternal(&value.ty);
        match value.kind {
            Kind::Exclusive => {
                quote_spanned!(Span::mixed_site()=> #private::Provided<#private::Exclusively<#ty>, #outer>)
            }
            Kind::Shared | Kind::Replaced => quote_spanned!(Span::mixed_site()=> #private::Provided<#ty, #outer>),
        }
        .into()
    })
}

fn describe(layer: &Layer) -> TokenStream {
    let generics = generics::kept(layer);
    let (impl_generics, where_clause) = (generics.parameters(), generics.where_clause());
    let self_type = generics::self_type(layer);
    let (name, line) = (layer.name.to_string(), line(&layer.name));
    let kind = Ident::new(if layer.next().is_some() { "layer" } else { "endpoint" }, Span::mixed_site());
    let switch = match layer.takes().next() {
        Some(_) => "Taking",
        None if run::hands_on(layer) => "Alone",
        None => "WithTheRest",
    };
    let switch = Ident::new(switch, Span::mixed_site());
    let list = |called: &str, types: Vec<&Type>| {
        let called = Ident::new(called, Span::mixed_site());
        let types: Vec<String> = types.into_iter().map(readable).collect();
        (!types.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> .#called(&[#(#types),*])))
    };
    let reads = list("reads", layer.reads().collect());
    let takes = list("takes", layer.takes().collect());
    let provides = list("provides", layer.provides().iter().map(|value| &value.ty).collect());
    let others = layer.provides().iter().filter(|value| value.kind == Kind::Replaced);
    let replaces = list("replaces", others.map(|value| &value.ty).collect());
    let made_of = |is_wanted: fn(&Source) -> bool| {
        layer.extracts().filter(|extract| is_wanted(&extract.source)).map(|extract| &extract.ty).collect()
    };
    let query = list("query", made_of(|source| matches!(source, Source::Query)));
    let body = list("body", made_of(|source| matches!(source, Source::Body { .. })));
    let params: Vec<String> = layer.params().map(|(param, ty)| format!("{}: {}", param.name, readable(ty))).collect();
    let params = (!params.is_empty()).then(|| quote_spanned!(Span::mixed_site()=> .params(&[#(#params),*])));
    quote_spanned! {Span::mixed_site()=>
        impl #impl_generics ::core::fmt::Debug for #self_type #where_clause {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(#name)
            }
        }

        #[doc(hidden)]
        impl #impl_generics __koa::Layer for #self_type #where_clause {
            type Switch = __koa::#switch;

            fn describe(&self) -> __koa::Description {
                __koa::Description::#kind(#name, ::core::file!(), #line) #reads #takes #params #query #body #provides #replaces
            }
        }
    }
}

/// Where the layer is written. Outside of rustc (in our own tests) there are no lines.
fn line(name: &Ident) -> proc_macro2::Literal {
    let line = if proc_macro::is_available() { name.span().unwrap().line() } else { 0 };
    proc_macro2::Literal::usize_unsuffixed(line)
}
