//! The lifetimes of the types in a signature. Where they go (bounds, impls) Rust wants each of them named.

use proc_macro2::{Ident, Span};
use quote::ToTokens as _;
use syn::{
    Lifetime, Type, TypeFnPtr, TypeReference,
    spanned::Spanned as _,
    visit::{self, Visit},
    visit_mut::{self, VisitMut},
};

use crate::tokens::generated_at;

/// `ty` with a name for each lifetime left out in it: `Tx<'_>` is `Tx<'v0>`. The names are added to `names`.
pub(crate) fn named(ty: &Type, prefix: &str, names: &mut Vec<Lifetime>) -> Type {
    let mut ty = ty.clone();
    Replace(|lifetime: Option<&Lifetime>, place: Span| {
        if lifetime.is_some_and(|lifetime| lifetime.ident != "_") {
            return None;
        }
        let name = Lifetime {
            apostrophe: Span::mixed_site().located_at(place),
            ident: Ident::new(&format!("{prefix}{}", names.len()), Span::mixed_site().located_at(place)),
        };
        names.push(name.clone());
        Some(name)
    })
    .visit_type_mut(&mut ty);
    ty
}

/// `ty` with every lifetime `'static`, as the check walk knows types.
pub(crate) fn eternal(ty: &Type) -> Type {
    let mut ty = ty.clone();
    Replace(|_: Option<&Lifetime>, place: Span| Some(Lifetime::new("'static", Span::mixed_site().located_at(place))))
        .visit_type_mut(&mut ty);
    ty
}

/// A trait object with `+ 'static`, as behind `&'x` it would otherwise live no longer than `'x`. Other types as they are.
pub(crate) fn with_static_object(ty: &Type) -> Type {
    match ty {
        Type::TraitObject(object) if !object.bounds.iter().any(|b| matches!(b, syn::TypeParamBound::Lifetime(_))) => {
            let mut object = object.clone();
            object.bounds.push(syn::TypeParamBound::Lifetime(Lifetime::new("'static", generated_at(&object))));
            Type::TraitObject(object)
        }
        ty => ty.clone(),
    }
}

/// Whether a lifetime is written in `ty` or left out in it, be it `'static`.
pub(crate) fn has_any(ty: &Type) -> bool {
    let mut found = false;
    Replace(|_: Option<&Lifetime>, _| {
        found = true;
        None
    })
    .visit_type_mut(&mut ty.clone());
    found
}

/// The tokens of the first borrow in `ty` that is not `'static`.
pub(crate) fn borrow(ty: &Type) -> Option<proc_macro2::TokenStream> {
    let mut found = None;
    let mut ty = ty.clone();
    Replace(|lifetime: Option<&Lifetime>, place: Span| {
        if found.is_none() && lifetime.is_none_or(|lifetime| lifetime.ident != "static") {
            found = Some(
                lifetime.map_or_else(|| syn::Token![&](place).to_token_stream(), quote::ToTokens::to_token_stream),
            );
        }
        None
    })
    .visit_type_mut(&mut ty);
    found
}

/// Whether a part of the type is left to inference.
pub(crate) fn placeholder(ty: &Type) -> Option<syn::TypeInfer> {
    struct Find(Option<syn::TypeInfer>);
    impl Visit<'_> for Find {
        fn visit_type_infer(&mut self, placeholder: &syn::TypeInfer) {
            self.0.get_or_insert_with(|| placeholder.clone());
        }
    }
    let mut find = Find(None);
    find.visit_type(ty);
    find.0
}

/// The first `impl Trait` in the type.
pub(crate) fn impl_trait(ty: &Type) -> Option<syn::TypeImplTrait> {
    struct Find(Option<syn::TypeImplTrait>);
    impl<'a> Visit<'a> for Find {
        fn visit_type_impl_trait(&mut self, found: &'a syn::TypeImplTrait) {
            self.0.get_or_insert_with(|| found.clone());
            visit::visit_type_impl_trait(self, found);
        }
    }
    let mut find = Find(None);
    find.visit_type(ty);
    find.0
}

/// Asks about each lifetime that belongs to the type itself, written or left out.
struct Replace<F>(F);

impl<F: FnMut(Option<&Lifetime>, Span) -> Option<Lifetime>> VisitMut for Replace<F> {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if let Some(other) = self.0(Some(lifetime), lifetime.span()) {
            *lifetime = other;
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = self.0(None, reference.and_token.span);
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    // In these, a lifetime that is left out or introduced by `for<'a>` is the fn's or the trait's own.
    fn visit_type_fn_ptr_mut(&mut self, _: &mut TypeFnPtr) {}
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
    fn visit_trait_bound_mut(&mut self, bound: &mut syn::TraitBound) {
        if bound.lifetimes.is_none() {
            visit_mut::visit_trait_bound_mut(self, bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::readable;

    fn ty(text: &str) -> Type {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn each_lifetime_left_out_gets_a_name_of_its_own() {
        let mut names = Vec::new();
        assert_eq!(
            readable(named(&ty("Tx<'_, 'a, &str, &'static u8>"), "v", &mut names)),
            "Tx<'v0, 'a, &'v1 str, &'static u8>"
        );
        assert_eq!(readable(named(&ty("&[u8]"), "v", &mut names)), "&'v2 [u8]");
        assert_eq!(names.len(), 3);
    }

    #[test]
    fn the_lifetimes_of_a_fn_type_are_its_own() {
        for text in ["fn(&str) -> &str", "Box<dyn Fn(&str)>", "dyn for<'x> Load<'x>"] {
            assert_eq!(readable(named(&ty(text), "v", &mut Vec::new())), text);
            assert_eq!(readable(eternal(&ty(text))), text);
            assert!(borrow(&ty(text)).is_none());
        }
    }

    #[test]
    fn the_check_walk_knows_only_static() {
        assert_eq!(readable(eternal(&ty("Tx<'_, 'a, &str>"))), "Tx<'static, 'static, &'static str>");
    }

    #[test]
    fn a_borrow_is_found_unless_it_is_static() {
        assert_eq!(borrow(&ty("Vec<&str>")).unwrap().to_string(), "&");
        assert_eq!(borrow(&ty("Tx<'a>")).unwrap().to_string(), "'a");
        assert!(borrow(&ty("Vec<&'static str>")).is_none());
    }

    #[test]
    fn a_static_lifetime_is_one_too() {
        for text in ["&'static str", "Cow<'static, str>", "Tx<'_>", "Vec<&str>"] {
            assert!(has_any(&ty(text)), "{text}");
        }
        for text in ["String", "Vec<(u8, User)>", "Box<dyn Fn(&str)>"] {
            assert!(!has_any(&ty(text)), "{text}");
        }
    }

    #[test]
    fn a_trait_object_lives_as_long_as_it_says() {
        assert_eq!(readable(with_static_object(&ty("dyn Repo"))), "dyn Repo + 'static");
        assert_eq!(readable(with_static_object(&ty("dyn Repo + 'a"))), "dyn Repo + 'a");
        assert_eq!(readable(with_static_object(&ty("User"))), "User");
    }
}
