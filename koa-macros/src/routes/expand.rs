//! The expression form: the check walk through each route, the table, and its branches.

use proc_macro2::{Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Type, spanned::Spanned as _};

use super::{
    matcher,
    model::{Branch, Group, Kind, Route, Table},
    names::Names,
    pattern::Shape,
};
use crate::{
    pipeline::{all, bind, chain, local, off, passes, reach, reads, value, walk},
    tokens::{Tokens, readable},
};

/// As many branches as stand side by side; more of them make a tree.
const SIDE_BY_SIDE: usize = 16;

/// Numbers the branches: four bits for each level of the tree on the way to a route, the outermost one lowest.
pub(super) fn number(branches: &mut [Branch]) -> syn::Result<()> {
    number_from(branches, 0, 0, 0)
}

fn number_from(branches: &mut [Branch], turns: u32, turned: u32, groups: u32) -> syn::Result<()> {
    if let [branch] = branches {
        match branch {
            Branch::Route(route) => (route.turns, route.groups) = (turns, groups),
            Branch::Group(group) => {
                // its own turns say where those of its branches begin
                (group.prefix.turns, group.prefix.groups) = (turned, groups);
                number_from(&mut group.branches, turns, turned, groups + 1)?;
            }
        }
        return Ok(());
    }
    for (number, part) in (0..).zip(branches.chunks_mut(part(branches.len()))) {
        let Some(turns) = (turned < 32).then(|| turns | number << turned) else {
            let place = match &part[0] {
                Branch::Route(route) => route.span(),
                Branch::Group(group) => group.prefix.span(),
            };
            let sentence =
                "groups with layers stand too deep in one another here: make a named table of the inner ones";
            return Err(syn::Error::new(place, sentence));
        };
        number_from(part, turns, turned + 4, groups)?;
    }
    Ok(())
}

/// How many of `count` branches each part takes, so that there are at most [`SIDE_BY_SIDE`] parts.
fn part(count: usize) -> usize {
    let mut part = 1;
    while part * SIDE_BY_SIDE < count {
        part *= SIDE_BY_SIDE;
    }
    part
}

