//! Small questions to tokens, shared by the macros.

use proc_macro2::{Delimiter, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, Type, ext::IdentExt as _, spanned::Spanned as _};

/// A generated token that errors show at the user's.
///
/// It stays a generated one, so that the lints of the user's crate do not look at it, and what it binds is invisible
/// to the user's code.
pub(crate) fn generated_at(place: &impl ToTokens) -> Span {
    Span::mixed_site().located_at(place.span())
}

/// Shows `tokens` at `place` in errors, from its first token to its last, as if the user had written them there: rustc's
/// span of an expression, a type or a bound reaches from its own first token to its own last.
pub(crate) fn shown_at(place: &impl ToTokens, tokens: impl Into<Tokens>) -> Tokens {
    let Tokens(place) = place.to_token_stream().into();
    shown_from_to(&place, tokens.into())
}

fn shown_from_to(place: &[TokenTree], mut tokens: Tokens) -> Tokens {
    if let ([first, ..], Some(token)) = (place, tokens.0.first_mut()) {
        token.set_span(first.span());
    }
    if let ([.., last], Some(token)) = (place, tokens.0.last_mut()) {
        token.set_span(last.span());
    }
    tokens
}

/// The same of a bound whose path begins with `private`, be it `::koa_runtime::__private` or a short name for it.
pub(crate) fn bound_at(place: &impl ToTokens, private: &Tokens, bound: impl Into<Tokens>) -> Tokens {
    let (Tokens(place), mut bound) = (place.to_token_stream().into(), bound.into());
    let Some(first) = place.first().map(TokenTree::span) else { return bound };
    bound.0.iter_mut().take(private.0.len()).for_each(|token| token.set_span(first));
    shown_from_to(&place, bound)
}

/// A few tokens that are written again and again, one by one: what stands in a `quote!` as a `TokenStream` is put there by rustc, with
/// all that comes before it, which takes long where macros are compiled without optimizations.
#[derive(Clone, Default)]
pub(crate) struct Tokens(Vec<TokenTree>);

impl Tokens {
    pub(crate) fn map(self, change: impl FnMut(TokenTree) -> TokenTree) -> Self {
        Self(self.0.into_iter().map(change).collect())
    }

    /// A name of ours.
    pub(crate) fn name(name: &str) -> Self {
        Ident::new(name, Span::mixed_site()).into()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `::name`.
    pub(crate) fn is_crate(&self, name: &str) -> bool {
        matches!(&*self.0, [TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Ident(last)] if last == name)
    }

    pub(crate) fn push(&mut self, token: impl Into<TokenTree>) {
        self.0.push(token.into());
    }

    /// A sign of ours that stands alone.
    pub(crate) fn push_sign(&mut self, sign: char) {
        let mut sign = Punct::new(sign, Spacing::Alone);
        sign.set_span(Span::mixed_site());
        self.push(sign);
    }
}

impl From<TokenStream> for Tokens {
    fn from(tokens: TokenStream) -> Self {
        Self(tokens.into_iter().collect())
    }
}

impl From<Ident> for Tokens {
    fn from(name: Ident) -> Self {
        Self(vec![name.into()])
    }
}

impl From<&Self> for Tokens {
    fn from(tokens: &Self) -> Self {
        tokens.clone()
    }
}

impl Extend<Tokens> for Tokens {
    fn extend<T: IntoIterator<Item = Tokens>>(&mut self, several: T) {
        several.into_iter().for_each(|tokens| self.0.extend(tokens.0));
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

/// Takes `[$crate] …` apart: `koa_runtime`'s macros put the path of their crate before what the user wrote.
pub(crate) fn krate(tokens: TokenStream, name: &str) -> syn::Result<(Tokens, TokenStream)> {
    let mut tokens = tokens.into_iter();
    match tokens.next() {
        Some(TokenTree::Group(krate)) => Ok((krate.stream().into(), tokens.collect())),
        other => {
            let span = other.map_or_else(Span::call_site, |token| token.span());
            Err(syn::Error::new(span, format!("use `koa_runtime::{name}!`, not the proc macro behind it")))
        }
    }
}

/// The type itself, without the parentheses around it, seen or (from a `macro_rules`) unseen.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(paren) => bare(&paren.elem),
        Type::Group(group) => bare(&group.elem),
        ty => ty,
    }
}

/// The last name of a type's path: `Next` of `koa::Next<User>`.
pub(crate) fn last_name(ty: &Type) -> Option<&Ident> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// `T` of `Option<T>`.
pub(crate) fn in_an_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = bare(ty) else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(bare(ty)),
        _ => None,
    }
}

/// Whether it is a type of the standard library that holds one value, and that text parses as.
pub(crate) fn is_one_value(ty: &Type) -> bool {
    const ONES: [&str; 17] = [
        "String", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
        "u128", "usize",
    ];
    let Type::Path(path) = ty else { return false };
    path.path.get_ident().is_some_and(|name| ONES.iter().any(|one| name == one))
}

/// Whether the identifier occurs anywhere, in nested groups too.
pub(crate) fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    let name = name.unraw();
    any(tokens, &mut |token| matches!(token, TokenTree::Ident(ident) if ident.unraw() == name))
}

