//! Telling parameters apart, by type and attribute.

use proc_macro2::Ident;
use syn::{Attribute, Expr, FnArg, Generics, Pat, PatType, Receiver, Type, TypeReference};

use crate::{
    diagnostics::Diagnostics,
    middleware::{
        attributes::{is_lint_level, written},
        config, extract, lifetimes,
        model::{Context, Parameter, Role, Source, as_type_parameter, bounds, same},
    },
    tokens::{bare, in_an_option, last_name, readable},
};

/// What was told.
pub(crate) struct Roles {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) context: Option<Context>,
    /// There is one, but not as it must be.
    pub(crate) context_is_refused: bool,
    pub(crate) has_receiver: bool,
}

/// Tells the parameters apart.
pub(crate) fn tell(inputs: Vec<FnArg>, generics: &Generics, layer: &Ident, diagnostics: &mut Diagnostics) -> Roles {
    let mut teller = Teller {
        generics,
        layer,
        context: None,
        has_next: false,
        has_receiver: false,
        context_is_refused: false,
        diagnostics,
    };
    let mut typed = Vec::new();
    for input in inputs {
        match input {
            FnArg::Typed(input) => typed.push(input),
            FnArg::Receiver(receiver) => teller.receiver(&receiver),
        }
    }
    teller.context = teller.find_context(&typed);
    let mut parameters = Vec::new();
    for (place, input) in typed.into_iter().enumerate() {
        let attributes = teller.attributes(&input);
        let role = teller.role(place, &input, attributes.special);
        let PatType { pat, ty, .. } = input;
        parameters.push(Parameter { lints: attributes.lints, pat: *pat, ty: *ty, role });
    }
    let context = teller.context.take().map(|(_, ty)| match as_type_parameter(&ty, generics) {
        Some(parameter) => Context::Generic(parameter.ident.clone()),
        None => Context::Concrete(Box::new(ty)),
    });
    let Teller { has_receiver, context_is_refused, .. } = teller;
    Roles { parameters, context, context_is_refused, has_receiver }
}

pub(super) struct Teller<'a> {
    generics: &'a Generics,
    pub(super) layer: &'a Ident,
    /// Which parameter is the context, and the type behind its reference.
    pub(super) context: Option<(usize, Type)>,
    has_next: bool,
    has_receiver: bool,
    context_is_refused: bool,
    pub(super) diagnostics: &'a mut Diagnostics,
}

struct ParameterAttributes {
    lints: Vec<Attribute>,
    special: Option<Special>,
}

enum Special {
    Config {
        default: Option<Expr>,
        docs: Vec<Attribute>,
    },
    Extract {
        attribute: Box<Attribute>,
        source: Source,
    },
    /// What it says was refused.
    Refused {
        as_argument: bool,
    },
}

