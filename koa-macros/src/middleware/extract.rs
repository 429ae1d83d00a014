//! `#[query]`, `#[body]` and `#[param]` parameters: what is made of the request before the user's fn runs.

use syn::{Attribute, Expr, Ident, Meta, Pat, PatType, Token, Type, ext::IdentExt as _, parse::ParseStream};

use crate::{
    middleware::{
        lifetimes,
        model::{Extract, How, Param, Role, Source},
        roles::Teller,
    },
    tokens::{bare, in_an_option, is_one_value, last_name, readable},
};

/// `#[query]`, `#[body]`, `#[body(limit = EXPR)]`, `#[param]` or `#[param(name)]`. A parameter that is not named has no name yet.
pub(super) fn source(attribute: &Attribute) -> syn::Result<Source> {
    if attribute.path().is_ident("param") {
        return param(attribute);
    }
    let is_query = attribute.path().is_ident("query");
    match &attribute.meta {
        Meta::Path(_) if is_query => Ok(Source::Query),
        Meta::Path(_) => Ok(Source::Body { limit: None }),
        meta if is_query => Err(syn::Error::new_spanned(meta, "`#[query]` has no options: all of the query is read")),
        Meta::NameValue(meta) => Err(syn::Error::new_spanned(meta, "write `#[body(limit = …)]`, in bytes")),
        Meta::List(_) => attribute.parse_args_with(limit).map(|limit| Source::Body { limit }),
    }
}

