//! What was written inside `pipeline!`.

use proc_macro2::{Span, TokenStream};
use syn::{
    Attribute, Expr, FnArg, Generics, Ident, PatType, PathSegment, Token, Type, Visibility, spanned::Spanned as _,
};

/// One `pipeline!`.
pub(super) enum Input {
    /// `pipeline![a, b]`
    Expression(Vec<Stage>),
    /// `pipeline! { pub fn api() needs(Db) => [a, b] }`
    Item(Box<Item>),
}

/// A named pipeline.
pub(super) struct Item {
    pub(super) attributes: Vec<Attribute>,
    pub(super) visibility: Visibility,
    pub(super) fn_token: Token![fn],
    pub(super) name: Ident,
    pub(super) generics: Generics,
    pub(super) arguments: Vec<PatType>,
    /// What an outer layer must provide; with it, the pipeline is checked where it is written.
    pub(super) needs: Option<Vec<Type>>,
    pub(super) stages: Vec<Stage>,
}

/// One stage, with the `#[cfg]`s it stands under.
pub(super) struct Stage {
    pub(super) cfgs: Vec<Attribute>,
    pub(super) layer: Layer,
}

/// What a stage is written as.
pub(super) enum Layer {
    /// A path, a call, a method call on one of these.
    Value(Expr),
    /// `value as Type`: the type that a named pipeline cannot read off.
    Typed(Expr, Box<Type>),
    /// A nested `pipeline![…]`.
    Nested(Span, Vec<Stage>),
    /// `async |ctx, next| { … }`
    Inline(Inline),
}

/// An inline stage, as the fn it stands for.
pub(super) struct Inline {
    pub(super) async_token: Token![async],
    pub(super) inputs: Vec<FnArg>,
    pub(super) output: TokenStream,
    pub(super) body: TokenStream,
}

impl Stage {
    /// The token that an error about this stage points at: the layer's name where it has one.
    pub(super) fn span(&self) -> Span {
        match &self.layer {
            Layer::Value(value) | Layer::Typed(value, _) => head(value),
            Layer::Nested(span, _) => *span,
            Layer::Inline(inline) => inline.async_token.span,
        }
    }
}

impl Stage {
    /// Whether it is a boxed layer, or a variable that may hold one.
    pub(super) fn may_be_boxed(&self) -> bool {
        match &self.layer {
            Layer::Value(Expr::Path(path)) => path.path.get_ident().is_some(),
            Layer::Value(Expr::Call(call)) => {
                matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(is_boxed))
            }
            _ => false,
        }
    }
}

/// Whether a call of this name makes layers of which nothing but what they read is left.
pub(super) fn is_boxed(segment: &PathSegment) -> bool {
    segment.ident == "boxed" || segment.ident == "dynamic"
}

fn head(value: &Expr) -> Span {
    match value {
        Expr::Path(path) => path.path.segments.last().map_or_else(|| value.span(), |segment| segment.ident.span()),
        Expr::Call(call) => head(&call.func),
        Expr::MethodCall(call) if call.method == "then" || call.method == "then_some" => {
            call.args.first().map_or_else(|| call.method.span(), head)
        }
        Expr::MethodCall(call) => head(&call.receiver),
        Expr::Macro(invocation) => {
            invocation.mac.path.segments.last().map_or_else(|| value.span(), |segment| segment.ident.span())
        }
        Expr::Paren(paren) => head(&paren.expr),
        Expr::Group(group) => head(&group.expr),
        _ => value.span(),
    }
}
