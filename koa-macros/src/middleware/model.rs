//! What a layer is: its signature, understood.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Expr, GenericParam, Generics, Ident, Lifetime, Pat, ReturnType, Type, TypeParam, Visibility};

use crate::{
    diagnostics::Diagnostics,
    middleware::{
        attributes::Attributes,
        parse::{Item, Qualifiers},
        roles, wrapped,
    },
    tokens::{Tokens, bare, mentions, readable},
};

/// A layer.
pub(crate) struct Layer {
    /// The path of `koa_runtime`.
    pub(crate) koa: Tokens,
    pub(crate) attributes: Attributes,
    pub(crate) vis: Visibility,
    pub(crate) qualifiers: Qualifiers,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// `None` for an endpoint that does not ask for its context.
    pub(crate) context: Option<Context>,
    /// In the order written.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: ReturnType,
    /// The user's own group in braces.
    pub(crate) body: TokenStream,
    /// There is a context, but it was refused.
    pub(crate) context_is_refused: bool,
    /// Whether the body can be compiled if every parameter is anything at all.
    pub(crate) body_is_sound: bool,
}

/// The type behind `ctx: &mut …`.
pub(crate) enum Context {
    /// A protocol's own context.
    Concrete(Box<Type>),
    /// A type parameter: the layer runs under every protocol.
    Generic(Ident),
}

/// A parameter of the user's fn.
pub(crate) struct Parameter {
    /// `#[allow(…)]` and the like.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    pub(crate) role: Role,
}

/// What a parameter is for.
pub(crate) enum Role {
    /// `ctx: &mut Context`
    Context,
    /// `next: Next<…>`, with the values handed inward.
    Next(Vec<Value>),
    /// `x: &T`
    Read(Type),
    /// `x: &mut T`
    Take(Type),
    /// `#[config] x: T`
    Config(Box<Config>),
    /// `#[query] x: T`, `#[body] x: T`, `#[param] x: T`
    Extract(Box<Extract>),
    /// It was refused; `as_argument` tells whether its author probably calls the layer with it.
    Refused { as_argument: bool },
}

/// A value handed inward.
pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// The type, without `Replace<…>` and `&mut`.
    pub(crate) ty: Type,
    /// The type as written.
    pub(crate) written: Type,
}

/// How a value is handed inward.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `Next<T>`
    Shared,
    /// `Next<Replace<T>>`
    Replaced,
    /// `Next<&mut T>`
    Exclusive,
}

/// A `#[config]` parameter.
pub(crate) struct Config {
    pub(crate) name: Ident,
    pub(crate) kept: Kept,
    pub(crate) default: Option<Expr>,
    /// The doc comments, for the method that sets it.
    pub(crate) docs: Vec<Attribute>,
}

/// A `#[query]`, `#[body]` or `#[param]` parameter.
pub(crate) struct Extract {
    pub(crate) source: Source,
    /// As it is written.
    pub(crate) attribute: Attribute,
    pub(crate) ty: Type,
}

/// The part of the request that a value is made of.
pub(crate) enum Source {
    /// `#[query]`
    Query,
    /// `#[body]`, `#[body(limit = …)]`
    Body { limit: Option<Expr> },
    /// `#[param]`, `#[param(name)]`
    Param(Param),
}

/// What a route has captured.
pub(crate) struct Param {
    /// The name of the capture.
    pub(crate) name: Ident,
    pub(crate) how: How,
}

/// How it is read.
pub(crate) enum How {
    /// `T`
    Value,
    /// `&str`
    Str,
    /// `&T`
    Borrowed(Type),
    /// `Option<&str>`
    OptionalStr,
    /// `Option<&T>`
    OptionalBorrowed(Type),
    /// `Segments<'_>`
    Segments,
}

impl Source {
    /// What it is called in messages.
    pub(crate) fn attribute(&self) -> &'static str {
        match self {
            Self::Query => "#[query]",
            Self::Body { .. } => "#[body]",
            Self::Param(_) => "#[param]",
        }
    }
}

