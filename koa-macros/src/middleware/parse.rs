//! Tokens to syntax: attributes, visibility and signature. The body stays one group of tokens, whatever is in it, so
//! that editors can complete inside a half-typed one.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{
    Abi, Attribute, FnArg, Generics, Ident, Pat, Path, Result, ReturnType, Token, Visibility,
    ext::IdentExt as _,
    parenthesized,
    parse::{ParseStream, Parser as _},
};

use crate::{diagnostics::Diagnostics, tokens::Tokens};

/// What stood under the attribute.
pub(crate) enum Parsed {
    /// Something that a layer cannot be made of.
    NotAFn,
    /// A fn whose syntax is broken before its name.
    Nameless,
    /// A fn whose syntax is broken after its name.
    Broken(Head),
    /// A fn.
    Whole(Box<Item>),
}

/// The beginning of a fn.
pub(crate) struct Head {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) qualifiers: Qualifiers,
    pub(crate) name: Ident,
}

/// What may stand before `fn`.
#[derive(Default)]
pub(crate) struct Qualifiers {
    pub(crate) constness: Option<Token![const]>,
    pub(crate) asyncness: Option<Token![async]>,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) abi: Option<Abi>,
    pub(crate) fn_token: Token![fn],
    /// They stand in an order that rustc refuses.
    pub(crate) is_disordered: bool,
}

/// A fn.
pub(crate) struct Item {
    pub(crate) head: Head,
    pub(crate) generics: Generics,
    pub(crate) parameters: Vec<FnArg>,
    /// A parameter was left out of `parameters`, as its syntax is broken.
    pub(crate) lacks_a_parameter: bool,
    pub(crate) output: ReturnType,
    /// One group in braces.
    pub(crate) body: TokenStream,
}

/// `#[middleware(crate = path)]`: the path, `::koa_runtime` if none is given.
pub(crate) fn arguments(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Tokens {
    let mut koa = None;
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            let key = input.call(Ident::parse_any)?;
            if key != "crate" {
                let sentence =
                    format!("`#[middleware]` has no option `{key}`; it takes `crate = path::to::koa_runtime`");
                return Err(syn::Error::new(key.span(), sentence));
            }
            let Some(path) = path_after_equals(input) else {
                let sentence = "`crate` names the path of `koa_runtime`, as in `#[middleware(crate = web)]`";
                return Err(input.error(sentence));
            };
            if koa.replace(path).is_some() {
                return Err(syn::Error::new(key.span(), "`crate` is given twice"));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens) {
        diagnostics.add(error);
    }
    koa.map_or_else(|| quote!(::koa_runtime), Path::into_token_stream).into()
}

fn path_after_equals(input: ParseStream<'_>) -> Option<Path> {
    input.parse::<Token![=]>().ok()?;
    input.call(Path::parse_mod_style).ok()
}

/// The item under the attribute.
pub(crate) fn item(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Parsed {
    let mut parsed = Parsed::Nameless;
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        let Some(qualifiers) = qualifiers(input)? else {
            parsed = Parsed::NotAFn;
            return input.parse::<TokenStream>().map(drop);
        };
        let head = Head { attributes, vis, qualifiers, name: input.parse()? };
        match rest(input, diagnostics) {
            Ok((generics, (parameters, lacks_a_parameter), output, body)) => {
                parsed = Parsed::Whole(Box::new(Item { head, generics, parameters, lacks_a_parameter, output, body }));
            }
            Err(error) => {
                diagnostics.add(error);
                parsed = Parsed::Broken(head);
            }
        }
        input.parse::<TokenStream>().map(drop)
    };
    if let Err(error) = parser.parse2(tokens) {
        diagnostics.add(error);
    }
    parsed
}

/// Whether the item is none, but a closure.
pub(crate) fn is_closure(item: &TokenStream) -> bool {
    let parser = |input: ParseStream<'_>| {
        let _: (Option<Token![async]>, Option<Token![move]>) = (input.parse()?, input.parse()?);
        let is_closure = input.peek(Token![|]);
        input.parse::<TokenStream>()?;
        Ok(is_closure)
    };
    parser.parse2(item.clone()).unwrap_or(false)
}

