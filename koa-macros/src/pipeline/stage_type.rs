//! The type of a stage, read off its tokens: every layer is a fn and a type of the same name.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, ExprMethodCall, spanned::Spanned as _};

use super::model::{Layer, Stage};

/// The type of a stage written as a value.
pub(super) fn stage_type(stage: &Stage) -> syn::Result<TokenStream> {
    match &stage.layer {
        Layer::Typed(_, written) => Ok(quote!(#written)),
        Layer::Value(value) => value_type(value),
        Layer::Nested(span, _) => Err(unreadable(*span)),
        Layer::Inline(inline) => Err(unreadable(inline.async_token.span)),
    }
}

fn value_type(value: &Expr) -> syn::Result<TokenStream> {
    match value {
        Expr::Path(path) => Ok(quote!(#path)),
        Expr::Call(call) => match &*call.func {
            Expr::Path(path) if path.path.is_ident("Some") && call.args.len() == 1 => {
                let inner = value_type(&call.args[0])?;
                Ok(quote!(::core::option::Option<#inner>))
            }
            Expr::Path(path) => match path.path.segments.last() {
                Some(last) if last.ident == "boxed" => Err(syn::Error::new(
                    last.ident.span(),
                    "in a named pipeline a boxed layer says what it reads: write `boxed(…) as BoxedLayer<(User,)>`, or `as BoxedLayer` if it reads nothing",
                )),
                _ => Ok(quote!(#path)),
            },
            other => Err(unreadable(other.span())),
        },
        Expr::MethodCall(call) => method_type(call),
        Expr::Paren(paren) => value_type(&paren.expr),
        Expr::Group(group) => value_type(&group.expr),
        other => Err(unreadable(other.span())),
    }
}

/// `condition.then(layer)` is an `Option` of it; a method of a layer gives the layer again.
fn method_type(call: &ExprMethodCall) -> syn::Result<TokenStream> {
    if (call.method == "then" || call.method == "then_some") && call.args.len() == 1 {
        let inner = value_type(&call.args[0])?;
        return Ok(quote!(::core::option::Option<#inner>));
    }
    value_type(&call.receiver)
}

fn unreadable(span: Span) -> syn::Error {
    syn::Error::new(
        span,
        "a named pipeline reads the type of a stage off its path, which this one has not: write `stage as Type`",
    )
}
