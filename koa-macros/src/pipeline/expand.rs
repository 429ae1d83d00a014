//! The expression form: the check walk, every token of a step spanned on its stage, and the chain.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Ident};

use super::model::{Inline, Layer, Stage};
use crate::tokens::Tokens;

/// `pipeline![…]`
pub(super) fn expression(krate: &Tokens, stages: &[Stage]) -> TokenStream {
    let (start, probe) = (local("__start"), local("__probe"));
    let mut steps = TokenStream::new();
    let mut names = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let span = stage.span();
        let name = stage_name(index, span);
        let value = value(krate, stage);
        steps.extend(bind(krate, &name, &stage.cfgs, &value, span));
        if index != 0 {
            steps.extend(reach(&probe, &name, stage));
        }
        steps.extend(walk(krate, &probe, &name, stage.may_be_boxed()));
        steps.extend(quote_spanned!(span=> let #name = #name.__running();));
        names.push(name);
    }
    let chain = chain(krate, &names);
    let passes = passes(krate);
    quote!({
        #passes
        let (#start, #probe) = #krate::__private::open();
        #[allow(unreachable_code, clippy::diverging_sub_expression)]
        if false {
            #krate::__private::mounted(&#start, #krate::__private::never());
        }
        #steps
        #krate::__private::Pipeline::new(#start, #probe, #chain, ::core::file!(), ::core::line!())
    })
}

/// The layer a stage stands for, as an expression.
pub(crate) fn value(krate: &Tokens, stage: &Stage) -> TokenStream {
    let span = stage.span();
    match &stage.layer {
        Layer::Value(value) | Layer::Typed(value, _) => quote_spanned!(span=> #krate::__private::Stages.layer(#value)),
        Layer::Nested(_, stages) => expression(krate, stages),
        Layer::Inline(inline) => {
            let name = Ident::new("inline", inline.async_token.span);
            let layer = inline_layer(krate, &[], inline, &name);
            quote_spanned!(span=> { #layer #name() })
        }
    }
}

/// An inline stage as the `#[middleware]` it stands for.
pub(super) fn inline_layer(krate: &Tokens, cfgs: &[Attribute], inline: &Inline, name: &Ident) -> TokenStream {
    let Inline { async_token, inputs, output, body } = inline;
    crate::middleware::expand(
        quote!(crate = #krate),
        quote!(#(#cfgs)* #async_token fn #name(#(#inputs),*) #output #body),
    )
}

/// `let name = value;`, and the empty pipeline in its place where `#[cfg]` switches the stage off.
pub(crate) fn bind(krate: &Tokens, name: &Ident, cfgs: &[Attribute], value: &TokenStream, span: Span) -> TokenStream {
    if cfgs.is_empty() {
        // with a type, even one that is inferred, rustc does not propose to write one behind the stage
        return quote_spanned!(span=> let #name: _ = #value;);
    }
    let off = off(cfgs);
    quote_spanned!(span=>
        #(#cfgs)* let #name: _ = #value;
        #off let #name = #krate::__private::Empty;
    )
}

/// `#[cfg(not(all(…)))]`
pub(crate) fn off(cfgs: &[Attribute]) -> TokenStream {
    let all = all(cfgs);
    quote!(#[cfg(not(#all))])
}

/// `all(…)`, of what stands in the `#[cfg]`s.
pub(crate) fn all(cfgs: &[Attribute]) -> TokenStream {
    let conditions = cfgs.iter().filter_map(|cfg| cfg.meta.require_list().ok().map(|list| &list.tokens));
    quote!(all(#(#conditions),*))
}

/// The step to a stage that is not the first: it can be reached.
pub(crate) fn reach(probe: &Ident, name: &Ident, stage: &Stage) -> TokenStream {
    if stage.is_a_table() {
        return quote_spanned!(name.span()=> let #probe = #probe.reach_routes(););
    }
    quote_spanned!(name.span()=> let #probe = #probe.reach(&#name);)
}

/// One step of the check walk.
///
/// Every token of it has the span of the stage: rustc has nothing to add about the place of a call.
pub(crate) fn walk(krate: &Tokens, probe: &Ident, stage: &Ident, may_be_boxed: bool) -> TokenStream {
    let span = stage.span();
    // the same again, as if the user had named it: errors show the argument
    let here = Ident::new("__here", span);
    let reads = may_be_boxed.then(|| quote_spanned!(span=> #stage.__reads(#krate::__private::never());));
    // see `found::decide`: an index that stays open is refused in words
    quote_spanned!(span=>
        #[allow(unreachable_code, clippy::diverging_sub_expression)]
        if false {
            #krate::__private::decide(
                &#probe,
                #krate::__private::never(),
                #krate::__private::never(),
                #krate::__private::never(),
                #krate::__private::never(),
            );
            #reads
        }
        let #here = #probe;
        let #probe = #stage.__stage(#here);
    )
}

/// Of a stage whose index is found later: what it reads, if nobody says, is what `!` falls back to.
pub(crate) fn reads(krate: &Tokens, stage: &Ident) -> TokenStream {
    quote_spanned!(stage.span()=>
        #[allow(unreachable_code, clippy::diverging_sub_expression)]
        if false {
            #stage.__reads(#krate::__private::never());
        }
    )
}

/// Brings the method that passes a stage into scope.
pub(crate) fn passes(krate: &Tokens) -> TokenStream {
    quote!(#[allow(unused_imports)] use #krate::__private::Passes as _;)
}

/// The layers as one, outermost first.
pub(crate) fn chain(krate: &Tokens, names: &[Ident]) -> TokenStream {
    let Some((last, outer)) = names.split_last() else { return quote!(#krate::__private::Empty) };
    outer.iter().rev().fold(quote!(#last), |inner, layer| quote!(#krate::__private::Chain::new(#layer, #inner)))
}

/// Its type, or that of the same for the check walk: `of` is `Chain` or `Walked`.
pub(crate) fn chain_type(krate: &Tokens, of: &str, types: &[TokenStream]) -> TokenStream {
    let Some((last, outer)) = types.split_last() else { return quote!(#krate::__private::Empty) };
    let of = Ident::new(of, Span::call_site());
    outer.iter().rev().fold(last.clone(), |inner, layer| quote!(#krate::__private::#of<#layer, #inner>))
}

/// A name that the user's code cannot see.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// What a stage is bound to. It has the span of the stage, and nothing else: that is where an error about it points.
pub(crate) fn stage_name(index: usize, span: Span) -> Ident {
    format_ident!("__stage{index}", span = span)
}