fn qualifiers(input: ParseStream<'_>) -> Result<Option<Qualifiers>> {
    let ahead = input.fork();
    let mut found = Qualifiers::default();
    loop {
        if ahead.peek(Token![const]) && found.constness.is_none() {
            found.is_disordered |= found.asyncness.is_some() || found.unsafety.is_some() || found.abi.is_some();
            found.constness = ahead.parse()?;
        } else if ahead.peek(Token![async]) && found.asyncness.is_none() {
            found.is_disordered |= found.unsafety.is_some() || found.abi.is_some();
            found.asyncness = ahead.parse()?;
        } else if ahead.peek(Token![unsafe]) && found.unsafety.is_none() {
            found.is_disordered |= found.abi.is_some();
            found.unsafety = ahead.parse()?;
        } else if ahead.peek(Token![extern]) && found.abi.is_none() {
            found.abi = ahead.parse()?;
        } else if ahead.peek(Token![fn]) {
            syn::parse::discouraged::Speculative::advance_to(input, &ahead);
            found.fn_token = input.parse()?;
            return Ok(Some(found));
        } else {
            return Ok(None);
        }
    }
}

type Rest = (Generics, (Vec<FnArg>, bool), ReturnType, TokenStream);

fn rest(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<Rest> {
    let mut generics: Generics = input.parse()?;
    let parameters = parameters(input, diagnostics)?;
    let output = input.parse()?;
    generics.where_clause = input.parse()?;
    Ok((generics, parameters, output, body(input)?))
}

/// A parameter with broken syntax is reported and left out, so that the others are still known to the body.
fn parameters(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> Result<(Vec<FnArg>, bool)> {
    let list;
    parenthesized!(list in input);
    let (mut parameters, mut lacks_one) = (Vec::new(), false);
    while !list.is_empty() {
        let read = parameter(&list).and_then(|parameter| {
            parameters.push(parameter);
            if list.is_empty() { Ok(()) } else { list.parse::<Token![,]>().map(drop) }
        });
        if let Err(error) = read {
            diagnostics.add(error);
            lacks_one = true;
            // a comma inside `<…>` also ends the skipping, so try until something reads like a parameter
            while !list.is_empty() {
                let is_comma = matches!(list.parse::<TokenTree>()?, TokenTree::Punct(punct) if punct.as_char() == ',');
                if is_comma && parameter(&list.fork()).is_ok() {
                    break;
                }
            }
        }
    }
    Ok((parameters, lacks_one))
}

fn parameter(input: ParseStream<'_>) -> Result<FnArg> {
    let ahead = input.fork();
    input.parse().map_err(|error| if is_variadic(&ahead).unwrap_or(false) { ahead.error(VARIADIC) } else { error })
}

const VARIADIC: &str = "a layer has a fixed list of parameters; leave `...` out";

/// Whether a parameter is `...` or `name: ...`. It stops at the dots.
fn is_variadic(input: ParseStream<'_>) -> Result<bool> {
    input.call(Attribute::parse_outer)?;
    if !input.peek(Token![...]) {
        input.call(Pat::parse_single)?;
        input.parse::<Token![:]>()?;
    }
    Ok(input.peek(Token![...]))
}

fn body(input: ParseStream<'_>) -> Result<TokenStream> {
    match input.parse::<TokenTree>() {
        Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => Ok(TokenTree::Group(group).into()),
        // `$body:block` of a `macro_rules` arrives in a group that is not seen
        Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => {
            (|input: ParseStream<'_>| body(input)).parse2(group.stream())
        }
        Ok(token) => Err(syn::Error::new(token.span(), "a layer needs a body: `{ … }`")),
        Err(error) => Err(syn::Error::new(error.span(), "a layer needs a body: `{ … }`")),
    }
}
