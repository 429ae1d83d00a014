//! `#[config]` parameters: what the layer is built with, and keeps for all requests.

use syn::{
    Attribute, Expr, Ident, Meta, Pat, PatIdent, PatType, PathArguments, PathSegment, Token, Type,
    ext::IdentExt as _,
    parse::ParseStream,
    visit::{self, Visit},
};

use crate::{
    middleware::{
        model::{Config, Kept, Role},
        roles::Teller,
    },
    tokens::{bare, last_name, readable},
};

/// `#[config]` or `#[config(default = EXPR)]`.
pub(super) fn default(attribute: &Attribute) -> syn::Result<Option<Expr>> {
    if let Meta::Path(_) = attribute.meta {
        return Ok(None);
    }
    if let Meta::NameValue(meta) = &attribute.meta {
        return Err(syn::Error::new_spanned(meta, "write `#[config(default = …)]`"));
    }
    attribute.parse_args_with(|input: ParseStream<'_>| {
        let mut default = None;
        while !input.is_empty() {
            let key: Ident = input.call(Ident::parse_any)?;
            if key != "default" {
                let sentence = format!("`#[config]` has no option `{key}`; it takes `default = …`");
                return Err(syn::Error::new(key.span(), sentence));
            }
            if input.parse::<Token![=]>().is_err() {
                return Err(syn::Error::new(key.span(), "write the value too: `#[config(default = …)]`"));
            }
            if default.replace(input.parse()?).is_some() {
                return Err(syn::Error::new(key.span(), "`default` is given twice"));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(default)
    })
}

/// A name in the type that stands for what one thread keeps to itself.
fn not_for_threads(ty: &Type) -> Option<Ident> {
    struct Find(Option<Ident>);
    impl Visit<'_> for Find {
        fn visit_path_segment(&mut self, segment: &PathSegment) {
            // a lock makes what is in it fit for threads, or rustc says why not
            if ["Mutex", "RwLock"].iter().any(|name| segment.ident == name) {
                return;
            }
            let has_one = ["Rc", "Cell", "RefCell"].iter().any(|name| segment.ident == name);
            if has_one && matches!(segment.arguments, PathArguments::AngleBracketed(_)) {
                self.0.get_or_insert_with(|| segment.ident.clone());
            }
            visit::visit_path_segment(self, segment);
        }
    }
    let mut find = Find(None);
    find.visit_type(ty);
    find.0
}

impl Teller<'_> {
    pub(super) fn config(
        &mut self,
        place: usize,
        input: &PatType,
        default: Option<Expr>,
        docs: Vec<Attribute>,
    ) -> Role {
        let ty = bare(&input.ty);
        let inner = if let Type::Reference(reference) = ty { bare(&reference.elem) } else { ty };
        let is_context = self.context.as_ref().is_some_and(|(context, _)| *context == place);
        if is_context || last_name(inner).is_some_and(|name| name == "Next") {
            let name = readable(&input.pat);
            self.diagnostics.refuse(input, format!("`{name}` comes with each request: leave `#[config]` out"));
            return Role::Refused { as_argument: false };
        }
        let refused = Role::Refused { as_argument: default.is_none() };
        let Pat::Ident(PatIdent { ident, by_ref: None, subpat: None, .. }) = &*input.pat else {
            let sentence =
                format!("a `#[config]` parameter is an argument of `{}`, so it needs a plain name", self.layer);
            self.diagnostics.refuse(&input.pat, sentence);
            return refused;
        };
        let Some(kept) = self.kept(ident, ty) else { return refused };
        Role::Config(Box::new(Config { name: ident.clone(), kept, default, docs }))
    }

    fn kept(&mut self, name: &Ident, ty: &Type) -> Option<Kept> {
        if let Some(alone) = not_for_threads(ty) {
            let (article, instead) = if alone == "Rc" { ("an", "an `Arc`") } else { ("a", "a `Mutex` or an atomic") };
            let sentence = format!(
                "all requests share `{name}`, on several threads, and {article} `{alone}` stays on one: write {instead}"
            );
            self.diagnostics.refuse(alone, sentence);
            return None;
        }
        let Type::Reference(reference) = ty else {
            let owned = match ty {
                Type::TraitObject(_) => format!("Box<{}>", readable(ty)),
                Type::Slice(slice) => format!("Vec<{}>", readable(&slice.elem)),
                Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
                _ => return Some(Kept::Value(ty.clone())),
            };
            let sentence =
                format!("the layer keeps `{name}`, and a `{}` has no size: write `{name}: &{owned}`", readable(ty));
            self.diagnostics.refuse(ty, sentence);
            return None;
        };
        // a `&'static str` is a value like any other: copied, not lent by the layer
        if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static") {
            return Some(Kept::Value(ty.clone()));
        }
        let inner = bare(&reference.elem);
        if reference.mutability.is_some() {
            let sentence =
                format!("all requests share `{name}`, so it cannot be `&mut`; a `&Mutex<…>` or a `&AtomicUsize` can");
            self.diagnostics.refuse(ty, sentence);
            return None;
        }
        Some(match inner {
            Type::TraitObject(object) => {
                let written = readable(object);
                let sentence = format!(
                    "the layer keeps `{name}`, and a `{written}` has no size: write `{name}: &Box<{written}>` or `{name}: Arc<{written}>`"
                );
                self.diagnostics.refuse(ty, sentence);
                return None;
            }
            Type::Slice(slice) => Kept::Slice((*slice.elem).clone()),
            Type::Path(path) if path.path.is_ident("str") => Kept::Str,
            inner if last_name(inner).is_some_and(|name| name == "Path" || name == "OsStr" || name == "CStr") => {
                Kept::Owned(inner.clone())
            }
            inner => Kept::Shared(inner.clone()),
        })
    }
}
