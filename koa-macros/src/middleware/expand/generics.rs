//! The user's generics, as far as each generated item has them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{GenericParam, LifetimeParam, Type, TypeParam};

use crate::{
    middleware::model::{Kept, Layer, as_type_parameter, bounds, names_a_lifetime, names_the_context},
    tokens::{Tokens, mentions, shown_at},
};

/// Parameters and bounds, ready to be written.
#[derive(Default)]
pub(super) struct Generics {
    lifetimes: Vec<Tokens>,
    types: Vec<Tokens>,
    predicates: Vec<Tokens>,
}

/// What is written behind the struct. Where each value it keeps is a type parameter itself, it needs none of the bounds; with
/// them, rustc would ask for them wherever a named pipeline mentions the type, one by one.
pub(super) fn kept(layer: &Layer) -> Generics {
    let mut kept = layer.configs().filter_map(|(_, config)| match &config.kept {
        Kept::Value(ty) | Kept::Slice(ty) | Kept::Owned(ty) | Kept::Shared(ty) => Some(ty),
        Kept::Str => None,
    });
    let is_plain = |ty: &Type| as_type_parameter(ty, &layer.generics).is_some() || !names_a_type(layer, ty);
    if !kept.all(is_plain) {
        return bounded(layer);
    }
    let is_bound = |tokens: &TokenStream| !crate::tokens::is_relaxed(tokens);
    let mut generics = some(layer, is_bound);
    generics.predicates.retain(|predicate| crate::tokens::is_relaxed(&predicate.to_token_stream()));
    generics
}

/// Whether the type mentions a type parameter of the layer.
fn names_a_type(layer: &Layer, ty: &Type) -> bool {
    layer.generics.type_params().any(|parameter| mentions(&ty.to_token_stream(), &parameter.ident))
}

/// `T: Clone` for each generic value that is cloned for each request.
pub(super) fn cloned(layer: &Layer) -> impl Iterator<Item = TokenStream> {
    layer.configs().filter_map(|(_, config)| {
        let Kept::Value(ty) = &config.kept else { return None };
        let says_so = as_type_parameter(ty, &layer.generics).is_some_and(|parameter| {
            let bounds = bounds(parameter, &layer.generics);
            bounds.iter().any(|bound| mentions_clone(&bound.to_token_stream()))
        });
        let clone = shown_at(ty, quote_spanned!(Span::mixed_site()=> ::core::clone::Clone));
        (names_a_type(layer, ty) && !says_so).then(|| quote_spanned!(Span::mixed_site()=> #ty: #clone))
    })
}

fn mentions_clone(bound: &TokenStream) -> bool {
    ["Clone", "Copy"].iter().any(|name| mentions(bound, &Ident::new(name, Span::call_site())))
}

/// What the layer's type has: not the context, which a pipeline decides, and no lifetimes, as it outlives them.
pub(super) fn declared(layer: &Layer) -> Generics {
    let mut generics = bounded(layer);
    generics.predicates.extend(cloned(layer).map(Tokens::from));
    generics
}

fn bounded(layer: &Layer) -> Generics {
    some(layer, |tokens| names_a_lifetime(tokens, &layer.generics) || names_the_context(layer, tokens))
}

/// The same and the context, for the check walk.
pub(super) fn checked(layer: &Layer) -> Generics {
    let keeps_no_lifetime = |tokens: &TokenStream| names_a_lifetime(tokens, &layer.generics);
    let mut generics = some(layer, keeps_no_lifetime);
    if let Some(context) = layer.context_parameter() {
        generics.types.insert(0, type_parameter(context, &keeps_no_lifetime));
    }
    generics
}

/// What the check walk has beside what the layer's type has: the context and every bound.
pub(super) fn walked(layer: &Layer) -> Generics {
    let mut generics = checked(layer);
    generics.types.truncate(usize::from(layer.context_parameter().is_some()));
    generics
}

/// All of it, for what runs. The lifetimes come apart, as an impl wants only those that it mentions.
pub(super) fn running(layer: &Layer) -> (Generics, Vec<LifetimeParam>) {
    let mut generics = Generics::default();
    for parameter in &layer.generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(parameter) => generics.types.push(type_parameter(parameter, &|_| false)),
            GenericParam::Const(parameter) => generics.types.push(parameter.to_token_stream().into()),
        }
    }
    let clause = layer.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    generics.predicates = clause.map(|predicate| predicate.to_token_stream().into()).collect();
    (generics, layer.generics.lifetimes().cloned().collect())
}