/// The branches as a tree, of what each is written as.
pub(super) fn tree(branches: &[TokenStream]) -> TokenStream {
    match branches {
        [one] => one.clone(),
        [] => quote!(()),
        several => {
            let parts = several.chunks(part(several.len())).map(tree);
            quote!((#(#parts,)*))
        }
    }
}

/// `routes! { … }`
pub(super) fn expression(krate: &Tokens, table: &Table, errors: &[TokenStream]) -> TokenStream {
    let start = local("__start");
    let name = Ident::new("__Table", Span::mixed_site());
    let matcher = matcher::table(krate, table, &name, &[]);
    let is_large = table.routes().len() > STEP_BY_STEP;
    let mut walker =
        Walker { krate, bindings: TokenStream::new(), steps: TokenStream::new(), names: Names::new(&name), is_large };
    let branches = walker.branches(&table.branches, &start);
    let Walker { bindings, steps, names, .. } = walker;
    let aliases = names.aliases(krate, &[]);
    let passes = passes(krate);
    quote!({
        #(#errors)*
        #passes
        #matcher
        #aliases
        let (#start, _) = #krate::__private::open();
        #[allow(unreachable_code, clippy::diverging_sub_expression)]
        if false {
            #krate::__private::mounted(&#start, #krate::__private::never());
        }
        #bindings
        #steps
        #krate::__private::Routes::new(#start, #name, #branches)
    })
}

/// Tables of more routes than this are walked [several](AT_ONCE) at once: see `router/many.rs` of the runtime. The price is that an
/// error has some lines more, and that two values of one type are rustc's to refuse.
const STEP_BY_STEP: usize = 24;

/// As many routes as the runtime can walk at once.
const AT_ONCE: usize = 16;

struct Walker<'a> {
    krate: &'a Tokens,
    /// What comes before all steps, so that rustc has nothing to look through yet.
    bindings: TokenStream,
    steps: TokenStream,
    names: Names,
    is_large: bool,
}

impl Walker<'_> {
    /// Walks branches from where `outer` stands. What they are bound to, as a tree.
    fn branches(&mut self, branches: &[Branch], outer: &Ident) -> TokenStream {
        let mut bound = Vec::new();
        let mut many = Vec::new();
        for branch in branches {
            match branch {
                Branch::Route(route) if self.is_large => {
                    let Some(whole) = self.whole(route) else { continue };
                    let name = self.names.next("branch", whole.span());
                    bound.push(quote!(#name));
                    many.push((name, whole));
                }
                Branch::Route(route) => bound.push(self.route(route, outer)),
                Branch::Group(group) => bound.push(self.group(group, outer)),
            }
        }
        let krate = self.krate;
        for several in many.chunks(AT_ONCE) {
            let left = AT_ONCE - several.len();
            let (names, routes): (Vec<_>, Vec<_>) = several.iter().map(|(name, route)| (name, route)).unzip();
            let (no_names, fillers) = (vec![quote!(_); left], vec![quote!(#krate::__private::filler()); left]);
            // shown beside what does not hold, so short: on the first route, and not the whole of the macro
            let place = routes[0].span();
            let located = |mut token: TokenTree| {
                token.set_span(token.span().located_at(place));
                token
            };
            let sixteen = quote!(#krate::__private::sixteen).into_iter().map(located);
            let sixteen: TokenStream = sixteen.collect();
            self.steps.extend(quote!(
                let (#(#names,)* #(#no_names,)*) = #sixteen(&#outer, #(#routes,)* #(#fillers),*);
            ));
        }
        tree(&bound)
    }

    /// A route of a large table: what it is bound to, at which errors point.
    fn whole(&mut self, route: &Route) -> Option<Ident> {
        let stage = route.stage()?;
        let krate = self.krate;
        let span = stage.span();
        let whole = self.names.stage(span);
        let name = self.names.stage(span);
        let value = value(krate, stage);
        let bind = bind(krate, &name, &stage.cfgs, &value, span);
        let captures = captures(krate, route, &mut self.names, &mut |ty, _| parsed(krate, ty));
        let cfgs = &route.cfgs;
        let behind = self.names.next("behind", span);
        let off = (!cfgs.is_empty()).then(|| {
            let off = off(cfgs);
            quote!(#off let #behind = ::core::marker::PhantomData::<fn() -> ()>;)
        });
        let kept = if route.parses() { quote!(#behind) } else { quote!(::core::marker::PhantomData::<fn() -> ()>) };
        let reads = stage.may_be_boxed().then(|| reads(krate, &name));
        // one binding after another, and not one in another: rustc tells a debugger of each as a scope in that before, and LLVM walks all of
        // them in one another
        self.bindings.extend(quote_spanned!(span=>
            let #whole = {
                #bind
                #reads
                #(#cfgs)*
                let #behind = ::core::marker::PhantomData::<fn() -> #captures>;
                #off
                #krate::__private::Whole {
                    captures: #behind,
                    stage: #krate::__private::type_of(&#name),
                    running: #krate::__private::Leaf { stage: #name.__running(), captures: #kept },
                }
            };
        ));
        Some(whole)
    }

    fn route(&mut self, route: &Route, outer: &Ident) -> TokenStream {
        let Some(stage) = route.stage() else { return TokenStream::new() };
        let krate = self.krate;
        let span = stage.span();
        let (entered, probe, branch) =
            (self.names.next("entered", span), self.names.next("probe", span), self.names.next("branch", span));
        let name = self.names.stage(span);
        let value = value(krate, stage);
        let bind = bind(krate, &name, &stage.cfgs, &value, span);
        let walk = walk(krate, &probe, &name, stage.may_be_boxed());
        self.steps.extend(bind);
        self.enter(route, &entered, &probe, outer, span);
        let leave =
            Ident::new(if route.parses() { "leave" } else { "leave_text" }, Span::mixed_site().located_at(span));
        self.steps.extend(quote_spanned!(span=>
            #walk
            let #branch = #entered.#leave(#probe, #name.__running());
        ));
        quote!(#branch)
    }

    fn group(&mut self, group: &Group, outer: &Ident) -> TokenStream {
        let krate = self.krate;
        let span = group.prefix.span();
        let (entered, probe, branch) =
            (self.names.next("entered", span), self.names.next("probe", span), self.names.next("branch", span));
        self.enter(&group.prefix, &entered, &probe, outer, span);
        let mut names = Vec::new();
        for (number, stage) in group.layers.iter().enumerate() {
            let name = self.names.stage(stage.span());
            let value = value(krate, stage);
            let bind = bind(krate, &name, &stage.cfgs, &value, stage.span());
            let reach = (number != 0).then(|| reach(&probe, &name, stage));
            let walk = walk(krate, &probe, &name, stage.may_be_boxed());
            let place = stage.span();
            // in the order written: what one takes, no later one can
            if self.is_large { &mut self.bindings } else { &mut self.steps }.extend(bind);
            self.steps.extend(quote_spanned!(place=> #reach #walk let #name = #name.__running();));
            names.push(name);
        }
        let inside = self.names.next("inside", span);
        self.steps.extend(quote_spanned!(span=> let #inside = #probe.inside();));
        let branches = self.branches(&group.branches, &inside);
        let chain = chain(krate, &names);
        let prefix = prefix(krate, &group.prefix);
        self.steps.extend(quote_spanned!(span=>
            let #branch = #entered.leave_group(#probe, #chain, #branches, #prefix);
        ));
        quote!(#branch)
    }

    /// The step into a route: what it captures is there. Where a `#[cfg]` switches the route off, nothing is.
    fn enter(&mut self, route: &Route, entered: &Ident, probe: &Ident, outer: &Ident, span: Span) {
        let krate = self.krate;
        let captures = captures(krate, route, &mut self.names, &mut |ty, _| parsed(krate, ty));
        let with = |captures: TokenStream| {
            quote_spanned!(span=>
                let (#entered, #probe) = #krate::__private::enter::<#captures, _, _, _, _, _, _, _>(&#outer);
            )
        };
        let step = with(captures);
        let (cfgs, off) = (&route.cfgs, off(&route.cfgs));
        let otherwise = (!cfgs.is_empty()).then(|| {
            let nothing = with(quote!(()));
            quote!(#off #nothing)
        });
        self.steps.extend(quote!(#(#cfgs)* #step #otherwise));
    }
}

/// The captures that a route adds to those of the groups around it, as a type. `parsed` is what stands for a type that the route
/// parses.
pub(super) fn captures(
    krate: &Tokens,
    route: &Route,
    names: &mut Names,
    parsed: &mut dyn FnMut(&Type, &mut Names) -> TokenStream,
) -> TokenStream {
    let captures = route.captures();
    let added = captures.iter().skip(route.provided).map(|(capture, shape)| {
        let name = names.capture(&capture.name);
        let one = match &capture.ty {
            None => quote!(#krate::captured::Text),
            Some(ty) => parsed(ty, names),
        };
        let kind = match shape {
            Shape::One => one,
            Shape::Optional => quote!(#krate::captured::Maybe<#one>),
            Shape::Rest => quote!(#krate::captured::Rest),
            Shape::OptionalRest => quote!(#krate::captured::Maybe<#krate::captured::Rest>),
        };
        quote!(#krate::__private::Cap<#name, #kind>)
    });
    let added: Vec<TokenStream> = added.collect();
    quote!((#(#added,)*))
}

/// What stands for a type in the expression form.
fn parsed(krate: &Tokens, ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as #krate::__private::Parse<_>>::Kind)
}

/// What is known of the prefix of a group.
pub(super) fn prefix(krate: &Tokens, prefix: &Route) -> TokenStream {
    let info = info(krate, prefix);
    quote!({
        const PREFIX: &#krate::__private::Route = &#info;
        PREFIX
    })
}

/// What is known of a route.
pub(super) fn info(krate: &Tokens, route: &Route) -> TokenStream {
    let option = |text: Option<&str>| {
        if let Some(text) = text {
            quote!(::core::option::Option::Some(#text))
        } else {
            quote!(::core::option::Option::None)
        }
    };
    let Route { methods, docs, status, turns, groups, is_root, .. } = route;
    let (pattern, host) = (&route.pattern.text, option(route.host_text()));
    let name = option(route.name.as_ref().map(ToString::to_string).as_deref());
    let captures = route.captures().into_iter().map(|(capture, shape)| {
        let (name, ty) = (capture.name.to_string(), option(capture.ty.as_ref().map(readable).as_deref()));
        let is_optional = matches!(shape, Shape::Optional | Shape::OptionalRest);
        let is_rest = matches!(shape, Shape::Rest | Shape::OptionalRest);
        quote!(#krate::__private::Capture { name: #name, ty: #ty, is_optional: #is_optional, is_rest: #is_rest })
    });
    let of_host = Literal::usize_unsuffixed(route.of_host());
    let end = Ident::new(
        match route.kind {
            Kind::Route(_) => "Whole",
            Kind::Mount(_) => "Mount",
            Kind::Group => "Group",
        },
        Span::call_site(),
    );
    let line = Literal::usize_unsuffixed(route.line);
    let is_there = if route.cfgs.is_empty() {
        quote!(true)
    } else {
        let all = all(&route.cfgs);
        quote!(::core::cfg!(#all))
    };
    let (turns, groups) = (Literal::u32_unsuffixed(*turns), Literal::u32_unsuffixed(*groups));
    quote!(#krate::__private::Route {
        methods: &[#(#methods),*],
        pattern: #pattern,
        is_root: #is_root,
        host: #host,
        name: #name,
        docs: &[#(#docs),*],
        captures: &[#(#captures),*],
        of_host: #of_host,
        end: #krate::__private::End::#end,
        status: #status,
        turns: #turns,
        groups: #groups,
        is_there: #is_there,
        file: ::core::file!(),
        line: #line,
    })
}
