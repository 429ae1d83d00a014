//! The fns that build the urls of named routes: a module beside the table.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Visibility, ext::IdentExt as _};

use super::{
    model::{Route, Table},
    pattern::{Capture, Piece, Segment},
};
use crate::{
    pipeline::{Head, cfg_attributes, local},
    tokens::Tokens,
};

/// The module, if a route has a name.
pub(super) fn module(krate: &Tokens, head: &Head, table: &Table) -> Option<TokenStream> {
    let routes: Vec<&Route> = table.routes().into_iter().filter(|route| route.name.is_some()).collect();
    if routes.is_empty() && table.options.urls.is_none() {
        return None;
    }
    // where another table has the module already, that is shown at the first name
    let place = routes.iter().find_map(|route| route.name.as_ref()).map_or_else(Span::call_site, Ident::span);
    let module = table.options.urls.clone().unwrap_or_else(|| Ident::new("urls", Span::call_site().located_at(place)));
    let cfgs = cfg_attributes(&head.attributes);
    let fns = routes.into_iter().map(|route| url(krate, route));
    // what the module is seen from sees its fns
    let visibility = match &head.visibility {
        Visibility::Inherited => quote!(),
        visibility => quote!(#visibility),
    };
    let docs = format!("The urls of the routes of [`{}`].", head.name.unraw());
    Some(quote!(
        #(#cfgs)*
        #[doc = #docs]
        #[allow(clippy::pedantic, dead_code, unused_imports)]
        #visibility mod #module {
            use super::*;
            #(#fns)*
        }
    ))
}

fn url(krate: &Tokens, route: &Route) -> TokenStream {
    let Some(name) = &route.name else { return TokenStream::new() };
    let (cfgs, pattern) = (&route.cfgs, &route.pattern);
    // no capture is called like this one
    let url = local("url");
    let mut arguments = TokenStream::new();
    let mut pushes = TokenStream::new();
    let mut argument = |capture: &Capture, wrap: &dyn Fn(TokenStream) -> TokenStream| {
        let name = format_ident!("{}", capture.name, span = capture.name.span());
        let ty = if let Some(ty) = &capture.ty { quote!(#ty) } else { quote!(impl ::core::fmt::Display) };
        let ty = wrap(ty);
        arguments.extend(quote_spanned!(capture.name.span()=> #name: #ty,));
        name
    };
    let itself = |ty: TokenStream| ty;
    let option = |ty: TokenStream| quote!(::core::option::Option<#ty>);
    for segment in &pattern.segments {
        match segment {
            Segment::Text(text) => pushes.extend(quote!(#url.text("/"); #url.text(#text);)),
            Segment::One(capture) => {
                let name = argument(capture, &itself);
                let value = value(&url, &name, 2);
                pushes.extend(quote!(#url.text("/"); #value));
            }
            Segment::Optional(capture) => {
                let name = argument(capture, &option);
                let value = value(&url, &name, 2);
                pushes.extend(quote!(
                    let ::core::option::Option::Some(#name) = #name else { return #url.done() };
                    #url.text("/");
                    #value
                ));
            }
            Segment::Mixed(pieces) => {
                pushes.extend(quote!(#url.text("/");));
                let dots = dots(pieces);
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => pushes.extend(quote!(#url.text(#text);)),
                        Piece::One(capture) => {
                            let name = argument(capture, &itself);
                            pushes.extend(value(&url, &name, dots));
                        }
                    }
                }
            }
            Segment::Rest { capture, optional } => {
                let several =
                    |_: TokenStream| quote!(impl ::core::iter::IntoIterator<Item = impl ::core::fmt::Display>);
                let name = argument(capture, &several);
                pushes.extend(quote!(#url.rest(#name, #optional);));
            }
        }
    }
    if pattern.slash || pattern.segments.is_empty() {
        pushes.extend(quote!(#url.text("/");));
    }
    let docs = format!("The url of `{route}`, percent-encoded.");
    let is_optional = |segment: &&Segment| matches!(segment, Segment::Optional(_));
    let ends_early = (pattern.segments.iter().filter(is_optional).count() > 1)
        .then(|| quote!(#[doc = ""] #[doc = "It ends before the first `None`: what follows that is left out."]));
    let lines = route.docs.iter();
    quote!(
        #(#cfgs)*
        #[doc = #docs]
        #ends_early
        #[doc = ""]
        #(#[doc = #lines])*
        #[must_use]
        pub fn #name(#arguments) -> #krate::Link {
            let mut #url = #krate::__private::Url::new();
            #pushes
            #url.done()
        }
    )
}

/// A type that cannot be written is reported where the pattern names it.
fn value(url: &Ident, name: &Ident, dots: usize) -> TokenStream {
    quote_spanned!(name.span()=> #url.value(&#name, #dots);)
}

/// A value of so many dots would make a step of the segment.
fn dots(pieces: &[Piece]) -> usize {
    let texts: Vec<&str> =
        pieces.iter().filter_map(|piece| if let Piece::Text(text) = piece { Some(&**text) } else { None }).collect();
    // of two values each is a letter at least
    usize::from(texts == ["."] && pieces.len() == 2)
}
