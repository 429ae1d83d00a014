//! What finds the route of a request: the trees of a table, as an implementation of the runtime's `Table`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Attribute;

use super::{
    emit::{Emitter, LARGEST},
    expand::info,
    host::{Host, Label},
    lines::{Line, lines},
    model::{Route, Table},
    options::Options,
    plan::Node,
};
use crate::tokens::Tokens;

/// The table itself: a type that finds the route of a request.
pub(super) fn table(krate: &Tokens, table: &Table, name: &Ident, cfgs: &[Attribute]) -> TokenStream {
    let routes = table.routes();
    let spans = routes.iter().map(|route| route.captures().len()).max().unwrap_or(0);
    let others = &table.others;
    let mut emitter = Emitter::new(krate, table.options.case, spans);
    let numbered: Vec<(u32, &Route)> = (0..).zip(routes.iter().copied()).collect();
    let sections = sections(krate, &mut emitter, &lines(&numbered, table.options.case), &table.options, LARGEST);
    let parts = &emitter.parts;
    let infos = routes.iter().map(|route| info(krate, route));
    let lint = quote!(#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]);
    quote!(
        #(#cfgs)*
        #[allow(missing_copy_implementations, missing_debug_implementations)]
        struct #name;

        #(#cfgs)*
        const _: () = {
            #[allow(unused_imports)]
            use #krate::__private::Unfit as _;

            #(#lint #parts)*

            impl #krate::__private::Table for #name {
                type Spans = [#krate::__private::Span; #spans];

                const ROUTES: &'static [#krate::__private::Route] = &[#(#infos),*];
                const OTHERS: &'static [&'static str] = &[#(#others),*];
                const FILE: &'static str = ::core::file!();
                const LINE: u32 = ::core::line!();

                #lint
                #[inline]
                fn find(
                    asked: #krate::__private::Asked<'_>,
                    at: &mut [#krate::__private::Span; #spans],
                    near: &mut #krate::__private::Near,
                ) -> ::core::option::Option<#krate::__private::Hit> {
                    let path = asked.path.as_bytes();
                    let (total, verb) = (path.len(), asked.verb);
                    let p = path.get(asked.from..)?;
                    let noted = &mut #krate::__private::Noted::<[#krate::__private::Span; #spans]>::new();
                    #sections
                    noted.take(at)
                }
            }
        };
    )
}

/// The walks through the trees of a table: there is one for each host, and one for the routes of every host.
pub(super) fn sections<'l>(
    krate: &Tokens,
    emitter: &mut Emitter,
    lines: &'l [Line<'l>],
    options: &Options,
    largest: usize,
) -> TokenStream {
    let mut sections: Vec<(Option<String>, Vec<&Line<'_>>)> = Vec::new();
    for line in lines {
        let host = line.host.map(Host::shape);
        match sections.iter_mut().find(|(other, _)| *other == host) {
            Some((_, section)) => section.push(line),
            None => sections.push((host, vec![line])),
        }
    }
    let firsts: Vec<usize> = sections.iter().map(|(_, section)| section[0].index).collect();
    let mut code = TokenStream::new();
    for (number, (_, section)) in sections.iter().enumerate() {
        // what the sections behind it may find before what it finds
        let pending = firsts.get(number + 1).copied().unwrap_or(usize::MAX);
        let host = section[0].host;
        let slot = host.map_or(0, |host| host.captures().count());
        let tree = emitter.tree(&Node::of(section, options, slot, largest), pending);
        code.extend(match host {
            None => tree,
            Some(host) => {
                let labels = labels(host);
                quote!(if #krate::__private::is_host(asked.hostname(), &[#(#labels),*], at) { #tree })
            }
        });
    }
    code
}

fn labels(host: &Host) -> impl Iterator<Item = TokenStream> {
    host.labels.iter().map(|label| match label {
        Label::Text(text) => quote!(::core::option::Option::Some(#text)),
        Label::One(_) => quote!(::core::option::Option::None),
    })
}
