//! From tokens to the model. Every line is read as far as it goes, and every mistake is reported at once.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Attribute, Expr, GenericParam, Generics, LitStr, Meta, Token, braced, bracketed,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    token::{Brace, Bracket},
};

use super::{
    around::{Around, Written},
    host::Host,
    model::{Branch, Group, Input, Kind, Route, Table},
    options::{Options, Slash, status},
    pattern::Pattern,
    verbs::{Verbs, not_a_method},
};
use crate::{
    diagnostics::Diagnostics,
    pipeline::{self, Head, Stage},
    tokens::mentions,
};

const LINE: &str = "a line is a route, `GET \"/users/{id}\" => show_user`, a group, `\"/admin\" => { … }`, or a mount, `\"/blog\" => blog()`";

/// Parses `tokens` with a reader that reports elsewhere. What is no table at all is the error; what is wrong with its lines goes to
/// `diagnostics`. A table inside of a named pipeline or table has `around` it what that is generic in.
pub(super) fn read(
    krate: &TokenStream,
    tokens: TokenStream,
    around: Option<&Generics>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Input> {
    let (read, left) = (|stream: ParseStream<'_>| input(krate, stream, around, diagnostics)).parse2(tokens)?;
    if let Some(error) = left {
        diagnostics.add(error);
    }
    Ok(read)
}

fn input(
    krate: &TokenStream,
    input: ParseStream<'_>,
    around: Option<&Generics>,
    diagnostics: &mut Diagnostics,
) -> syn::Result<(Input, Option<syn::Error>)> {
    if !pipeline::is_item(&input.fork())? {
        let parameters = around.map(parameters).unwrap_or_default();
        let table = table(krate, input, true, &parameters, diagnostics);
        return Ok((Input { item: None, table }, None));
    }
    let head: Head = pipeline::head(input, "table", "{ GET \"/\" => index }")?;
    if !input.peek(Brace) {
        let sentence = format!("the routes stand in braces: `fn {}() {{ GET \"/\" => index }}`", head.name);
        return Err(input.error(sentence));
    }
    let content;
    braced!(content in input);
    let table = table(krate, &content, false, &parameters(&head.generics), diagnostics);
    input.parse::<Option<Token![;]>>()?;
    let left = (!input.is_empty())
        .then(|| input.error("nothing follows the routes of a named table; another one is a `routes!` of its own"));
    input.parse::<TokenStream>()?;
    Ok((Input { item: Some(Box::new(head)), table }, left))
}

fn table(
    krate: &TokenStream,
    input: ParseStream<'_>,
    is_expression: bool,
    parameters: &[Ident],
    diagnostics: &mut Diagnostics,
) -> Table {
    let mut options = Options::default();
    match input.call(Attribute::parse_inner) {
        Ok(attributes) => attributes.iter().for_each(|attribute| options.read(attribute, diagnostics)),
        Err(error) => diagnostics.add(error),
    }
    if is_expression && let Some(urls) = &options.urls {
        let sentence = "what is written inside of a fn is not seen outside: a table with urls is a named one, `routes! { pub fn users() { … } }`";
        diagnostics.refuse(urls, sentence);
    }
    let around = Around::nothing(&options);
    let mut reader = Reader { krate, options, is_expression, parameters, others: Vec::new(), routes: 0, diagnostics };
    let branches = reader.lines(input, &around);
    let Reader { options, others, .. } = reader;
    Table { options, others, branches }
}

struct Reader<'a> {
    krate: &'a TokenStream,
    options: Options,
    is_expression: bool,
    /// What the item around is generic in.
    parameters: &'a [Ident],
    others: Vec<String>,
    routes: usize,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn lines(&mut self, input: ParseStream<'_>, around: &Around) -> Vec<Branch> {
        let mut branches = Vec::new();
        while !input.is_empty() {
            match self.line(input, around) {
                Ok(read) => branches.extend(read),
                Err(error) => {
                    self.diagnostics.add(error);
                    skip(input);
                }
            }
            if input.is_empty() {
                break;
            }
            if input.peek(Token![,]) {
                let _ = input.parse::<Token![,]>();
            } else if input.peek(Token![;]) {
                self.diagnostics.add(input.error("between two lines stands a `,`, and no `;`"));
                let _ = input.parse::<Token![;]>();
            } else if starts_a_line(input) {
                self.diagnostics.add(input.error("a `,` is missing before this line"));
            } else {
                self.diagnostics.add(input.error(format!("this is not part of a line: {LINE}")));
                skip(input);
                let _ = input.parse::<Option<Token![,]>>();
            }
        }
        branches
    }

    fn line(&mut self, input: ParseStream<'_>, around: &Around) -> syn::Result<Vec<Branch>> {
        let mut around = around.clone();
        let mut docs = Vec::new();
        let mut doc_at = None;
        for attribute in input.call(Attribute::parse_outer)? {
            if attribute.path().is_ident("cfg") {
                around.cfgs.push(attribute);
            } else if let Some(text) = doc(&attribute) {
                docs.push(text);
                doc_at.get_or_insert(attribute);
            } else if attribute.path().is_ident("bad_param") {
                match status(&attribute) {
                    Ok(status) => around.status = status,
                    Err(error) => self.diagnostics.add(error),
                }
            } else {
                let sentence = "a line can carry `#[cfg(…)]`, `#[bad_param(…)]` and a doc comment";
                self.diagnostics.refuse(attribute, sentence);
            }
        }
        if input.peek(Ident::peek_any) && input.fork().call(Ident::parse_any)? == "host" && input.peek2(LitStr) {
            self.no_docs(doc_at);
            return self.host(input, around);
        }
        if input.peek(LitStr) {
            return self.group_or_mount(input, &around, docs, doc_at);
        }
        self.route(input, &around, docs).map(|route| route.into_iter().collect())
    }

    /// `host "api.example.com" => { … }`
    fn host(&mut self, input: ParseStream<'_>, mut around: Around) -> syn::Result<Vec<Branch>> {
        let word = input.call(Ident::parse_any)?;
        let literal: LitStr = input.parse()?;
        if around.host.is_some() || around.depth > 0 {
            self.diagnostics.refuse(&word, "a host stands around paths: write it outside of every group");
        }
        // where that is refused, nothing is wrong with what is inside so far
        around.host = Host::parse(&literal, self.diagnostics);
        self.arrow(input, "a host")?;
        let layers = self.layers(input, &around)?;
        self.group(input, literal, Pattern::empty(), layers, &around)
    }

    fn no_docs(&mut self, doc_at: Option<Attribute>) {
        if let Some(doc) = doc_at {
            self.diagnostics.refuse(doc, "a doc comment stands on a route, of which it says what it does");
        }
    }

    /// `"/admin" => { … }`, `"/admin" => [layers] { … }` or `"/forums" => forum()`
    fn group_or_mount(
        &mut self,
        input: ParseStream<'_>,
        around: &Around,
        docs: Vec<String>,
        doc_at: Option<Attribute>,
    ) -> syn::Result<Vec<Branch>> {
        let literal: LitStr = input.parse()?;
        let written = Pattern::parse(&literal, self.diagnostics);
        if input.peek(Token![as]) {
            self.diagnostics.add(input.error("only a route has a name, as only a route has a url"));
            input.parse::<Token![as]>()?;
            input.call(Ident::parse_any)?;
        }
        self.arrow(input, "a group or a mount")?;
        let is_group = input.peek(Brace) || input.peek(Bracket);
        let written = match written {
            Some(pattern) if pattern.is_open() => {
                let sentence =
                    "what follows a prefix has to begin somewhere, so a prefix has no `{name?}` and no `{name..}`";
                self.diagnostics.refuse(&literal, sentence);
                None
            }
            written => written,
        };
        let is_refused = written.is_none();
        let mut written = written.unwrap_or_else(Pattern::empty);
        written.make_prefix();
        if is_group {
            self.no_docs(doc_at);
            let layers = self.layers(input, around)?;
            return self.group(input, literal, written, layers, around);
        }
        let stage = self.stage(input, around)?;
        if is_refused {
            return Ok(Vec::new());
        }
        let kind = Kind::Mount(Box::new(stage));
        let route = self.made(around, Written { docs, ..Written::prefix(literal, written, kind) });
        self.routes += 1;
        Ok(route.into_iter().map(|route| Branch::Route(Box::new(route))).collect())
    }

    /// What a line leads to. Like its route, it is there where the `#[cfg]`s around it are met.
    fn stage(&self, input: ParseStream<'_>, around: &Around) -> syn::Result<Stage> {
        let mut stage = pipeline::stage(self.krate, input)?;
        stage.stand_under(&around.cfgs);
        Ok(stage)
    }

    /// Those of a group, likewise.
    fn layers(&mut self, input: ParseStream<'_>, around: &Around) -> syn::Result<Option<Vec<Stage>>> {
        if !input.peek(Bracket) {
            return Ok(None);
        }
        let content;
        bracketed!(content in input);
        match pipeline::stages(self.krate, &content) {
            Ok(mut stages) => {
                for stage in &mut stages {
                    stage.stand_under(&around.cfgs);
                }
                Ok(Some(stages))
            }
            Err(error) => {
                self.diagnostics.add(error);
                content.parse::<TokenStream>()?;
                Ok(Some(Vec::new()))
            }
        }
    }

    fn group(
        &mut self,
        input: ParseStream<'_>,
        literal: LitStr,
        pattern: Pattern,
        layers: Option<Vec<Stage>>,
        around: &Around,
    ) -> syn::Result<Vec<Branch>> {
        if !input.peek(Brace) {
            let sentence = "behind the layers of a group stand its routes: `\"/admin\" => [authenticate] { GET \"/\" => dashboard }`";
            return Err(input.error(sentence));
        }
        let content;
        braced!(content in input);
        let prefix = around.prefix.join(&pattern, self.options.slash == Slash::Strict);
        let mut inner = Around { prefix, depth: around.depth + 1, ..around.clone() };
        let Some(layers) = layers.filter(|layers| !layers.is_empty()) else {
            return Ok(self.lines(&content, &inner));
        };
        let group = self.made(around, Written::prefix(literal, pattern, Kind::Group));
        if let Some(group) = &group {
            inner.provided = group.captures().len();
        }
        let branches = self.lines(&content, &inner);
        Ok(group.map(|prefix| Branch::Group(Box::new(Group { prefix, layers, branches }))).into_iter().collect())
    }

    /// `GET | HEAD "/users/{id}" as show_user => show_user`
    fn route(&mut self, input: ParseStream<'_>, around: &Around, docs: Vec<String>) -> syn::Result<Option<Branch>> {
        let (verbs, methods) = self.methods(input)?;
        if !input.peek(LitStr) {
            let sentence = "behind its methods a route has a path, a string: `GET \"/users/{id}\" => show_user`";
            return Err(input.error(sentence));
        }
        let literal: LitStr = input.parse()?;
        let pattern = Pattern::parse(&literal, self.diagnostics);
        if self.is_expression && around.depth == 0 && literal.value().is_empty() {
            self.diagnostics.refuse(&literal, "no path is empty: the first one is `/`");
        }
        let name = if input.peek(Token![as]) {
            input.parse::<Token![as]>()?;
            Some(input.parse::<Ident>().map_err(|error| {
                syn::Error::new(
                    error.span(),
                    "the name of a route is that of the fn that builds its url: `as show_user`",
                )
            })?)
        } else {
            None
        };
        self.arrow(input, "a route")?;
        if input.peek(Brace) || input.peek(Bracket) {
            let sentence = "a group has no method, since its routes have: write `\"/admin\" => { … }`; several layers of one route are a `pipeline![…]`";
            return Err(input.error(sentence));
        }
        let stage = self.stage(input, around)?;
        let (Some(pattern), Some(verbs)) = (pattern, verbs) else { return Ok(None) };
        let kind = Kind::Route(Box::new(stage));
        let route = self.made(around, Written { literal, pattern, verbs, methods, docs, name, kind });
        self.routes += 1;
        Ok(route.map(|route| Branch::Route(Box::new(route))))
    }

    fn methods(&mut self, input: ParseStream<'_>) -> syn::Result<(Option<Verbs>, Vec<String>)> {
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
            let text = method.to_string();
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

    fn arrow(&mut self, input: ParseStream<'_>, what: &str) -> syn::Result<()> {
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

    /// A route, with what the groups around it add. What is wrong with it is reported.
    fn made(&mut self, around: &Around, mut written: Written) -> Option<Route> {
        let literal = written.literal.clone();
        for capture in written.pattern.captures_mut() {
            let ty = capture.ty.to_token_stream();
            if let Some(parameter) = self.parameters.iter().find(|parameter| mentions(&ty, parameter)) {
                let sentence = format!(
                    "`{parameter}` is a parameter of the table, and which route matches cannot hang on it: capture text, `{{{}}}`, and let the handler parse it",
                    capture.name
                );
                self.diagnostics.refuse(&literal, sentence);
                // what is refused is said, and the handler's own type is right for text
                capture.ty = None;
            }
        }
        let made = around.route(written, &self.options, self.routes);
        made.map_err(|sentence| self.diagnostics.refuse(literal, sentence)).ok()
    }
}

/// The types and constants that an item is generic in.
fn parameters(generics: &Generics) -> Vec<Ident> {
    let named = |parameter: &GenericParam| match parameter {
        GenericParam::Type(parameter) => Some(parameter.ident.clone()),
        GenericParam::Const(parameter) => Some(parameter.ident.clone()),
        GenericParam::Lifetime(_) => None,
    };
    generics.params.iter().filter_map(named).collect()
}

/// The text of a doc comment.
fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else { return None };
    if !meta.path.is_ident("doc") {
        return None;
    }
    match &meta.value {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => Some(String::new()),
    }
}

fn starts_a_line(input: ParseStream<'_>) -> bool {
    input.peek(Token![#])
        || input.peek(LitStr)
        || input.peek(Token![*])
        || input.peek(Ident::peek_any) && (input.peek2(LitStr) || input.peek2(Token![|]))
}

fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}
