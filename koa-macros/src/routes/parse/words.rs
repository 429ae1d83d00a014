//! The words of a line: methods, arrows, doc comments.

use std::fmt::Write as _;

use proc_macro2::{Ident, TokenTree};
use syn::{Attribute, Expr, GenericParam, Generics, LitStr, Meta, Token, ext::IdentExt as _, parse::ParseStream};

use super::{LINE, Reader};
use crate::routes::{
    model::Table,
    verbs::{Verbs, not_a_method},
};

impl Reader<'_> {
    pub(super) fn methods(&mut self, input: ParseStream<'_>) -> syn::Result<(Option<Verbs>, Vec<String>)> {
        if input.peek(Token![*]) {
            input.parse::<Token![*]>()?;
            return Ok((Some(Verbs::Any), Vec::new()));
        }
        let (mut numbers, mut names, mut failed) = (Vec::new(), Vec::new(), false);
        loop {
            if !input.peek(Ident::peek_any) {
                return Err(input.error(format!("expected a method: {LINE}")));
            }
            let method = input.call(Ident::parse_any)?;
            let mut text = method.to_string();
            // `M-SEARCH` is three tokens
            while input.peek(Token![-]) && input.peek2(Ident::peek_any) {
                input.parse::<Token![-]>()?;
                let _ = write!(text, "-{}", input.call(Ident::parse_any)?);
            }
            if let Some(sentence) = not_a_method(&text) {
                self.diagnostics.refuse(&method, sentence);
                failed = true;
            } else if names.contains(&text) {
                self.diagnostics.refuse(&method, format!("`{text}` is written twice"));
            } else if let Some(number) = Table::number(&mut self.others, &text) {
                numbers.push(number);
                names.push(text);
            } else {
                self.diagnostics.refuse(&method, "a table has at most 22 methods that not every server knows");
                failed = true;
            }
            if !input.peek(Token![|]) {
                return Ok(((!failed).then_some(Verbs::These(numbers)), names));
            }
            input.parse::<Token![|]>()?;
        }
    }

    pub(super) fn arrow(&mut self, input: ParseStream<'_>, what: &str) -> syn::Result<()> {
        if input.peek(Token![=>]) {
            input.parse::<Token![=>]>()?;
            return Ok(());
        }
        let error = input.error(format!("behind its pattern {what} has a `=>`: {LINE}"));
        if input.is_empty() {
            return Err(error);
        }
        self.diagnostics.add(error);
        // what stands in its place
        if input.peek(Token![->]) {
            input.parse::<Token![->]>()?;
        } else if input.peek(Token![,]) || input.peek(Token![:]) || input.peek(Token![=]) {
            input.parse::<TokenTree>()?;
        }
        Ok(())
    }
}

/// The types and constants that an item is generic in.
pub(super) fn parameters(generics: &Generics) -> Vec<Ident> {
    let named = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => Some(parameter.ident.clone()),
        GenericParam::Const(parameter) => Some(parameter.ident.clone()),
        GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(named).collect()
}

/// The text of a doc comment.
pub(super) fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    if !meta.path.is_ident("doc") {
        return None;
    }
    match &meta.value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => Some(String::new()),
    }
}

pub(super) fn starts_a_line(input: ParseStream<'_>) -> bool {
    input.peek(Token![#])
        || input.peek(LitStr)
        || input.peek(Token![*])
        || input.peek(Ident::peek_any) && (input.peek2(LitStr) || input.peek2(Token![|]) || input.peek2(Token![-]))
}

pub(super) fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
