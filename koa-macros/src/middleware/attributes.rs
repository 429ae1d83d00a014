//! Which of the generated items an attribute of the user's fn belongs to.

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Attribute, Meta, Path, Token, punctuated::Punctuated};

use crate::diagnostics::Diagnostics;

/// The user's attributes, each where it has a meaning.
#[derive(Default)]
pub(crate) struct Attributes {
    /// On every item.
    pub(crate) on_all: Vec<TokenStream>,
    /// On the struct.
    pub(crate) on_struct: Vec<TokenStream>,
    /// On the fn that makes the layer.
    pub(crate) on_fn: Vec<TokenStream>,
    /// On the async fn that has the user's body.
    pub(crate) on_body: Vec<TokenStream>,
    /// The layer is documented.
    pub(crate) has_docs: bool,
    /// The user says what it means not to use the layer.
    pub(crate) has_must_use: bool,
    /// There are attributes that may look into the fn with the body.
    pub(crate) has_foreign: bool,
}

/// Lints that look at the fn as others see it, not into its body.
const ON_THE_OUTSIDE: [&str; 5] =
    ["dead_code", "missing_docs", "non_snake_case", "unnameable_types", "unreachable_pub"];

/// The attributes for lint levels.
pub(crate) fn is_lint_level(path: &Path) -> bool {
    ["allow", "warn", "deny", "forbid", "expect"].iter().any(|level| path.is_ident(level))
}

/// Why an attribute that makes something else of a fn cannot stand beside `#[middleware]`.
fn refused(path: &Path) -> Option<&'static str> {
    let last = path.segments.last()?;
    if last.ident == "main" {
        Some("a layer runs inside of the program, and this makes a `main` of it: leave the attribute out")
    } else if last.ident == "test" {
        Some("a layer is not a test; a test asks an application that the layer stands in: `app.get(\"/\").await`")
    } else {
        None
    }
}

impl Attributes {
    /// Tells them apart.
    pub(crate) fn of(attributes: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut sorted = Self::default();
        for attribute in attributes {
            if attribute.path().segments.last().is_some_and(|last| last.ident == "middleware") {
                diagnostics.refuse(attribute, "`#[middleware]` is written twice");
            } else if let Some(sentence) = refused(attribute.path()) {
                diagnostics.refuse(attribute, sentence);
            } else {
                // with its own `#` and brackets, which rustc shows
                let pound = attribute.pound_token;
                sorted.add(&attribute.meta, &|meta| {
                    let mut meta = Group::new(Delimiter::Bracket, meta);
                    meta.set_span(attribute.bracket_token.span.join());
                    quote!(#pound #meta)
                });
            }
        }
        sorted
    }

    /// `write` makes an attribute of a meta; inside `cfg_attr` it puts the condition around it.
    fn add(&mut self, meta: &Meta, write: &dyn Fn(TokenStream) -> TokenStream) {
        let path = meta.path();
        if path.is_ident("cfg") {
            self.on_all.push(write(quote!(#meta)));
        } else if path.is_ident("cfg_attr") {
            self.add_conditional(meta, write);
        } else if path.is_ident("doc") {
            self.has_docs = true;
            self.on_struct.push(write(quote!(#meta)));
            self.on_fn.push(write(quote!(#meta)));
        } else if path.is_ident("must_use") {
            self.has_must_use = true;
            self.on_fn.push(write(quote!(#meta)));
        } else if path.is_ident("deprecated") {
            self.on_fn.push(write(quote!(#meta)));
        } else if path.is_ident("expect") {
            self.add_expectation(meta, write);
        } else if is_lint_level(path) {
            for items in [&mut self.on_struct, &mut self.on_fn, &mut self.on_body] {
                items.push(write(quote!(#meta)));
            }
        } else {
            self.has_foreign = true;
            self.on_body.push(write(quote!(#meta)));
        }
    }

    /// `cfg_attr(condition, a, b)`: each attribute goes its own way, under the same condition.
    fn add_conditional(&mut self, meta: &Meta, write: &dyn Fn(TokenStream) -> TokenStream) {
        let metas =
            meta.require_list().and_then(|list| list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated));
        let Some((condition, metas)) = metas.as_ref().ok().and_then(|metas| {
            let mut metas = metas.iter();
            metas.next().map(|condition| (condition, metas))
        }) else {
            // rustc says what is wrong with it
            self.on_body.push(write(quote!(#meta)));
            return;
        };
        for meta in metas {
            self.add(meta, &|meta| write(quote!(cfg_attr(#condition, #meta))));
        }
    }

    /// An expectation must be met where it stands, so each lint is expected on the one item that it looks at and
    /// allowed on the others.
    fn add_expectation(&mut self, meta: &Meta, write: &dyn Fn(TokenStream) -> TokenStream) {
        let parsed =
            meta.require_list().and_then(|list| list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated));
        let Ok(parsed) = parsed else {
            self.on_body.push(write(quote!(#meta)));
            return;
        };
        let (lints, reason): (Vec<_>, Vec<_>) = parsed.iter().partition(|meta| matches!(meta, Meta::Path(_)));
        let (outside, inside): (Vec<_>, Vec<_>) =
            lints.into_iter().partition(|lint| ON_THE_OUTSIDE.iter().any(|name| lint.path().is_ident(name)));
        let expect = |lints: &[&Meta]| write(quote!(expect(#(#lints,)* #(#reason,)*)));
        let allow = |lints: &[&Meta]| write(quote!(allow(#(#lints,)* #(#reason,)*)));
        if !outside.is_empty() {
            self.on_struct.push(allow(&outside));
            self.on_fn.push(expect(&outside));
            self.on_body.push(allow(&outside));
        }
        if !inside.is_empty() {
            self.on_struct.push(allow(&inside));
            self.on_fn.push(allow(&inside));
            self.on_body.push(expect(&inside));
        }
    }
}

/// The attribute as it was written.
pub(crate) fn written(attribute: &Attribute) -> String {
    crate::tokens::readable(attribute.path().to_token_stream())
}