/// How the layer keeps a `#[config]` value for all requests.
pub(crate) enum Kept {
    /// `T`, cloned for each request.
    Value(Type),
    /// `&str`, kept as a `String`.
    Str,
    /// `&[T]`, kept as a `Vec<T>`.
    Slice(Type),
    /// `&Path` and the like, kept as what owns it.
    Owned(Type),
    /// `&T`, kept as `T`.
    Shared(Type),
}

impl Parameter {
    /// The variable, where it is bound to one.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match &self.pat {
            Pat::Ident(pat) => Some(&pat.ident),
            _ => None,
        }
    }
}

impl Layer {
    /// Tells what each part of the signature is.
    pub(crate) fn new(item: Item, koa: Tokens, diagnostics: &mut Diagnostics) -> Self {
        let Item { head, generics, parameters, lacks_a_parameter, output, body } = item;
        let attributes = Attributes::of(&head.attributes, diagnostics);
        let roles = roles::tell(parameters, &generics, &head.name, diagnostics);
        Self {
            koa,
            attributes,
            vis: head.vis,
            qualifiers: head.qualifiers,
            name: head.name,
            generics,
            context: roles.context,
            parameters: roles.parameters,
            output,
            body,
            context_is_refused: roles.context_is_refused,
            body_is_sound: !roles.has_receiver && !lacks_a_parameter,
        }
    }

    pub(crate) fn configs(&self) -> impl Iterator<Item = (&Parameter, &Config)> {
        self.parameters.iter().filter_map(|parameter| match &parameter.role {
            Role::Config(config) => Some((parameter, &**config)),
            _ => None,
        })
    }

    /// In the order written, in which they are read.
    pub(crate) fn extracts(&self) -> impl Iterator<Item = &Extract> {
        self.parameters.iter().filter_map(|parameter| match &parameter.role {
            Role::Extract(extract) => Some(&**extract),
            _ => None,
        })
    }

    /// The `#[param]` parameters, in the order written.
    pub(crate) fn params(&self) -> impl Iterator<Item = (&Param, &Type)> {
        self.extracts().filter_map(|extract| match &extract.source {
            Source::Param(param) => Some((param, &extract.ty)),
            Source::Query | Source::Body { .. } => None,
        })
    }

    pub(crate) fn reads(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().filter_map(|parameter| match &parameter.role {
            Role::Read(ty) => Some(ty),
            _ => None,
        })
    }

    pub(crate) fn takes(&self) -> impl Iterator<Item = &Type> {
        self.parameters.iter().filter_map(|parameter| match &parameter.role {
            Role::Take(ty) => Some(ty),
            _ => None,
        })
    }

    /// `next`, and the values handed inward. Without it, the layer is an endpoint.
    pub(crate) fn next(&self) -> Option<(&Parameter, &[Value])> {
        self.parameters.iter().find_map(|parameter| match &parameter.role {
            Role::Next(values) => Some((parameter, &**values)),
            _ => None,
        })
    }

    /// By how many half layers it counts more than others.
    pub(crate) fn more_halves(&self) -> usize {
        let extracts = self.extracts().next().is_some();
        let next = self.next().and_then(|(next, _)| next.name());
        next.map_or(0, |next| wrapped::more_halves(&self.body, next, extracts))
    }

    /// The values handed inward.
    pub(crate) fn provides(&self) -> &[Value] {
        self.next().map_or(&[], |(_, values)| values)
    }

    /// Whether type parameter `name` stands for the context: then it is none of the layer's own.
    pub(crate) fn is_context(&self, name: &Ident) -> bool {
        matches!(&self.context, Some(Context::Generic(context)) if context == name)
    }

    /// The type parameter that stands for the context.
    pub(crate) fn context_parameter(&self) -> Option<&TypeParam> {
        self.generics.type_params().find(|parameter| self.is_context(&parameter.ident))
    }

