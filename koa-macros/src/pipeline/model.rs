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
    pub(super) head: Head,
    pub(super) stages: Vec<Stage>,
}

/// What makes a pipeline, or a table of routes, a named one.
pub(crate) struct Head {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) fn_token: Token![fn],
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) arguments: Vec<PatType>,
    /// What an outer layer must provide; with it, it is checked where it is written.
    pub(crate) needs: Option<Vec<Type>>,
}

/// One stage, with the `#[cfg]`s it stands under.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) layer: Layer,
}

/// What a stage is written as.
#[derive(Clone)]
pub(crate) enum Layer {
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
#[derive(Clone)]
pub(crate) struct Inline {
    pub(crate) async_token: Token![async],
    pub(crate) inputs: Vec<FnArg>,
    pub(crate) output: TokenStream,
    pub(crate) body: TokenStream,
}

impl Stage {
    /// The token that an error about this stage points at: the layer's name where it has one.
    pub(crate) fn span(&self) -> Span {
        match &self.layer {
            Layer::Value(value) | Layer::Typed(value, _) => head(value),
            Layer::Nested(span, _) => *span,
            Layer::Inline(inline) => inline.async_token.span,
        }
    }

    /// It is switched off with what it stands in.
    pub(crate) fn stand_under(&mut self, cfgs: &[Attribute]) {
        self.cfgs.splice(0..0, cfgs.iter().cloned());
    }

    /// Whether it is a `routes!`, whose type says nothing to a reader.
    pub(crate) fn is_a_table(&self) -> bool {
        matches!(&self.layer, Layer::Value(Expr::Macro(stage))
            if stage.mac.path.segments.last().is_some_and(|segment| segment.ident == "routes"))
    }

    /// Whether it is a boxed layer, or a variable that may hold one.
    pub(crate) fn may_be_boxed(&self) -> bool {
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