fn some(layer: &Layer, leave_out: impl Fn(&TokenStream) -> bool) -> Generics {
    let types = layer.own_parameters().map(|parameter| match parameter {
        GenericParam::Type(parameter) => type_parameter(parameter, &leave_out),
        other => other.to_token_stream().into(),
    });
    let clause = layer.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let predicates = clause.map(ToTokens::to_token_stream).filter(|predicate| !leave_out(predicate));
    Generics { lifetimes: Vec::new(), types: types.collect(), predicates: predicates.map(Tokens::from).collect() }
}

fn type_parameter(parameter: &TypeParam, leave_out: &dyn Fn(&TokenStream) -> bool) -> Tokens {
    let mut parameter = parameter.clone();
    let bounds = std::mem::take(&mut parameter.bounds);
    parameter.bounds = bounds.into_iter().filter(|bound| !leave_out(&bound.to_token_stream())).collect();
    if parameter.bounds.is_empty() {
        parameter.colon_token = None;
    }
    parameter.into_token_stream().into()
}

/// The layer's type: `audit<S>`.
pub(super) fn self_type(layer: &Layer) -> Tokens {
    let this = super::this(layer);
    let arguments: Vec<_> = layer.own_parameters().map(ident).collect();
    if arguments.is_empty() {
        return this.into();
    }
    quote_spanned!(Span::mixed_site()=> #this<#(#arguments),*>).into()
}

/// The type and const parameters, as arguments.
pub(super) fn arguments(layer: &Layer) -> Vec<Ident> {
    let not_a_lifetime = |parameter: &&GenericParam| !matches!(parameter, GenericParam::Lifetime(_));
    layer.generics.params.iter().filter(not_a_lifetime).map(ident).collect()
}

/// The name of a parameter.
pub(super) fn ident(parameter: &GenericParam) -> Ident {
    match parameter {
        GenericParam::Lifetime(parameter) => parameter.lifetime.ident.clone(),
        GenericParam::Type(parameter) => parameter.ident.clone(),
        GenericParam::Const(parameter) => parameter.ident.clone(),
    }
}

impl Generics {
    pub(super) fn add_lifetimes(&mut self, lifetimes: impl IntoIterator<Item = impl ToTokens>) {
        self.lifetimes.extend(lifetimes.into_iter().map(|lifetime| lifetime.into_token_stream().into()));
    }

    pub(super) fn add_types(&mut self, types: impl IntoIterator<Item = impl Into<Tokens>>) {
        self.types.extend(types.into_iter().map(Into::into));
    }

    /// Those of our own, by their names.
    pub(super) fn add_names(&mut self, names: &[&str]) {
        self.types.extend(names.iter().map(|name| Tokens::name(name)));
    }

    /// The parameters of another, before these.
    pub(super) fn prepend_types(&mut self, other: Self) {
        self.types.splice(0..0, other.types);
    }

    pub(super) fn add_predicate(&mut self, predicate: impl Into<Tokens>) {
        self.predicates.push(predicate.into());
    }

    /// `of: bound`
    pub(super) fn add_bound(&mut self, of: impl Into<Tokens>, bound: Tokens) {
        let mut predicate = of.into();
        predicate.push_sign(':');
        predicate.extend([bound]);
        self.predicates.push(predicate);
    }

    /// `<'a, S: Store>`
    pub(super) fn parameters(&self) -> Tokens {
        let mut parameters = Tokens::default();
        for (number, parameter) in self.lifetimes.iter().chain(&self.types).enumerate() {
            parameters.push_sign(if number == 0 { '<' } else { ',' });
            parameters.extend([parameter.clone()]);
        }
        if !parameters.is_empty() {
            parameters.push_sign('>');
        }
        parameters
    }

    /// `where S: 'static`
    pub(super) fn where_clause(&self) -> Tokens {
        if self.predicates.is_empty() {
            return Tokens::default();
        }
        let mut clause = Tokens::name("where");
        for predicate in &self.predicates {
            clause.extend([predicate.clone()]);
            clause.push_sign(',');
        }
        clause
    }

    /// Everything that is written, to see which lifetimes it mentions.
    pub(super) fn tokens(&self) -> TokenStream {
        self.types.iter().chain(&self.predicates).map(ToTokens::to_token_stream).collect()
    }
}