impl Teller<'_> {
    fn receiver(&mut self, receiver: &Receiver) {
        self.has_receiver = true;
        self.diagnostics.refuse(
            receiver,
            "a layer is a free fn, without `self`; what it needs for all requests is a `#[config]` parameter",
        );
    }

    /// A parameter named `ctx` before one whose type looks like a context, so that `tera: &mut tera::Context` beside it
    /// can be a value.
    fn find_context(&self, inputs: &[PatType]) -> Option<(usize, Type)> {
        let candidates = || {
            inputs.iter().enumerate().filter_map(|(place, input)| match bare(&input.ty) {
                Type::Reference(reference) if reference.mutability.is_some() => Some((place, input, &*reference.elem)),
                _ => None,
            })
        };
        let named = candidates().find(|(_, input, _)| is_named_ctx(input));
        let found = named.or_else(|| candidates().find(|(_, _, ty)| self.looks_like_a_context(ty)));
        found.map(|(place, _, ty)| (place, ty.clone()))
    }

    fn looks_like_a_context(&self, ty: &Type) -> bool {
        last_name(ty).is_some_and(|name| name == "Context") || self.is_protocol(ty)
    }

    /// A type parameter bounded by `Protocol`.
    fn is_protocol(&self, ty: &Type) -> bool {
        as_type_parameter(ty, self.generics).is_some_and(|parameter| {
            bounds(parameter, self.generics).iter().any(|bound| match bound {
                syn::TypeParamBound::Trait(bound) => {
                    bound.path.segments.last().is_some_and(|segment| segment.ident == "Protocol")
                }
                _ => false,
            })
        })
    }

    /// A type that only the context can have, given what the context is.
    fn must_be_the_context(&self, ty: &Type, input: &PatType) -> bool {
        match &self.context {
            None => self.looks_like_a_context(ty) || is_named_ctx(input),
            Some((_, context)) => same(ty, context) || self.is_protocol(ty),
        }
    }

    fn attributes(&mut self, input: &PatType) -> ParameterAttributes {
        let (mut lints, mut docs, mut special) = (Vec::new(), Vec::new(), None);
        for attribute in &input.attrs {
            let path = attribute.path();
            if let Some(told) = self.special(attribute) {
                match &special {
                    None => special = Some(told),
                    // one of them was refused in words of its own
                    Some(Special::Refused { .. }) => {}
                    Some(first) => special = Some(self.second(input, attribute, first)),
                }
            } else if is_lint_level(path) {
                lints.push(attribute.clone());
            } else if path.is_ident("doc") {
                docs.push(attribute.clone());
            } else {
                special = Some(Special::Refused { as_argument: true });
                self.unknown_attribute(attribute);
            }
        }
        match &mut special {
            Some(Special::Config { default: Some(_), docs: kept }) => *kept = docs,
            _ => {
                if let Some(doc) = docs.first() {
                    self.diagnostics
                        .refuse(doc, "a doc comment belongs on the layer, or on a `#[config(default = …)]` parameter");
                }
            }
        }
        ParameterAttributes { lints, special }
    }

    /// `#[config]`, `#[query]`, `#[body]` or `#[param]`.
    fn special(&mut self, attribute: &Attribute) -> Option<Special> {
        let path = attribute.path();
        let (told, as_argument) = if path.is_ident("config") {
            let default = config::default(attribute);
            let as_argument = !readable(attribute).contains("default");
            (default.map(|default| Special::Config { default, docs: Vec::new() }), as_argument)
        } else if ["query", "body", "param"].iter().any(|name| path.is_ident(name)) {
            let source = extract::source(attribute);
            (source.map(|source| Special::Extract { attribute: Box::new(attribute.clone()), source }), false)
        } else {
            return None;
        };
        Some(told.unwrap_or_else(|error| {
            self.diagnostics.add(error);
            Special::Refused { as_argument }
        }))
    }

    /// A second attribute that says where a parameter comes from.
    fn second(&mut self, input: &PatType, attribute: &Attribute, first: &Special) -> Special {
        let first = match first {
            Special::Extract { source, .. } => source.attribute(),
            Special::Config { .. } | Special::Refused { .. } => "#[config]",
        };
        let second = format!("#[{}]", written(attribute));
        let sentence = if first == second {
            format!("`{first}` is written twice")
        } else {
            let name = readable(&input.pat);
            format!("`{name}` comes from one place: leave `{first}` out, or `{second}`")
        };
        self.diagnostics.refuse(attribute, sentence);
        Special::Refused { as_argument: first == "#[config]" && first == second }
    }

    fn unknown_attribute(&mut self, attribute: &Attribute) {
        let name = written(attribute);
        let sentence = match &*name {
            "cfg" | "cfg_attr" => {
                format!(
                    "`#[{name}]` cannot stand on a layer's parameter; write the layer once for each case, each with its `#[cfg]`"
                )
            }
            _ => format!(
                "`#[{name}]` is not an attribute of a layer's parameter; there are `#[param]`, `#[query]`, `#[body]`, `#[config]` and lint levels such as `#[allow(…)]`"
            ),
        };
        self.diagnostics.refuse(attribute, sentence);
    }

    fn role(&mut self, place: usize, input: &PatType, special: Option<Special>) -> Role {
        let ty = bare(&input.ty);
        if let Some(found) = lifetimes::impl_trait(ty) {
            let (layer, name) = (self.layer, readable(&input.pat));
            self.diagnostics.refuse(
                found,
                format!(
                    "a layer has a type, so `{name}` needs one with a name: `async fn {layer}<T: …>(… {name}: T …)`"
                ),
            );
            let is_config = matches!(special, Some(Special::Config { .. }));
            return Role::Refused { as_argument: is_config || special.is_none() && !matches!(ty, Type::Reference(_)) };
        }
        match special {
            Some(Special::Refused { as_argument }) => return Role::Refused { as_argument },
            Some(Special::Config { default, docs }) => return self.config(place, input, default, docs),
            Some(Special::Extract { attribute, source }) => return self.extract(place, input, *attribute, source),
            None => {}
        }
        match ty {
            Type::Reference(reference) => self.reference(place, input, reference),
            Type::Path(path) if last_name(ty).is_some_and(|name| name == "Next") => self.next(input, path),
            _ if self.looks_like_a_context(ty) || is_named_ctx(input) => self.not_by_mut(input, ty),
            _ => self.unknown(input),
        }
    }

    fn reference(&mut self, place: usize, input: &PatType, reference: &TypeReference) -> Role {
        let inner = bare(&reference.elem);
        if self.context.as_ref().is_some_and(|(context, _)| *context == place) {
            return Role::Context;
        }
        if last_name(inner).is_some_and(|name| name == "Next") {
            let sentence = format!("running `next` consumes it, so it is taken by value: `next: {}`", readable(inner));
            self.diagnostics.refuse(&input.ty, sentence);
            return Role::Refused { as_argument: false };
        }
        if self.must_be_the_context(inner, input) {
            if reference.mutability.is_some() && self.context.is_some() {
                self.diagnostics.refuse(input, "a layer has one context, and another parameter is it already");
                return Role::Refused { as_argument: false };
            }
            return self.not_by_mut(input, inner);
        }
        if let Some(lifetime) = &reference.lifetime {
            let (name, ty) = (readable(&input.pat), readable(inner));
            let mutability = if reference.mutability.is_some() { "mut " } else { "" };
            self.diagnostics.refuse(
                lifetime,
                format!("leave the lifetime out, as in `{name}: &{mutability}{ty}`: the value is borrowed for as long as this layer runs"),
            );
        }
        match reference.mutability {
            Some(_) => Role::Take(inner.clone()),
            None => Role::Read(inner.clone()),
        }
    }

    fn not_by_mut(&mut self, input: &PatType, ty: &Type) -> Role {
        self.context_is_refused = true;
        let (name, ty) = (readable(&input.pat), readable(ty));
        self.diagnostics.refuse(&input.ty, format!("the context is lent to the layer: write `{name}: &mut {ty}`"));
        Role::Refused { as_argument: false }
    }

    fn unknown(&mut self, input: &PatType) -> Role {
        let name = readable(&input.pat);
        if name == "next" {
            self.diagnostics.refuse(&input.ty, "what follows a layer is a `Next`: write `next: Next`");
            return Role::Refused { as_argument: false };
        }
        if let Some(read) = optional_reference(&input.ty) {
            let ty = readable(read);
            let sentence = format!(
                "what a layer reads is there: write `{name}: &{ty}`, or let a layer provide an `Option<{ty}>` and read that"
            );
            self.diagnostics.refuse(&input.ty, sentence);
            return Role::Refused { as_argument: false };
        }
        self.diagnostics.refuse(
            input,
            format!(
                "`{name}` is neither `ctx: &mut Context`, `next: Next`, a value read as `&T`, one taken as `&mut T`, nor `#[param]`, `#[query]`, `#[body]` or `#[config]`"
            ),
        );
        Role::Refused { as_argument: is_an_option(&input.ty) }
    }

    fn next(&mut self, input: &PatType, path: &syn::TypePath) -> Role {
        if self.has_next {
            self.diagnostics.refuse(input, "a layer has one `next`, and another parameter is it already");
            return Role::Refused { as_argument: false };
        }
        self.has_next = true;
        Role::Next(self.values(path))
    }
}

/// The `T` of an `Option<&T>`.
fn optional_reference(ty: &Type) -> Option<&Type> {
    match in_an_option(ty)? {
        Type::Reference(reference) => Some(&reference.elem),
        _ => None,
    }
}

fn is_named_ctx(input: &PatType) -> bool {
    matches!(&*input.pat, Pat::Ident(pat) if pat.ident == "ctx")
}

/// A type as options have: then a missing `#[config]` is the likeliest mistake, and the layer is called with a value.
fn is_an_option(ty: &Type) -> bool {
    last_name(ty).is_some_and(|name| {
        let name = name.to_string();
        name.starts_with(|first: char| first.is_ascii_lowercase())
            || ["String", "Vec", "Option", "Duration", "PathBuf", "Arc", "Box"].contains(&&*name)
            || name.ends_with("Options")
            || name.ends_with("Config")
    })
}
