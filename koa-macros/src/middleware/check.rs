//! What is wrong with a layer as a whole.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;
use syn::{GenericArgument, Pat, PathArguments, ReturnType, Type};

use crate::{
    diagnostics::Diagnostics,
    middleware::{
        body::{Outlives, borrowed_for_longer, not_run, spawned},
        lifetimes,
        model::{Context, Extract, Kept, Kind, Layer, Parameter, Role, Source, Value, bounds, names_the_context, same},
    },
    tokens::{bare, last_name, mentions, readable},
};

/// `Next<(…)>` holds at most this many values.
const MOST_VALUES: usize = 6;

/// Reports every mistake. A body that cannot be compiled because of one is marked as such.
pub(crate) fn check(layer: &mut Layer, diagnostics: &mut Diagnostics) {
    let mut checks = Checks { layer, diagnostics, body_is_sound: true };
    checks.qualifiers();
    checks.names();
    checks.context();
    checks.values();
    checks.configs();
    checks.bodies();
    checks.params();
    checks.next();
    checks.borrows();
    checks.output();
    layer.body_is_sound &= checks.body_is_sound;
}

struct Checks<'a> {
    layer: &'a Layer,
    diagnostics: &'a mut Diagnostics,
    body_is_sound: bool,
}

impl Checks<'_> {
    fn qualifiers(&mut self) {
        let qualifiers = &self.layer.qualifiers;
        if qualifiers.is_disordered {
            // rustc has said so, and what is wrong with them besides can wait until it has been put right
            return;
        }
        if qualifiers.asyncness.is_none() {
            match &qualifiers.constness {
                Some(constness) => {
                    let sentence = "a layer is an `async fn`: write `async` in place of `const`";
                    return self.diagnostics.refuse(constness, sentence);
                }
                None => {
                    self.diagnostics.refuse(qualifiers.fn_token, "a layer is an `async fn`: put `async` before `fn`");
                }
            }
        }
        if let Some(unsafety) = &qualifiers.unsafety {
            self.diagnostics.refuse(unsafety, "the onion calls a layer without conditions, so it cannot be `unsafe`");
        }
        if let Some(constness) = &qualifiers.constness {
            self.diagnostics.refuse(constness, "a layer runs for each request, so it cannot be `const`");
        }
        if let Some(abi) = &qualifiers.abi {
            self.diagnostics.refuse(abi, "a layer is called from Rust: leave `extern` out");
        }
    }

    /// In the user's signature that would be rustc's to say, but some parameters become `let` bindings, which shadow.
    fn names(&mut self) {
        let mut seen = Vec::new();
        for parameter in &self.layer.parameters {
            let Pat::Ident(pat) = &parameter.pat else { continue };
            if seen.contains(&&pat.ident) {
                self.diagnostics.refuse(&pat.ident, format!("two parameters are named `{}`", pat.ident));
            }
            seen.push(&pat.ident);
        }
    }

    fn context(&mut self) {
        match &self.layer.context {
            None => {}
            Some(Context::Generic(name)) => {
                let has_bound =
                    self.layer.context_parameter().is_some_and(|p| !bounds(p, &self.layer.generics).is_empty());
                if !has_bound {
                    self.diagnostics
                        .refuse(name, format!("`{name}` is the context of any protocol: write `{name}: Protocol`"));
                }
                let of_http = |extract: &&Extract| !matches!(extract.source, Source::Param(_));
                if let Some(extract) = self.layer.extracts().find(of_http) {
                    let what = extract.source.attribute();
                    let sentence = format!(
                        "`{what}` is part of an HTTP request, and `{name}` may be the context of another protocol: write `ctx: &mut Context`"
                    );
                    self.diagnostics.refuse(&extract.attribute, sentence);
                }
            }
            Some(Context::Concrete(ty)) => {
                if let Some(borrow) = lifetimes::borrow(ty) {
                    self.diagnostics.refuse(borrow, "a context owns what it holds, so its type has no lifetimes");
                }
            }
        }
    }

    fn values(&mut self) {
        let (mut reads, mut takes): (Vec<&Type>, Vec<&Type>) = (Vec::new(), Vec::new());
        for parameter in &self.layer.parameters {
            let (Role::Read(ty) | Role::Take(ty)) = &parameter.role else { continue };
            let (name, text) = (parameter.called(), readable(ty));
            if let Some(placeholder) = lifetimes::placeholder(ty) {
                self.diagnostics
                    .refuse(placeholder, format!("`{name}` needs its whole type, as that says which value it is"));
            }
            let is_read = reads.iter().any(|read| same(read, ty));
            let is_taken = takes.iter().any(|taken| same(taken, ty));
            let by_mut = matches!(parameter.role, Role::Take(_));
            match (is_read, is_taken) {
                (true, _) if !by_mut => self.diagnostics.refuse(ty, format!("`{text}` is read twice")),
                (_, true) if by_mut => self.diagnostics.refuse(ty, format!("`{text}` is taken twice")),
                (true, _) | (_, true) => self.diagnostics.refuse(
                    ty,
                    format!("`{text}` is both read and taken; with the `&mut {text}` alone the layer can do both"),
                ),
                (false, false) => {}
            }
            if by_mut { takes.push(ty) } else { reads.push(ty) }
        }
        self.provided(&reads);
    }

    fn provided(&mut self, reads: &[&Type]) {
        let values = self.layer.provides();
        if let Some(value) = values.get(MOST_VALUES) {
            let sentence = format!(
                "a layer hands at most {MOST_VALUES} values inward; put some into a struct, or into a layer of their own"
            );
            self.diagnostics.refuse(&value.written, sentence);
        }
        for (place, Value { kind, ty, written }) in values.iter().enumerate() {
            let text = readable(ty);
            if let Some(placeholder) = lifetimes::placeholder(ty) {
                self.diagnostics.refuse(
                    placeholder,
                    "the layers inside find a value by its type, so `Next<…>` needs the whole type",
                );
            }
            if values[..place].iter().any(|other| same(&other.ty, ty)) {
                self.diagnostics.refuse(
                    written,
                    format!(
                        "`{text}` is handed inward twice, and the layers inside could not tell which one they read"
                    ),
                );
            }
            if *kind == Kind::Shared && reads.iter().any(|read| same(read, ty)) {
                self.diagnostics.refuse(
                    written,
                    format!(
                        "an outer layer provides a `{text}` already: write `Replace<{text}>` to hand another one inward"
                    ),
                );
            }
        }
    }

    fn configs(&mut self) {
        let layer = self.layer;
        for (_, config) in layer.configs() {
            let name = &config.name;
            let ty = match &config.kept {
                Kept::Str => continue,
                Kept::Value(ty) | Kept::Slice(ty) | Kept::Owned(ty) | Kept::Shared(ty) => ty,
            };
            if let Some(borrow) = lifetimes::borrow(ty) {
                let sentence = format!(
                    "the layer keeps `{name}` for all requests, so it cannot borrow; `'static` can stay, or own it"
                );
                self.diagnostics.refuse(borrow, sentence);
            } else if let Some(placeholder) = lifetimes::placeholder(ty) {
                self.diagnostics.refuse(placeholder, format!("the layer keeps `{name}`, so it needs its whole type"));
            } else if names_the_context(layer, &ty.to_token_stream()) {
                self.diagnostics.refuse(
                    ty,
                    format!("the layer keeps `{name}` under every protocol, so it cannot depend on the context"),
                );
            }
        }
    }

    fn bodies(&mut self) {
        let bodies = self.layer.extracts().filter(|extract| matches!(extract.source, Source::Body { .. }));
        for second in bodies.skip(1) {
            let sentence = "a layer reads the body into one value, and another parameter is it already";
            self.diagnostics.refuse(&second.attribute, sentence);
        }
    }

    fn params(&mut self) {
        let mut seen: Vec<(&Ident, String)> = Vec::new();
        for Parameter { pat, role, .. } in &self.layer.parameters {
            let Role::Extract(extract) = role else { continue };
            let Source::Param(param) = &extract.source else { continue };
            let pat = readable(pat);
            // of two parameters with one name that is said already
            if seen.iter().any(|(name, before)| **name == param.name && *before != pat) {
                let sentence = format!("`{{{}}}` is read twice", param.name);
                self.diagnostics.refuse(&extract.attribute, sentence);
            }
            seen.push((&param.name, pat));
        }
    }

    fn next(&mut self) {
        let layer = self.layer;
        let Some((next, _)) = layer.next() else { return };
        let (name, called) = (&layer.name, next.called());
        let is_mentioned = next.name().is_some_and(|name| mentions(&layer.body, name));
        // of two, that says nothing about the one which is meant
        let nexts = layer.parameters.iter().filter(|other| last_name(&other.ty).is_some_and(|name| name == "Next"));
        if !is_mentioned && nexts.count() == 1 {
            self.diagnostics.refuse(
                next.tokens(),
                format!("`{name}` takes `{called}` but never runs it; leave `{called}` out to make it an endpoint"),
            );
        }
        if let Some(spawned) = next.name().and_then(|name| spawned(&layer.body, name)) {
            self.body_is_sound = false;
            let sentence = format!(
                "a spawned task outlives the request that `{called}` belongs to: run it here, and spawn only what the task owns"
            );
            self.diagnostics.refuse(spawned, sentence);
        }
        if let Some(used) = next.name().and_then(|name| not_run(&layer.body, name)) {
            self.body_is_sound = false;
            let values = match layer.provides().len() {
                0 => "",
                1 => ", &…",
                _ => ", (&…, &…)",
            };
            let sentence = format!("`{called}` is run with the context: write `{called}.run(ctx{values}).await`");
            self.diagnostics.refuse(used, sentence);
        }
        if layer.context.is_none() && !layer.context_is_refused {
            self.diagnostics
                .refuse(next.tokens(), format!("`{called}.run(…)` needs the context: add `ctx: &mut Context`"));
        }
    }

    /// What is lent for one request, inside of a spawned task or a WebSocket. rustc refuses it too, in terms of the type parameters of ours
    /// that it is borrowed from.
    fn borrows(&mut self) {
        let layer = self.layer;
        let next = layer.next().and_then(|(next, _)| next.name());
        if next.is_some_and(|name| spawned(&layer.body, name).is_some()) {
            // and what it is run with belongs to it
            return;
        }
        let ctx = layer.parameters.iter().find(|parameter| matches!(parameter.role, Role::Context));
        let ctx = ctx.and_then(Parameter::name);
        for parameter in &layer.parameters {
            let is_lent = match &parameter.role {
                Role::Context | Role::Read(_) | Role::Take(_) => true,
                Role::Config(config) => !matches!(config.kept, Kept::Value(_)),
                Role::Next(_) | Role::Extract(_) | Role::Refused { .. } => false,
            };
            let Some(name) = parameter.name().filter(|_| is_lent) else { continue };
            if let Some((borrowed, outlives)) = borrowed_for_longer(&layer.body, name, ctx) {
                self.body_is_sound = false;
                let (what, it) = match outlives {
                    Outlives::Task => ("a spawned task", "the task"),
                    Outlives::WebSocket => ("a WebSocket", "it"),
                    Outlives::Upgrade => ("what becomes of the connection", "it"),
                };
                let sentence = format!(
                    "{what} outlives the request that `{name}` is lent for: clone what {it} needs, and move that into it"
                );
                self.diagnostics.refuse(borrowed, sentence);
            }
        }
    }

    fn output(&mut self) {
        let layer = self.layer;
        match (&layer.output, layer.next()) {
            (ReturnType::Default, Some(_)) => {
                self.body_is_sound = false;
                let sentence = format!(
                    "`{0}` hands on what the layers inside it return: write `async fn {0}(…) -> Result`",
                    layer.name
                );
                self.diagnostics.refuse(&layer.name, sentence);
            }
            (ReturnType::Type(_, ty), Some(_)) => {
                if !is_a_result_of_nothing(ty) {
                    self.body_is_sound = false;
                    let sentence = "a layer with `next` returns `Result`; what becomes the response is put into the context, or returned by an endpoint";
                    self.diagnostics.refuse(ty, sentence);
                } else if let Some(error) = foreign_error(ty) {
                    self.body_is_sound = false;
                    let sentence = "a layer hands on the errors of the layers inside it: write `-> Result`, and `?` turns any `std::error::Error` into it";
                    self.diagnostics.refuse(error, sentence);
                }
            }
            (ReturnType::Type(_, ty), None) => {
                if let Some(borrow) = lifetimes::borrow(ty) {
                    self.body_is_sound = false;
                    self.diagnostics.refuse(borrow, "the response outlives this layer, so what it returns cannot borrow; return an owned value or a `&'static` one");
                } else if let (Some(_), Some(opaque)) = (&layer.context, lifetimes::impl_trait(ty)) {
                    // it captures the lifetime of `ctx`, which is needed to put the response into
                    self.body_is_sound = false;
                    let sentence = "an `impl Trait` may borrow from the context, which the response goes into: write the type that this endpoint returns";
                    self.diagnostics.refuse(opaque, sentence);
                }
            }
            (ReturnType::Default, None) => {}
        }
    }
}

