//! Names for what the expansion of a table makes.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Attribute;

use crate::{pipeline::stage_name, tokens::Tokens};

/// Names, each of its own, for what the expansion of one table makes.
pub(super) struct Names {
    /// What tells the items of this table from those of others.
    table: String,
    count: usize,
    captures: BTreeMap<String, Ident>,
}

impl Names {
    pub(super) fn new(table: &Ident) -> Self {
        Self { table: table.to_string(), count: 0, captures: BTreeMap::new() }
    }

    pub(super) fn next(&mut self, what: &str, span: Span) -> Ident {
        format_ident!("__{what}{}", self.number(), span = Span::mixed_site().located_at(span))
    }

    /// See [`stage_name`].
    pub(super) fn stage(&mut self, span: Span) -> Ident {
        stage_name(self.number(), span)
    }

    pub(super) fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// The alias for [the type](name_type) of a capture's name. rustc looks into a constant in a type wherever it is written, so it is
    /// written once.
    pub(super) fn capture(&mut self, name: &Ident) -> Ident {
        let text = name.to_string();
        let alias = format_ident!("{}_name_{text}", self.table, span = Span::mixed_site());
        self.captures.entry(text).or_insert(alias).clone()
    }

    /// The aliases.
    pub(super) fn aliases(&self, krate: &Tokens, cfgs: &[Attribute]) -> TokenStream {
        let private = quote!(#krate::__private).into();
        let aliases = self.captures.iter().map(|(name, alias)| {
            let name = name_type(&private, name);
            quote!(#(#cfgs)* #[doc(hidden)] #[allow(non_camel_case_types)] type #alias = #name;)
        });
        aliases.collect()
    }
}

/// A name as a type: its bytes as numbers, sixteen bytes each.
pub(crate) fn name_type(private: &Tokens, name: &str) -> TokenStream {
    let numbers = name.as_bytes().chunks(16).map(|bytes| {
        let number = bytes.iter().fold(0, |number, &byte| number << 8 | u128::from(byte));
        let number = Literal::u128_unsuffixed(number);
        quote!(#private::Name<#number>)
    });
    let numbers: Vec<TokenStream> = numbers.collect();
    match &*numbers {
        [one] => one.clone(),
        several => quote!((#(#several,)*)),
    }
}