/// Whether the lifetime of this name (without its tick) occurs anywhere.
pub(crate) fn mentions_lifetime(tokens: &TokenStream, name: &Ident) -> bool {
    let mut after_tick = false;
    any(tokens, &mut |token| {
        let found = after_tick && matches!(token, TokenTree::Ident(ident) if ident == name);
        after_tick = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'');
        found
    })
}

/// Whether a bound, or a predicate, takes one away: `?Sized`.
pub(crate) fn is_relaxed(bound: &TokenStream) -> bool {
    any(bound, &mut |token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '?'))
}

fn any(tokens: &TokenStream, found: &mut dyn FnMut(&TokenTree) -> bool) -> bool {
    tokens.clone().into_iter().any(|token| match &token {
        TokenTree::Group(group) => any(&group.stream(), found),
        token => found(token),
    })
}

/// A type as its author would write it: `Tx<'_>`, where `to_string` gives `Tx < '_ >`.
pub(crate) fn readable(tokens: impl ToTokens) -> String {
    let mut text = Text::default();
    text.write(tokens.to_token_stream());
    text.out
}

#[derive(Default)]
struct Text {
    out: String,
    /// Whether a space comes before the next token: if that is a word, if it is a group, whatever it is.
    space_before_word: bool,
    space_before_group: bool,
    space: bool,
}

impl Text {
    fn write(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.group(group.delimiter(), group.stream()),
                TokenTree::Punct(punct) => {
                    let mut operator = String::from(punct.as_char());
                    let mut spacing = punct.spacing();
                    while spacing == Spacing::Joint && operator != "'" {
                        let Some(TokenTree::Punct(next)) = tokens.peek() else { break };
                        // of two neighbours only these are one operator: `>>` and `<'` are two
                        if !matches!((punct.as_char(), next.as_char()), (':', ':') | ('-' | '=', '>')) {
                            break;
                        }
                        operator.push(next.as_char());
                        spacing = next.spacing();
                        tokens.next();
                    }
                    self.operator(&operator);
                }
                word => self.word(&word.to_string()),
            }
        }
    }

    fn word(&mut self, word: &str) {
        if self.space || self.space_before_word {
            self.out.push(' ');
        }
        let is_keyword = matches!(word, "mut" | "dyn" | "impl" | "const" | "as" | "where");
        self.space_before_group = is_keyword || self.out.ends_with('\'');
        self.out.push_str(word);
        self.space_before_word = true;
        self.space = is_keyword;
    }

    fn operator(&mut self, operator: &str) {
        let lead = match operator {
            "+" | "=" | "->" | "=>" => true,
            "'" | "&" => self.space_before_word && !self.out.ends_with('>') || self.space,
            _ => self.space,
        };
        if lead {
            self.out.push(' ');
        }
        self.out.push_str(operator);
        self.space = matches!(operator, "," | ";" | ":" | "+" | "=" | "->" | "=>");
        self.space_before_word = operator == ">";
        self.space_before_group = false;
    }

    fn group(&mut self, delimiter: Delimiter, inner: TokenStream) {
        let (open, close) = match delimiter {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace if inner.is_empty() => ("{", "}"),
            Delimiter::Brace => ("{ ", " }"),
            Delimiter::None => ("", ""),
        };
        if !open.is_empty() {
            if self.space || self.space_before_group || delimiter == Delimiter::Brace && self.space_before_word {
                self.out.push(' ');
            }
            self.out.push_str(open);
            (self.space, self.space_before_word, self.space_before_group) = (false, false, false);
        }
        self.write(inner);
        if !close.is_empty() {
            self.out.push_str(close);
            (self.space, self.space_before_word) = (false, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_reads_as_it_was_written() {
        for text in [
            "User",
            "a::b::User",
            "::a::User",
            "Tx<'_>",
            "Pool<'a, Db>",
            "&'a mut [u8]",
            "&&str",
            "(A, &mut B<'_>)",
            "dyn Repo + Send + 'static",
            "(dyn Repo + Send)",
            "&'x (dyn Repo + 'static)",
            "Box<dyn Fn(&str) -> Result<(), E> + Send>",
            "dyn Iterator<Item = u8>",
            "<T as Trait>::Value",
            "[u8; 4]",
            "Vec<Vec<u8>>",
            "dyn for<'a> Fn(&'a str)",
            "fn(u8) -> u8",
        ] {
            let ty: Type = syn::parse_str(text).unwrap();
            assert_eq!(readable(&ty), text);
        }
    }

    #[test]
    fn a_name_is_found_in_nested_groups_but_not_inside_other_names() {
        let body = quote::quote!({
            a;
            f(|x| [next.run(ctx)])
        });
        assert!(mentions(&body, &quote::format_ident!("next")));
        assert!(!mentions(
            &quote::quote!({
                next_one;
                "next"
            }),
            &quote::format_ident!("next")
        ));
        assert!(mentions(&body, &quote::format_ident!("r#next")));
    }

    #[test]
    fn a_lifetime_is_not_an_identifier() {
        let ty = quote::quote!(Tx<'db>);
        assert!(mentions_lifetime(&ty, &quote::format_ident!("db")));
        assert!(!mentions_lifetime(&quote::quote!(Tx<db>), &quote::format_ident!("db")));
    }
}