fn limit(input: ParseStream<'_>) -> syn::Result<Option<Expr>> {
    let mut limit = None;
    while !input.is_empty() {
        let key: Ident = input.call(Ident::parse_any)?;
        if key != "limit" {
            let sentence = format!("`#[body]` has no option `{key}`; it takes `limit = …`, in bytes");
            return Err(syn::Error::new(key.span(), sentence));
        }
        if input.parse::<Token![=]>().is_err() || input.is_empty() {
            return Err(syn::Error::new(key.span(), "write the number of bytes too: `#[body(limit = 65_536)]`"));
        }
        if limit.replace(input.parse()?).is_some() {
            return Err(syn::Error::new(key.span(), "`limit` is given twice"));
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(limit)
}

fn param(attribute: &Attribute) -> syn::Result<Source> {
    let sentence = "`#[param(id)]` names the capture `{id}`, where the parameter has another name";
    let name = match &attribute.meta {
        Meta::Path(_) => Ident::new("_", proc_macro2::Span::call_site()),
        Meta::List(_) => attribute.parse_args().map_err(|_| syn::Error::new_spanned(attribute, sentence))?,
        Meta::NameValue(meta) => return Err(syn::Error::new_spanned(meta, sentence)),
    };
    Ok(Source::Param(Param { name, how: How::Value }))
}

impl Teller<'_> {
    /// How a `#[param]` is read, by its type.
    fn param(&mut self, input: &PatType, attribute: Attribute, mut param: Param) -> Role {
        let (ty, name) = (bare(&input.ty), readable(&input.pat));
        let refused = Role::Refused { as_argument: false };
        if param.name == "_" {
            let Pat::Ident(pat) = &*input.pat else {
                let sentence = "a capture is found by its name, and this parameter has none: write `#[param(id)]`";
                self.diagnostics.refuse(&input.pat, sentence);
                return refused;
            };
            param.name = pat.ident.unraw();
            param.name.set_span(pat.ident.span());
        }
        let optional = in_an_option(ty);
        let (reference, inner) = match optional.unwrap_or(ty) {
            Type::Reference(reference) => (Some(reference), bare(&reference.elem)),
            other => (None, other),
        };
        if let Type::Slice(_) = inner {
            let sentence = format!(
                "`{name}` is a piece of the path: write `{name}: &str`, or `{name}: Vec<String>` for several segments"
            );
            self.diagnostics.refuse(ty, sentence);
            return refused;
        }
        if let Type::TraitObject(_) = inner {
            self.diagnostics.refuse(ty, format!("`{name}` needs its whole type, as that says how it is read"));
            return refused;
        }
        let is_segments = last_name(inner).is_some_and(|name| name == "Segments");
        let is_str = matches!(inner, Type::Path(path) if path.path.is_ident("str"));
        param.how = if let Some(reference) = reference {
            if let Some(mutability) = &reference.mutability {
                let sentence = format!("`{name}` is shared by all who read it: leave `mut` out");
                self.diagnostics.refuse(mutability, sentence);
                return refused;
            }
            if let Some(lifetime) = &reference.lifetime {
                let sentence = "leave the lifetime out: the value is borrowed for as long as this layer runs";
                self.diagnostics.refuse(lifetime, sentence);
                return refused;
            }
            match (optional, is_str) {
                (None, true) => How::Str,
                (Some(_), true) => How::OptionalStr,
                (None, false) if is_segments => {
                    let sentence = format!("segments are a view already: write `{name}: Segments<'_>`");
                    self.diagnostics.refuse(ty, sentence);
                    return refused;
                }
                (None, false) => How::Borrowed(inner.clone()),
                (Some(_), false) => How::OptionalBorrowed(inner.clone()),
            }
        } else if is_segments {
            if optional.is_some() {
                let sentence = format!("of what is left out there are no segments: write `{name}: Segments<'_>`");
                self.diagnostics.refuse(ty, sentence);
                return refused;
            }
            How::Segments
        } else {
            if let Some(borrow) = lifetimes::borrow(ty) {
                let sentence =
                    format!("`{name}` is made of a piece of the path: let it own what it holds, or read a `&str`");
                self.diagnostics.refuse(borrow, sentence);
                return refused;
            }
            How::Value
        };
        if let Some(placeholder) = lifetimes::placeholder(ty) {
            let sentence = format!("`{name}` needs its whole type, as that says how it is read");
            self.diagnostics.refuse(placeholder, sentence);
            return refused;
        }
        Role::Extract(Box::new(Extract { source: Source::Param(param), attribute, ty: ty.clone() }))
    }

    pub(super) fn extract(&mut self, place: usize, input: &PatType, attribute: Attribute, source: Source) -> Role {
        let (ty, name, what) = (bare(&input.ty), readable(&input.pat), source.attribute());
        let inner = if let Type::Reference(reference) = ty { bare(&reference.elem) } else { ty };
        let is_context = self.context.as_ref().is_some_and(|(context, _)| *context == place);
        let refused = Role::Refused { as_argument: false };
        if is_context || last_name(inner).is_some_and(|name| name == "Next") {
            self.diagnostics.refuse(input, format!("`{name}` is no part of the request: leave `{what}` out"));
            return refused;
        }
        if let Source::Param(param) = source {
            return self.param(input, attribute, param);
        }
        let owned = match inner {
            Type::Path(path) if path.path.is_ident("str") => Some("String".to_owned()),
            Type::Slice(slice) if readable(&slice.elem) == "u8" && what == "#[body]" => Some("Bytes".to_owned()),
            Type::Slice(slice) => Some(format!("Vec<{}>", readable(&slice.elem))),
            Type::TraitObject(_) => Some(format!("Box<{}>", readable(inner))),
            inner if matches!(ty, Type::Reference(_)) => Some(readable(inner)),
            _ => None,
        };
        if let Some(owned) = owned {
            let sentence = format!("`{name}` is made for this layer, which owns it: write `{name}: {owned}`");
            self.diagnostics.refuse(ty, sentence);
            return refused;
        }
        if let Some(borrow) = lifetimes::borrow(ty) {
            let sentence = format!(
                "`{name}` outlives the bytes that it is read from, so it cannot borrow: let it own what it holds"
            );
            self.diagnostics.refuse(borrow, sentence);
            return refused;
        }
        if let Some(placeholder) = lifetimes::placeholder(ty) {
            let sentence = format!("`{name}` needs its whole type, as that says how it is read");
            self.diagnostics.refuse(placeholder, sentence);
            return refused;
        }
        if let (Source::Query, true) = (&source, is_one_value(ty)) {
            let sentence = format!(
                "a query is pairs of names and values: read it into a struct with a field `{name}: {}`",
                readable(ty)
            );
            self.diagnostics.refuse(ty, sentence);
            return refused;
        }
        Role::Extract(Box::new(Extract { source, attribute, ty: ty.clone() }))
    }
}