    /// The type and const parameters that the layer's type has too.
    pub(crate) fn own_parameters(&self) -> impl Iterator<Item = &GenericParam> {
        self.generics.params.iter().filter(|parameter| match parameter {
            GenericParam::Lifetime(_) => false,
            GenericParam::Type(parameter) => !self.is_context(&parameter.ident),
            GenericParam::Const(_) => true,
        })
    }
}

impl Layer {
    /// Leaves out the type parameters that only refused parameters mention: for the layer that stands in for this one, nobody
    /// could infer them.
    pub(crate) fn forget_refused_types(&mut self) {
        let refused =
            self.parameters.iter().filter(|parameter| matches!(parameter.role, Role::Refused { as_argument: false }));
        let names: Vec<Ident> = refused
            .filter_map(|parameter| as_type_parameter(&parameter.ty, &self.generics).map(|found| found.ident.clone()))
            .collect();
        for name in names {
            let others = self.parameters.iter().filter(|parameter| !matches!(parameter.role, Role::Refused { .. }));
            let mut tokens: TokenStream = others.map(|parameter| parameter.ty.to_token_stream()).collect();
            tokens.extend(self.output.to_token_stream());
            if mentions(&tokens, &name) || self.is_context(&name) {
                continue;
            }
            self.body_is_sound = false;
            let parameters = std::mem::take(&mut self.generics.params);
            let is_other =
                |parameter: &GenericParam| !matches!(parameter, GenericParam::Type(found) if found.ident == name);
            self.generics.params = parameters.into_iter().filter(is_other).collect();
            if let Some(clause) = &mut self.generics.where_clause {
                let predicates = std::mem::take(&mut clause.predicates);
                clause.predicates =
                    predicates.into_iter().filter(|predicate| !mentions(&predicate.to_token_stream(), &name)).collect();
            }
        }
    }
}

impl Parameter {
    /// What the parameter is called in messages.
    pub(crate) fn called(&self) -> String {
        readable(&self.pat)
    }

    /// As written, without attributes.
    pub(crate) fn tokens(&self) -> TokenStream {
        let (pat, ty) = (&self.pat, &self.ty);
        quote!(#pat: #ty)
    }
}

/// A type parameter that `ty` is, and nothing more.
pub(crate) fn as_type_parameter<'g>(ty: &Type, generics: &'g Generics) -> Option<&'g TypeParam> {
    let Type::Path(path) = bare(ty) else { return None };
    let name = path.path.get_ident()?;
    generics.type_params().find(|parameter| parameter.ident == *name)
}

/// The bounds of a type parameter, inline and in the `where` clause, as tokens.
pub(crate) fn bounds(parameter: &TypeParam, generics: &Generics) -> Vec<syn::TypeParamBound> {
    let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let elsewhere = predicates.filter_map(|predicate| match predicate {
        syn::WherePredicate::Type(predicate) => match bare(&predicate.bounded_ty) {
            Type::Path(path) if path.path.is_ident(&parameter.ident) => Some(&predicate.bounds),
            _ => None,
        },
        _ => None,
    });
    std::iter::once(&parameter.bounds).chain(elsewhere).flatten().cloned().collect()
}

/// Whether the tokens name one of the fn's lifetimes.
pub(crate) fn names_a_lifetime(tokens: &TokenStream, generics: &Generics) -> bool {
    generics.lifetimes().any(|parameter| {
        let Lifetime { ident, .. } = &parameter.lifetime;
        crate::tokens::mentions_lifetime(tokens, ident)
    })
}

/// Whether the type mentions the type parameter that stands for the context.
pub(crate) fn names_the_context(layer: &Layer, tokens: &TokenStream) -> bool {
    layer.context_parameter().is_some_and(|parameter| mentions(tokens, &parameter.ident))
}

/// Two types are the same if they read the same.
pub(crate) fn same(one: &Type, other: &Type) -> bool {
    readable(bare(one).to_token_stream()) == readable(bare(other).to_token_stream())
}
