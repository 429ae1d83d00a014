//! From tokens to the model. Every stage is read as far as it goes, and every mistake is reported at once.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{
    Attribute, Expr, ExprArray, ExprBlock, ExprCall, ExprClosure, ExprMethodCall, ExprTuple, FnArg, GenericArgument,
    Generics, Ident, Pat, PatType, PathArguments, ReturnType, Stmt, Token, Type, Visibility, bracketed, parenthesized,
    parse::{Parse as _, ParseStream, Parser as _},
    spanned::Spanned as _,
    token::{Bracket, Paren},
};

use super::model::{Head, Inline, Input, Item, Layer, Stage};
use crate::tokens::{Tokens, generated_at, readable, shown_at};

const STAGES: &str = "a stage is the path of a layer (`logger`), a call (`cors(options)`), a nested `pipeline![…]`, \
                      an `Option` (`verbose.then(logger)`) or `async |ctx, next| { … }`";

/// Whether a named pipeline is written; nothing is left of the input.
pub(crate) fn is_item(input: ParseStream<'_>) -> syn::Result<bool> {
    if input.peek(Token![#]) && input.peek2(Token![!]) {
        input.parse::<TokenStream>()?;
        return Ok(false);
    }
    let _ = input.call(Attribute::parse_outer)?;
    let qualified = input.peek2(Token![fn])
        && [input.peek(Token![async]), input.peek(Token![const]), input.peek(Token![unsafe])].contains(&true);
    let is_item = input.peek(Token![pub]) || input.peek(Token![fn]) || qualified;
    input.parse::<TokenStream>()?;
    Ok(is_item)
}

pub(super) fn input(krate: &Tokens, input: ParseStream<'_>) -> syn::Result<Input> {
    if is_item(&input.fork())? {
        return item(krate, input).map(|item| Input::Item(Box::new(item)));
    }
    stages(krate, input).map(Input::Expression)
}

fn item(krate: &Tokens, input: ParseStream<'_>) -> syn::Result<Item> {
    let head = head(input, "pipeline", "=> [logger, hello]")?;
    if !input.peek(Token![=>]) {
        let name = &head.name;
        return Err(input.error(format!("expected `=> [layers]`, as in `fn {name}() => [logger, hello]`")));
    }
    <Token![=>]>::parse(input)?;
    if !input.peek(syn::token::Bracket) {
        return Err(input.error("expected the layers in brackets: `[logger, hello]`"));
    }
    let content;
    bracketed!(content in input);
    let stages = stages(krate, &content)?;
    input.parse::<Option<Token![;]>>()?;
    if !input.is_empty() {
        let sentence = "nothing follows the layers of a named pipeline; another one is a `pipeline!` of its own";
        return Err(input.error(sentence));
    }
    Ok(Item { head, stages })
}

/// What makes a pipeline, or a table of routes, a named one: `pub fn api(origins: Origins) needs(Db)`. `what` it is called, and
/// what its inside looks like, is for errors.
pub(crate) fn head(input: ParseStream<'_>, what: &str, inside: &str) -> syn::Result<Head> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility = Visibility::parse(input)?;
    if input.peek2(Token![fn]) && !input.peek(Token![fn]) {
        let written = input.parse::<TokenTree>()?;
        let sentence = format!("a named {what} is a plain `fn`: leave `{written}` out");
        return Err(syn::Error::new(written.span(), sentence));
    }
    if !input.peek(Token![fn]) {
        return Err(input.error(format!("a named {what} is written as a `fn`: `pub fn api() {inside}`")));
    }
    let fn_token = <Token![fn]>::parse(input)?;
    let name = Ident::parse(input)?;
    let mut generics = Generics::parse(input)?;
    if !input.peek(Paren) {
        return Err(input.error(format!("a named {what} is called, so it has parentheses: `fn {name}() {inside}`")));
    }
    let content;
    parenthesized!(content in input);
    let mut arguments = Vec::new();
    for argument in content.parse_terminated(FnArg::parse, Token![,])? {
        match argument {
            FnArg::Typed(argument) => arguments.push(argument),
            FnArg::Receiver(receiver) => {
                let sentence = format!("a named {what} is not a method: it has no `self`");
                return Err(syn::Error::new_spanned(receiver, sentence));
            }
        }
    }
    if input.peek(Token![->]) {
        let sentence = format!("leave the return type out: `{name}()` returns the {what}, whose type is inferred");
        return Err(input.error(sentence));
    }
    let mut needs = None;
    if input.peek(Ident) {
        let word = Ident::parse(input)?;
        if word != "needs" {
            let before = inside.split(' ').next().unwrap_or_default();
            return Err(syn::Error::new(word.span(), format!("expected `needs(…)` or `{before}`")));
        }
        if !input.peek(Paren) {
            return Err(input.error("what is needed stands in parentheses: `needs(Db)`, `needs(Db, User)`"));
        }
        let content;
        parenthesized!(content in input);
        let types: Vec<Type> = content.parse_terminated(Type::parse, Token![,])?.into_iter().collect();
        if let Some(Type::Reference(shared)) =
            types.iter().find(|ty| matches!(ty, Type::Reference(ty) if ty.mutability.is_none()))
        {
            return Err(syn::Error::new(
                shared.span(),
                "write the type that is read: `needs(Db)`; only what is taken has a `&mut`",
            ));
        }
        needs = Some(types);
    }
    generics.where_clause = input.parse()?;
    Ok(Head { attributes, visibility, fn_token, name, generics, arguments, needs })
}

/// Stages with a `,` between them.
pub(crate) fn stages(krate: &Tokens, input: ParseStream<'_>) -> syn::Result<Vec<Stage>> {
    let mut stages = Vec::new();
    let mut errors: Option<syn::Error> = None;
    let mut report = |error: syn::Error| match &mut errors {
        Some(errors) => errors.combine(error),
        None => errors = Some(error),
    };
    while !input.is_empty() {
        if input.peek(Token![,]) {
            report(input.error("there is no stage before this `,`"));
            <Token![,]>::parse(input)?;
            continue;
        }
        match stage(krate, input) {
            Ok(stage) => stages.push(stage),
            Err(error) => {
                report(error);
                skip_stage(input)?;
            }
        }
        if input.is_empty() {
            break;
        }
        if input.peek(Token![,]) {
            <Token![,]>::parse(input)?;
        } else if starts_a_stage(input) {
            report(input.error("a `,` is missing before this stage"));
        } else if input.peek(Token![;]) || input.peek(Token![=>]) {
            let written = if input.peek(Token![;]) { ";" } else { "=>" };
            report(input.error(format!("between two layers stands a `,`, and no `{written}`")));
            skip_stage(input)?;
            let _ = input.parse::<Option<Token![,]>>()?;
        } else {
            report(input.error(format!("this is not part of a stage: {STAGES}")));
            skip_stage(input)?;
            let _ = input.parse::<Option<Token![,]>>()?;
        }
    }
    errors.map_or(Ok(stages), Err)
}

fn starts_a_stage(input: ParseStream<'_>) -> bool {
    input.peek(Ident)
        || input.peek(Token![crate])
        || input.peek(Token![self])
        || input.peek(Token![super])
        || input.peek(Token![::])
        || input.peek(Token![async])
        || input.peek(Token![#])
}

fn skip_stage(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// One stage, with its `#[cfg]`s.
pub(crate) fn stage(krate: &Tokens, input: ParseStream<'_>) -> syn::Result<Stage> {
    let cfgs = input.call(Attribute::parse_outer)?;
    if let Some(other) = cfgs.iter().find(|attribute| !attribute.path().is_ident("cfg")) {
        return Err(syn::Error::new_spanned(other, "the only attribute a stage can carry is `#[cfg(…)]`"));
    }
    let start = input.span();
    let value = Expr::parse(input).map_err(|_| syn::Error::new(start, format!("this is not a stage: {STAGES}")))?;
    Ok(Stage { cfgs, layer: layer(krate, value)? })
}

fn layer(krate: &Tokens, value: Expr) -> syn::Result<Layer> {
    match value {
        Expr::Closure(closure) => inline(krate, closure).map(Layer::Inline),
        Expr::Macro(nested) if nested.mac.path.segments.last().is_some_and(|segment| segment.ident == "pipeline") => {
            let span = nested.mac.path.segments.last().map_or_else(Span::call_site, |segment| segment.ident.span());
            (|input: ParseStream<'_>| stages(krate, input))
                .parse2(nested.mac.tokens)
                .map(|stages| Layer::Nested(span, stages))
        }
        Expr::Cast(cast) => Ok(Layer::Typed(*cast.expr, cast.ty)),
        Expr::Paren(paren) => layer(krate, *paren.expr),
        // from a `macro_rules`
        Expr::Group(group) => layer(krate, *group.expr),
        Expr::Call(call) => {
            not_a_tuple(&call)?;
            Ok(Layer::Value(Expr::Call(call)))
        }
        Expr::MethodCall(call) => Ok(Layer::Value(Expr::MethodCall(switched(call)))),
        Expr::Path(_) | Expr::Macro(_) => Ok(Layer::Value(value)),
        Expr::Reference(reference) => {
            let sentence = "a pipeline owns its layers: leave the `&` out";
            Err(syn::Error::new(reference.and_token.span, sentence))
        }
        Expr::Array(ExprArray { bracket_token: Bracket { span }, .. })
        | Expr::Tuple(ExprTuple { paren_token: Paren { span }, .. }) => {
            let sentence = "layers in a row need nothing around them; a pipeline inside of one is a `pipeline![…]`";
            Err(syn::Error::new(span.join(), sentence))
        }
        Expr::Lit(lit) => Err(syn::Error::new_spanned(&lit, format!("`{}` is not a layer: {STAGES}", readable(&lit)))),
        Expr::Binary(binary) => {
            let operator = binary.op.to_token_stream();
            Err(syn::Error::new_spanned(&operator, format!("`{operator}` does not join layers: write a `,`")))
        }
        Expr::If(_) | Expr::Match(_) => Err(syn::Error::new(
            value.span(),
            "a stage cannot be chosen with `if` or `match`: write `condition.then(layer)`, or `boxed(layer)` before the pipeline",
        )),
        other => Err(syn::Error::new_spanned(other, format!("this is not a stage: {STAGES}"))),
    }
}

/// `condition.then(api())`: `then` wants a fn, as the path of a layer is one, and what is made already stands in a `then_some`.
fn switched(mut call: ExprMethodCall) -> ExprMethodCall {
    let is_made = matches!(call.args.first(), Some(Expr::Macro(_) | Expr::Call(_)));
    if call.method == "then" && call.args.len() == 1 && is_made {
        call.method = Ident::new("then_some", call.method.span());
    }
    call
}

/// `boxed::<(User), _, _>(…)` has a type in parentheses where a tuple is meant.
fn not_a_tuple(call: &ExprCall) -> syn::Result<()> {
    let Expr::Path(path) = &*call.func else { return Ok(()) };
    let Some(last) = path.path.segments.last().filter(|last| super::model::is_boxed(last)) else { return Ok(()) };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return Ok(()) };
    match arguments.args.first() {
        Some(GenericArgument::Type(Type::Paren(reads))) => {
            let sentence = format!("what a boxed layer reads is a tuple: write `({},)`", readable(&reads.elem));
            Err(syn::Error::new_spanned(reads, sentence))
        }
        _ => Ok(()),
    }
}

fn inline(krate: &Tokens, closure: ExprClosure) -> syn::Result<Inline> {
    let Some(async_token) = closure.asyncness else {
        return Err(syn::Error::new(closure.span(), "an inline stage is async: `async |ctx, next| { … }`"));
    };
    if let Some(capture) = &closure.capture {
        return Err(syn::Error::new(
            capture.span(),
            "an inline stage captures nothing, so there is nothing to `move`: provide the value, or write a `#[middleware]` with `#[config]`",
        ));
    }
    let mut inputs = Vec::new();
    for input in closure.inputs {
        inputs.push(parameter(krate, input)?);
    }
    let runs_next = inputs.iter().any(|input| match input {
        FnArg::Typed(PatType { ty, .. }) => {
            matches!(&**ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Next"))
        }
        FnArg::Receiver(_) => false,
    });
    let (output, body) = match closure.output {
        ReturnType::Default if runs_next => (quote!(-> #krate::Result), body(*closure.body)),
        ReturnType::Default => (TokenStream::new(), of_no_type(krate, *closure.body)),
        output @ ReturnType::Type(..) => (output.into_token_stream(), body(*closure.body)),
    };
    Ok(Inline { async_token, inputs, output, body })
}

fn body(body: Expr) -> TokenStream {
    match body {
        Expr::Block(block) => block.into_token_stream(),
        expression => quote!({ #expression }),
    }
}

/// The body of an endpoint that does not say what it returns. Where its last expression has a value all the same, that is refused in words.
fn of_no_type(krate: &Tokens, body: Expr) -> TokenStream {
    let (before, last) = match body {
        Expr::Block(ExprBlock { attrs, label: None, block }) if attrs.is_empty() => {
            let mut before = block.stmts;
            match before.pop() {
                Some(Stmt::Expr(last, None)) => (before, last),
                other => {
                    before.extend(other);
                    return quote!({ #(#before)* });
                }
            }
        }
        expression => (Vec::new(), expression),
    };
    let place = generated_at(&last);
    let nothing = quote_spanned!(place=> #krate::__private::nothing);
    let value = shown_at(&last, last.to_token_stream());
    quote!({ #(#before)* #[allow(unreachable_code, clippy::unit_arg)] #nothing(#value) })
}

/// `ctx` and `next` need no type; whatever else an inline stage wants does.
fn parameter(krate: &Tokens, pattern: Pat) -> syn::Result<FnArg> {
    match pattern {
        Pat::Type(typed) => Ok(FnArg::Typed(typed)),
        Pat::Ident(ident) if ident.ident == "ctx" || ident.ident == "_ctx" => {
            Ok(syn::parse_quote!(#ident: &mut #krate::Context))
        }
        Pat::Ident(ident) if ident.ident == "next" => Ok(syn::parse_quote!(#ident: #krate::Next)),
        other => Err(syn::Error::new(
            other.span(),
            "say the type of this parameter, as in `async |ctx, user: &User, next| { … }`; only `ctx` and `next` need none",
        )),
    }
}
