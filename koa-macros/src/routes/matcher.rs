//! What finds the route of a request: the trees of a table, as an implementation of the runtime's `Table`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::Attribute;

use super::{
    emit::{Emitter, LARGEST},
    expand::info,
    host::{Host, Label},
    model::{Route, Table},
    options::Options,
    plan::{Line, Node},
};

/// The table itself: a type that finds the route of a request.
pub(super) fn table(krate: &TokenStream, table: &Table, name: &Ident, cfgs: &[&Attribute]) -> TokenStream {
    let routes = table.routes();
    let spans = routes.iter().map(|route| route.captures().len()).max().unwrap_or(0);
    let others = &table.others;
    let mut emitter = Emitter::new(krate, table.options.case, spans);
    let mut sections = TokenStream::new();
    let numbered: Vec<(u32, &Route)> = (0..).zip(routes.iter().copied()).collect();
    // routes of one host in a row are one tree
    for section in numbered.chunk_by(|(_, one), (_, next)| one.host_text() == next.host_text()) {
        let (_, first) = section[0];
        let tree = self::section(&mut emitter, section, &table.options);
        // what it has noted stands before all that the next sections find
        let tree = quote!(#tree if let hit @ ::core::option::Option::Some(_) = noted.take(at) { return hit; });
        sections.extend(match &first.host {
            None => tree,
            Some(host) => {
                let labels = labels(host);
                quote!(if #krate::__private::is_host(asked.request.hostname(), &[#(#labels),*], at) { #tree })
            }
        });
    }
    let parts = &emitter.parts;
    let infos = routes.iter().map(|route| info(krate, route));
    let lint = quote!(#[allow(unused_variables, unused_mut, clippy::all, clippy::pedantic)]);
    quote!(
        #(#cfgs)*
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
                    ::core::option::Option::None
                }
            }
        };
    )
}

fn section(emitter: &mut Emitter, routes: &[(u32, &Route)], options: &Options) -> TokenStream {
    let lines: Vec<Line<'_>> = routes.iter().map(|&(number, route)| Line::new(number, route)).collect();
    let slot = routes.first().map_or(0, |(_, route)| route.of_host());
    emitter.tree(&Node::of(&lines, options, slot, LARGEST), usize::MAX)
}

fn labels(host: &Host) -> impl Iterator<Item = TokenStream> {
    host.labels.iter().map(|label| match label {
        Label::Text(text) => quote!(::core::option::Option::Some(#text)),
        Label::One(_) => quote!(::core::option::Option::None),
    })
}
