//! From tokens to the model. Every line is read as far as it goes, and every mistake is reported at once.

mod words;

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;
use syn::{
    Attribute, Generics, LitStr, Token, braced, bracketed,
    ext::IdentExt as _,
    parse::{ParseStream, Parser as _},
    token::{Brace, Bracket},
};

use self::words::{doc, parameters, skip, starts_a_line};
use super::{
    around::{Around, Written},
    host::Host,
    model::{Branch, Group, Input, Kind, Route, Table},
    options::{Options, Slash, status},
    overlap::place,
    pattern::Pattern,
};
use crate::{
    diagnostics::Diagnostics,
    pipeline::{self, Head, Stage},
    tokens::{Tokens, mentions},
};

const LINE: &str = "a line is a route, `GET \"/users/{id}\" => show_user`, a group, `\"/admin\" => { … }`, or a mount, `\"/blog\" => blog()`";

/// Parses `tokens` with a reader that reports elsewhere. What is no table at all is the error; what is wrong with its lines goes to
/// `diagnostics`. A table inside of a named pipeline or table has `around` it what that is generic in.
pub(super) fn read(
    krate: &Tokens,
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
    krate: &Tokens,
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
    krate: &Tokens,
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
    let (others, names) = (Vec::new(), HashMap::new());
    let mut reader = Reader { krate, options, is_expression, parameters, others, names, routes: 0, diagnostics };
    let branches = reader.lines(input, &around);
    let Reader { options, others, .. } = reader;
    Table { options, others, branches }
}

struct Reader<'a> {
    krate: &'a Tokens,
    options: Options,
    is_expression: bool,
    /// What the item around is generic in.
    parameters: &'a [Ident],
    others: Vec<String>,
    /// What has the name of a url already.
    names: HashMap<Ident, String>,
    routes: usize,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn lines(&mut self, input: ParseStream<'_>, around: &Around) -> Vec<Branch> {
        let mut branches = Vec::new();
        while !input.is_empty() {
            if input.peek(Token![#]) && input.peek2(Token![!]) {
                self.misplaced_options(input);
                continue;
            }
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

    /// `#![case(ignore)]` anywhere but at the top.
    fn misplaced_options(&mut self, input: ParseStream<'_>) {
        match input.call(Attribute::parse_inner) {
            Ok(attributes) => attributes.iter().for_each(|attribute| {
                self.diagnostics
                    .refuse(attribute, "this sets all of a table, so it stands at the top of it, before its lines");
            }),
            Err(error) => {
                self.diagnostics.add(error);
                skip(input);
            }
        }
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
        // where that is refused, what is inside is compared with nothing
        around.host = Host::parse(&literal, self.diagnostics);
        around.is_refused |= around.host.is_none();
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
            let around = &Around { is_refused: around.is_refused || is_refused, ..around.clone() };
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
        if content.is_empty() {
            self.diagnostics.refuse(&literal, "no route stands in this group, so its layers never run");
            return Ok(Vec::new());
        }
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
        let mut route = self.made(around, Written { literal, pattern, verbs, methods, docs, name, kind });
        self.routes += 1;
        if let Some(route) = &mut route {
            self.name(route);
        }
        Ok(route.map(|route| Branch::Route(Box::new(route))))
    }

    /// Each url is built by a fn of its own. Of routes under `#[cfg]` only one may be there.
    fn name(&mut self, route: &mut Route) {
        let Some(name) = &route.name else { return };
        if self.is_expression || !route.cfgs.is_empty() {
            return;
        }
        if let Some(first) = self.names.get(&name.unraw()) {
            let sentence =
                format!("{first} is called `{name}` already, and each name is that of one fn that builds a url");
            self.diagnostics.refuse(name, sentence);
            route.name = None;
        } else {
            self.names.insert(name.unraw(), format!("`{route}`{}", place(route)));
        }
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
        let made = made.map_err(|sentence| self.diagnostics.refuse(literal, sentence)).ok();
        made.filter(|_| !around.is_refused)
    }
}
