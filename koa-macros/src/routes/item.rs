//! The item form: a named table is a fn and a type of the same name, so it can live in its own module or crate.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{
    expand::{captures, prefix, tree},
    matcher::table,
    model::{Branch, Group, Route, Table},
    names::Names,
    urls,
};
use crate::{
    pipeline::{Head, Made, Named, bind, chain, chain_type, check, local, off, reach, walk},
    tokens::{Tokens, is_one_value},
};

/// `routes! { pub fn name(…) needs(…) { … } }`
pub(super) fn item(krate: &Tokens, head: &Head, the_table: &Table, errors: &[TokenStream]) -> TokenStream {
    let name = format_ident!("__{}_table", head.name, span = Span::mixed_site());
    let mut made = Made::new(krate, head);
    let mut maker = Maker::new(krate, &mut made, &name);
    let branches = match maker.branches(&the_table.branches, &local("__probe")) {
        Ok(branches) => branches,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#(#errors)* #error);
        }
    };
    let Maker { lets, steps, names, .. } = maker;
    let aliases = names.aliases(krate, &made.cfgs);
    let Branches { ty, running, value } = branches;
    let walked = made.whole("walked", &quote!(#krate::__private::Router<#name, #ty>));
    let running = made.whole("layers", &quote!(#krate::__private::Router<#name, #running>));
    let matcher = table(krate, the_table, &name, &made.cfgs);
    let items = made.items;
    let text = head.name.to_string();
    let named = Named {
        walked,
        running,
        lets,
        value: quote!(#krate::__private::Router::new(#value)),
        describe: quote!(#krate::__private::Description::named(#krate::__private::Layer::describe(&self.layers), #text)),
    };
    let named = named.expand(krate, head);
    let check = head.needs.as_ref().map(|needs| check(krate, head, needs, &local("__probe"), &steps));
    let urls = urls::module(krate, head, the_table);
    quote!(#(#errors)* #items #aliases #[allow(non_camel_case_types)] #matcher #named #check #urls)
}

struct Branches {
    /// The type that the check walk goes through.
    ty: TokenStream,
    /// The type of what runs: without captures that are not parsed, which would stand in the names of all that is compiled.
    running: TokenStream,
    value: TokenStream,
}

/// A `routes!` as a stage of something named: its type and its value.
pub(crate) fn nested<'a>(
    krate: &'a Tokens,
    made: &mut Made<'a>,
    name: &Ident,
    tokens: TokenStream,
) -> syn::Result<(TokenStream, TokenStream)> {
    let (input, errors) = super::read(krate, tokens, Some(made.generics()))?;
    if let Some(head) = input.item {
        return Err(syn::Error::new(head.fn_token.span, "a table inside of something else has no name of its own"));
    }
    let mut maker = Maker::new(krate, made, name);
    let branches = maker.branches(&input.table.branches, &local("__probe"))?;
    let Maker { lets, names, .. } = maker;
    let aliases = names.aliases(krate, &made.cfgs);
    let matcher = table(krate, &input.table, name, &made.cfgs);
    made.items.extend(quote!(#(#errors)* #aliases #[allow(non_camel_case_types)] #matcher));
    let Branches { ty, value, .. } = branches;
    Ok((quote!(#krate::__private::Router<#name, #ty>), quote!({ #lets #krate::__private::Router::new(#value) })))
}

/// The branch of a route as it runs.
fn running(krate: &Tokens, route: &Route, stage: &TokenStream, captures: &TokenStream) -> TokenStream {
    if route.parses() {
        quote!(#krate::__private::Leaf<#stage, #captures>)
    } else {
        quote!(#krate::__private::Leaf<#stage>)
    }
}

struct Maker<'a, 'm> {
    krate: &'a Tokens,
    made: &'m mut Made<'a>,
    /// The name of the table, for what stands beside it.
    table: &'m Ident,
    lets: TokenStream,
    /// The check walk, for who says what is needed.
    steps: TokenStream,
    names: Names,
}

impl<'a, 'm> Maker<'a, 'm> {
    fn new(krate: &'a Tokens, made: &'m mut Made<'a>, table: &'m Ident) -> Self {
        Self { krate, made, table, lets: TokenStream::new(), steps: TokenStream::new(), names: Names::new(table) }
    }

    /// The captures of a route. A type that rustc may know nothing good of is parsed by a type of its own, so that it says so once.
    fn captures(&mut self, route: &Route) -> TokenStream {
        let krate = self.krate;
        let Self { made, names, table, .. } = self;
        let captures = captures(krate, route, names, &mut |ty, names| {
            if is_one_value(ty) {
                return quote_spanned!(ty.span()=> #krate::captured::Parsed<#ty>);
            }
            let name = format_ident!("{table}_parser_{}", names.number(), span = Span::mixed_site());
            let (around, cfgs, place) = (&made.cfgs, &route.cfgs, ty.span());
            made.items.extend(quote_spanned!(place=>
                #(#around)* #(#cfgs)*
                #[doc(hidden)]
                #[allow(
                    non_camel_case_types, missing_docs, missing_debug_implementations, missing_copy_implementations, unreachable_pub
                )]
                pub struct #name;

                #(#around)* #(#cfgs)*
                impl #krate::__private::Parser<#ty> for #name {
                    fn parse(text: &::core::primitive::str) -> ::core::option::Option<#ty> {
                        ::core::result::Result::ok(::core::str::FromStr::from_str(text))
                    }
                }
            ));
            quote_spanned!(place=> #krate::captured::Parsed<#ty, #name>)
        });
        if route.cfgs.is_empty() {
            return captures;
        }
        let name = format_ident!("{table}_captures_{}", names.number(), span = Span::mixed_site());
        let (around, cfgs, off) = (&made.cfgs, &route.cfgs, off(&route.cfgs));
        made.items.extend(quote!(
            #(#around)* #(#cfgs)* #[doc(hidden)] #[allow(non_camel_case_types)] type #name = #captures;
            #(#around)* #off #[doc(hidden)] #[allow(non_camel_case_types)] type #name = ();
        ));
        name.to_token_stream()
    }

    fn branches(&mut self, branches: &[Branch], outer: &Ident) -> syn::Result<Branches> {
        let (mut types, mut running, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for branch in branches {
            let made = match branch {
                Branch::Route(route) => self.route(route, outer)?,
                Branch::Group(group) => self.group(group, outer)?,
            };
            types.push(made.ty);
            running.push(made.running);
            values.push(made.value);
        }
        Ok(Branches { ty: tree(&types), running: tree(&running), value: tree(&values) })
    }

    fn route(&mut self, route: &Route, outer: &Ident) -> syn::Result<Branches> {
        let krate = self.krate;
        let Some(stage) = route.stage() else {
            return Ok(Branches { ty: TokenStream::new(), running: TokenStream::new(), value: TokenStream::new() });
        };
        let span = stage.span();
        let (ty, value) = self.made.stage(stage)?;
        let name = self.names.stage(span);
        self.lets.extend(bind(krate, &name, &stage.cfgs, &value, span));
        let captures = self.captures(route);
        let (entered, probe) = (self.names.next("entered", span), self.names.next("probe", span));
        let walk = walk(krate, &probe, &name, false);
        self.steps.extend(quote_spanned!(span=>
            let #name: #ty = #krate::__private::any();
            let (#entered, #probe) = #krate::__private::enter::<#captures, _, _, _, _, _, _, _>(&#outer);
            #walk
            #entered.end(#probe);
        ));
        Ok(Branches {
            ty: quote!(#krate::__private::Leaf<#ty, #captures>),
            running: running(krate, route, &ty, &captures),
            // where it is written, as a fn would be compiled for each route
            value: quote!(#krate::__private::Leaf { stage: #name, captures: ::core::marker::PhantomData }),
        })
    }

    fn group(&mut self, group: &Group, outer: &Ident) -> syn::Result<Branches> {
        let krate = self.krate;
        let span = group.prefix.span();
        let captures = self.captures(&group.prefix);
        let (entered, probe, inside) =
            (self.names.next("entered", span), self.names.next("probe", span), self.names.next("inside", span));
        self.steps.extend(quote_spanned!(span=>
            let (#entered, #probe) = #krate::__private::enter::<#captures, _, _, _, _, _, _, _>(&#outer);
        ));
        let (mut types, mut names) = (Vec::new(), Vec::new());
        for (number, stage) in group.layers.iter().enumerate() {
            let place = stage.span();
            let (ty, value) = self.made.stage(stage)?;
            let name = self.names.stage(place);
            self.lets.extend(bind(krate, &name, &stage.cfgs, &value, place));
            let reach = (number != 0).then(|| reach(&probe, &name, stage));
            let walk = walk(krate, &probe, &name, false);
            self.steps.extend(quote_spanned!(place=> let #name: #ty = #krate::__private::any(); #reach #walk));
            types.push(ty);
            names.push(name);
        }
        self.steps.extend(quote_spanned!(span=> let #inside = #probe.inside(); #entered.end(#probe);));
        let (layers, layers_type) = (chain(krate, &names), chain_type(krate, "Chain", &types));
        let Branches { ty, running, value } = self.branches(&group.branches, &inside)?;
        let prefix = prefix(krate, &group.prefix);
        Ok(Branches {
            ty: quote!(#krate::__private::Leaf<#krate::__private::Group<#layers_type, #ty>, #captures>),
            running: self::running(
                krate,
                &group.prefix,
                &quote!(#krate::__private::Group<#layers_type, #running>),
                &captures,
            ),
            value: quote!(
                #krate::__private::Leaf {
                    stage: #krate::__private::Group::new(#layers, #value, #prefix),
                    captures: ::core::marker::PhantomData,
                }
            ),
        })
    }
}