/// The error of a `Result` that is surely none of this crate's: boxed, or by a path of another crate.
fn foreign_error(ty: &Type) -> Option<TokenStream> {
    let Type::Path(path) = bare(ty) else { return None };
    let error = match &path.path.segments.last()?.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.get(1),
        _ => None,
    };
    match error {
        Some(GenericArgument::Type(error)) => {
            let is_boxed = last_name(error).is_some_and(|name| name == "Box");
            (is_boxed || is_of_another_crate(error)).then(|| error.to_token_stream())
        }
        Some(_) => None,
        None => begins_with_another_crate(ty).then(|| ty.to_token_stream()),
    }
}

/// Of a `Result` whose error is not written, the beginning has to tell: `crate::io::Result` is the user's own.
fn begins_with_another_crate(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else { return false };
    let first = path.path.segments.first().map(|segment| &segment.ident);
    first.is_some_and(|name| ["anyhow", "eyre", "fmt", "io", "std"].iter().any(|other| name == other))
}

fn is_of_another_crate(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else { return false };
    let outer = path.path.segments.iter().rev().skip(1);
    outer.map(|segment| &segment.ident).any(|name| ["anyhow", "eyre", "fmt", "io"].iter().any(|other| name == other))
}

/// `Result`, `Result<()>`, or a `Result` whose arguments only rustc knows.
fn is_a_result_of_nothing(ty: &Type) -> bool {
    let Type::Path(path) = bare(ty) else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Result") else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return true };
    arguments.args.first().is_none_or(|first| match first {
        GenericArgument::Type(ty) => match bare(ty) {
            Type::Tuple(tuple) => tuple.elems.is_empty(),
            Type::Infer(_) => true,
            _ => false,
        },
        _ => true,
    })
}
