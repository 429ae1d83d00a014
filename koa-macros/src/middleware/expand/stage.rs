//! The layer as the check walk sees it: what it needs of the layers outside it, and what it leaves to those inside.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::{
    Indices, context,
    extract::{self, name_type},
    generics::{self, Generics},
    hidden, index, private, provided,
};
use crate::{
    middleware::{
        lifetimes,
        model::{Context, Kind, Layer, Param},
    },
    tokens::{Tokens, bound_at, generated_at, shown_at},
};

/// One bound for each fact, at the user's own token for it: as an impl, and as a method, from which rustc reports the fact
/// without a word about the impl.
pub(super) fn stage(layer: &Layer) -> (TokenStream, TokenStream) {
    // Outside of the block that has a short name for `koa_runtime::__private`, so that rustc calls the method `logger::__stage`. Where
    // the user has named the crate it stays inside, so that a wrong name is reported once.
    let is_outside = layer.koa.is_crate("koa_runtime");
    let private =
        &if is_outside { quote_spanned!(Span::mixed_site()=> ::koa_runtime::__private).into() } else { private() };
    let mut facts = Facts::of(layer, private);
    facts.of_reads();
    let named = facts.of_params();
    facts.of_shares();
    let env = facts.of_values_that_go();
    facts.generics.add_types(facts.passed.iter().cloned());
    let depth = facts.of_depth();
    let Facts { self_type, walked, index, generics, passed, .. } = facts;
    let inside = provided(private, layer.provides(), env);
    let end = layer.next().is_none().then(|| quote_spanned!(Span::mixed_site()=> , #self_type, #private::Ended));
    let (walk, out) = (
        quote_spanned!(Span::mixed_site()=> #private::Walk<__E, __D>),
        quote_spanned!(Span::mixed_site()=> #private::Walk<#inside, #depth #end>),
    );
    let (walk, out) = (walk.into(), out.into());
    let method = method(layer, private, &generics, &[&self_type, &walked, &walk, &out, &index]);
    // rustc shows the whole impl, and its trait: both at the name
    let (first, last) = (quote_spanned!(layer.name.span()=> impl), quote_spanned!(layer.name.span()=> {}));
    let at_the_name = bound_at(&layer.name, private, private.clone());
    let fact =
        quote_spanned!(layer.name.span()=> #at_the_name::Stage<#walked, #walk, #out, #index, __K, (#(#passed,)*)>);
    let (parameters, where_clause) = whole(layer, generics);
    let self_type = shown_at(&layer.name, self_type);
    let stage = quote_spanned! {Span::mixed_site()=>
        #[doc(hidden)]
        #first #parameters #fact for #self_type #where_clause #last
    };
    let method = quote_spanned!(Span::mixed_site()=> #named #method);
    if is_outside { (method, stage) } else { (TokenStream::new(), quote!(#method #stage)) }
}

/// The parameters and bounds of the impl: the layer's own, and those of the walk.
fn whole(layer: &Layer, mut generics: Generics) -> (Tokens, Tokens) {
    generics.prepend_types(generics::declared(layer));
    (generics.parameters(), generics.where_clause())
}

fn method(
    layer: &Layer,
    private: &Tokens,
    generics: &Generics,
    [self_type, walked, walk, out, index]: &[&Tokens; 5],
) -> TokenStream {
    let declared = generics::declared(layer);
    let (parameters, where_clause) = (generics.parameters(), generics.where_clause());
    let (own_parameters, own_where_clause) = (declared.parameters(), declared.where_clause());
    let cfg = &layer.attributes.on_all;
    let method = Ident::new("__stage", generated_at(&layer.name));
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        impl #own_parameters #self_type #own_where_clause {
            #[doc(hidden)]
            #[allow(dead_code, clippy::type_complexity)]
            pub fn #method #parameters(
                &self,
                probe: #private::Probe<#walked, #walk, #index>,
            ) -> #private::Probe<#walked, #out, __K> #where_clause {
                probe.pass()
            }
        }
    }
}

/// What the check walk needs of the layers outside this one, as the bounds of an impl.
struct Facts<'a> {
    layer: &'a Layer,
    /// How it calls `koa_runtime::__private`.
    private: &'a Tokens,
    self_type: Tokens,
    /// The context that is walked with.
    walked: Tokens,
    indices: Indices,
    /// The index that they make.
    index: Tokens,
    generics: Generics,
    /// What rustc finds out on the way.
    passed: Vec<Ident>,
}

impl<'a> Facts<'a> {
    /// With that of the context.
    fn of(layer: &'a Layer, private: &'a Tokens) -> Self {
        let self_type = generics::self_type(layer);
        let indices = Indices::of(layer);
        let mut generics = generics::walked(layer);
        let is_generic = matches!(layer.context, Some(Context::Generic(_)));
        let (walked, protocol) = if is_generic {
            (context(layer), quote_spanned!(Span::mixed_site()=> #private::Here).into())
        } else {
            generics.add_names(&["__C"]);
            (Tokens::name("__C"), Tokens::name("__X"))
        };
        generics.add_names(&["__E", "__D", "__K"]);
        if !is_generic {
            let context = context(layer);
            generics.add_types([&protocol]);
            let bound = quote_spanned!(Span::mixed_site()=> #private::RunsOn<#context, #self_type, #protocol>);
            let bound = bound_at(&context, private, bound);
            generics.add_bound(&walked, bound);
        }
        generics.add_types(indices.all());
        let index = index(private, &protocol, &indices.all(), &Tokens::name("__K"));
        Self { layer, private, self_type, walked, indices, index, generics, passed: Vec::new() }
    }

    fn of_reads(&mut self) {
        let Self { layer, private, self_type, indices, generics, .. } = self;
        for (ty, index) in layer.reads().zip(&indices.reads) {
            let plain = lifetimes::eternal(ty);
            let bound =
                bound_at(ty, private, quote_spanned!(Span::mixed_site()=> #private::Needs<#plain, #self_type, #index>));
            generics.add_bound(Tokens::name("__E"), bound);
        }
    }

    /// And the traits that name them.
    fn of_params(&mut self) -> TokenStream {
        let Self { layer, private, indices, generics, passed, .. } = self;
        let mut named = TokenStream::new();
        for (number, ((param, ty), index)) in layer.params().zip(&indices.params).enumerate() {
            // how it is captured, and the part of its index that says that it can be read so: see `ReadAs`
            let (kind, read_as) = (hidden('Q', number), hidden('A', number));
            let captures = captures(layer, param);
            named.extend(captures_item(private, layer, param, &captures));
            let captures =
                shown_at(&param.name, quote_spanned!(Span::mixed_site()=> #captures<#index, #kind, #read_as>));
            generics.add_bound(Tokens::name("__E"), captures);
            let read = extract::read_bound(private, layer, &param.how, ty, &read_as);
            generics.add_bound(kind.clone(), read);
            passed.extend([kind, read_as]);
        }
        named
    }

    fn of_shares(&mut self) {
        for share in &self.indices.shares {
            self.generics.add_predicate(share.fact(self.private, &self.self_type));
        }
    }

    /// Each value taken or replaced leaves another environment; the last of them.
    fn of_values_that_go(&mut self) -> Tokens {
        let Self { layer, private, self_type, indices, generics, passed, .. } = self;
        let mut env = Tokens::name("__E");
        let replaced = layer.provides().iter().filter(|value| value.kind == Kind::Replaced);
        let taken = layer.takes().zip(&indices.takes).map(|(ty, index)| (ty, index, "Takes"));
        let replaced = replaced.zip(&indices.replaces).map(|(value, index)| (&value.ty, index, "Replaces"));
        for (number, (ty, index, what)) in taken.chain(replaced).enumerate() {
            let (plain, what) = (lifetimes::eternal(ty), Ident::new(what, Span::mixed_site()));
            let left = hidden('O', number);
            let bound = bound_at(
                ty,
                private,
                quote_spanned!(Span::mixed_site()=> #private::#what<#plain, #self_type, #index, #left>),
            );
            generics.add_bound(env, bound);
            env = left.clone().into();
            passed.push(left);
        }
        env
    }

    /// A layer that puts much around `next` counts more.
    fn of_depth(&mut self) -> Tokens {
        let Self { layer, private, generics, passed, .. } = self;
        let mut depth = Tokens::name("__D");
        for number in 0..layer.more_halves() {
            let deeper = hidden('D', number);
            generics.add_predicate(quote_spanned!(Span::mixed_site()=> #depth: #private::Heavier<#deeper>));
            depth = deeper.clone().into();
            generics.add_types([deeper.clone()]);
            passed.push(deeper);
        }
        depth
    }
}

/// The trait that says that a route around the layer captures a name: one of the layer's own, so that an error says the name.
fn captures(layer: &Layer, param: &Param) -> Ident {
    format_ident!("__{}_{}", layer.name.unraw(), param.name, span = Span::mixed_site().located_at(param.name.span()))
}

fn captures_item(private: &Tokens, layer: &Layer, param: &Param, captures: &Ident) -> TokenStream {
    let (cfg, name) = (&layer.attributes.on_all, name_type(private, &param.name));
    let message = format!(
        "`{}` reads the path parameter `{1}`, but no route around it captures `{{{{{1}}}}}`",
        layer.name, param.name
    );
    let note = format!(
        "if two routes around it capture `{{{{{}}}}}`, nobody knows which is meant: give one another name",
        param.name
    );
    let label = format!("its route needs `{{{{{}}}}}`", param.name);
    quote_spanned! {Span::mixed_site()=>
        #(#cfg)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code, unreachable_pub, missing_docs)]
        #[diagnostic::on_unimplemented(message = #message, label = #label, note = #note)]
        pub trait #captures<I, K, A> {}

        #(#cfg)*
        #[doc(hidden)]
        #[diagnostic::do_not_recommend]
        impl<E: #private::HasParam<#name, K, A, I>, I, K, A> #captures<I, K, A> for E {}
    }
}
