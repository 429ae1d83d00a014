//! The tree as code: one fn that walks the bytes of a path.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::{
    lines::{Line, Place},
    options::Case,
    pattern::Piece,
    plan::{Cut, Found, Node},
    spelling::{Letter, may_be_bare},
    verbs::{GET, HEAD, Verbs},
};
use crate::tokens::Tokens;

/// See [`Node::of`]: a single fn of thousands of lines is slow to compile.
pub(super) const LARGEST: usize = 150;

/// Code that walks one tree after another.
pub(super) struct Emitter {
    krate: Tokens,
    case: Case,
    spans: usize,
    /// Fns for large subtrees.
    pub(super) parts: Vec<TokenStream>,
    /// The first line that may have been noted before the code that is written next runs.
    noted: usize,
}

impl Emitter {
    pub(super) fn new(krate: &Tokens, case: Case, spans: usize) -> Self {
        Self { krate: krate.clone(), case, spans, parts: Vec::new(), noted: usize::MAX }
    }

    /// The walk from `node` on: it returns what it finds, or goes on behind this code. `pending` is the first line that the code
    /// behind it may still find.
    pub(super) fn tree(&mut self, node: &Node<'_>, pending: usize) -> TokenStream {
        // in the order of the first route that each may lead to
        let mut ways: Vec<(usize, Way)> = Vec::new();
        let mut way = |first: Option<usize>, way| ways.extend(first.map(|first| (first, way)));
        let first = |found: &[Found<'_>]| found.iter().map(Found::order).min();
        way(first(&node.ends), Way::End);
        way(first(&node.slashed), Way::Slashed);
        way(first(&node.mounts), Way::Mount);
        way(node.texts.iter().map(|(_, node)| node.first()).min(), Way::Texts);
        way(node.segments.iter().map(|(_, node)| node.first()).min(), Way::Segments);
        way(first(&node.rests), Way::Rest);
        way(first(&node.any_rests), Way::AnyRest);
        ways.sort_by_key(|(first, _)| *first);
        let firsts: Vec<usize> = ways.iter().map(|(first, _)| *first).collect();
        let mut code = TokenStream::new();
        for (number, (_, way)) in ways.into_iter().enumerate() {
            let pending = firsts[number + 1..].iter().copied().min().unwrap_or(usize::MAX).min(pending);
            code.extend(self.way(node, way, pending));
        }
        code
    }

    fn way(&mut self, node: &Node<'_>, way: Way, pending: usize) -> TokenStream {
        let krate = self.krate.clone();
        match way {
            Way::End => {
                let found = self.found(&node.ends, pending, &quote!(0));
                quote!(if p.is_empty() { #found })
            }
            Way::Slashed => {
                let found = self.found(&node.slashed, pending, &quote!(0));
                quote!(if let [b'/'] = p { #found })
            }
            Way::Mount => {
                let rest = quote!(::core::primitive::usize::saturating_sub(total, p.len()) as u32);
                let found = self.found(&node.mounts, pending, &rest);
                quote!(if let [] | [b'/', ..] = p { #found })
            }
            Way::Texts => self.texts(node, pending),
            Way::Segments => self.segments(node, pending),
            Way::Rest | Way::AnyRest => {
                let (check, span, lines) = match way {
                    Way::Rest => (quote!(is_rest), quote!(new), &node.rests),
                    _ => (quote!(is_any_rest), quote!(if_any), &node.any_rests),
                };
                let slot = Literal::usize_unsuffixed(node.slot);
                let found = self.found(lines, pending, &quote!(0));
                quote!(
                    if #krate::__private::#check(p) {
                        at[#slot] = #krate::__private::Span::#span(total - p.len(), p.len());
                        #found
                    }
                )
            }
        }
    }

    /// A subtree in place, or as a call.
    fn below(&mut self, node: &Node<'_>, pending: usize) -> TokenStream {
        if !node.is_part {
            return self.tree(node, pending);
        }
        let inside = self.tree(node, pending);
        let name = quote::format_ident!("part{}", self.parts.len(), span = Span::mixed_site());
        let (krate, spans) = (&self.krate, self.spans);
        self.parts.push(quote!(
            fn #name(
                p: &[u8],
                total: usize,
                verb: #krate::__private::Verb,
                at: &mut [#krate::__private::Span; #spans],
                near: &mut #krate::__private::Near,
                noted: &mut #krate::__private::Noted<[#krate::__private::Span; #spans]>,
            ) -> ::core::option::Option<#krate::__private::Hit> {
                #inside
                ::core::option::Option::None
            }
        ));
        quote!(
            if let hit @ ::core::option::Option::Some(_) = #name(p, total, verb, at, near, noted) {
                return hit;
            }
        )
    }

    fn texts(&mut self, node: &Node<'_>, pending: usize) -> TokenStream {
        // of the other texts none can match where one has
        if let [(text, inner)] = &*node.texts {
            let inside = self.below(inner, pending);
            return self.behind(text, &inside);
        }
        let arms: Vec<TokenStream> = node
            .texts
            .iter()
            .map(|(text, inner)| {
                let inside = self.below(inner, pending);
                let inside = self.behind(&text[1..], &inside);
                let first = self.letter(text[0]);
                quote!(#first => { #inside })
            })
            .collect();
        quote!(match p { #(#arms)* _ => {} })
    }

    fn byte(&self, byte: u8) -> TokenStream {
        let lower = Literal::byte_character(byte);
        if self.case == Case::Ignore && byte.is_ascii_lowercase() {
            let upper = Literal::byte_character(byte.to_ascii_uppercase());
            return quote!(#lower | #upper);
        }
        quote!(#lower)
    }

    /// The pattern of `p` that begins with a letter, however that is spelled, and of what is behind it.
    fn letter(&self, letter: Letter) -> TokenStream {
        let byte = match letter {
            Letter::Plain(byte) => {
                let byte = self.byte(byte);
                return quote!([#byte, p @ ..]);
            }
            Letter::Encoded(byte) => byte,
        };
        let [high, low] = [byte >> 4, byte & 15].map(|digit| {
            let digit = char::from_digit(u32::from(digit), 16).unwrap_or_default();
            let [small, capital] =
                [digit, digit.to_ascii_uppercase()].map(|digit| Literal::byte_character(digit as u8));
            if digit.is_ascii_digit() { quote!(#small) } else { quote!(#capital | #small) }
        });
        let bare = may_be_bare(byte).then(|| {
            let byte = Literal::byte_character(byte);
            quote!([#byte, p @ ..] |)
        });
        quote!(#bare [b'%', #high, #low, p @ ..])
    }

    /// `inside`, behind `text`.
    fn behind(&self, text: &[Letter], inside: &TokenStream) -> TokenStream {
        let plain: Vec<u8> =
            text.iter().map_while(|letter| if let Letter::Plain(byte) = letter { Some(*byte) } else { None }).collect();
        match (&*plain, text) {
            (_, []) => inside.clone(),
            ([] | [_], [letter, more @ ..]) => {
                let (letter, inside) = (self.letter(*letter), self.behind(more, inside));
                quote!(if let #letter = p { #inside })
            }
            (plain, text) => {
                let inside = self.behind(&text[plain.len()..], inside);
                let (krate, literal) = (&self.krate, Literal::byte_string(plain));
                match self.case {
                    Case::Exact => {
                        quote!(if let ::core::option::Option::Some(p) = p.strip_prefix(#literal) { #inside })
                    }
                    Case::Ignore => quote!(
                        if let ::core::option::Option::Some(p) = #krate::__private::without_prefix(p, #literal) { #inside }
                    ),
                }
            }
        }
    }

    fn segments(&mut self, node: &Node<'_>, pending: usize) -> TokenStream {
        let krate = self.krate.clone();
        let slot = Literal::usize_unsuffixed(node.slot);
        let mut cuts: Vec<&(Cut, Node<'_>)> = node.segments.iter().collect();
        cuts.sort_by_key(|(_, inner)| inner.first());
        let mut inside = TokenStream::new();
        let captured = quote!(at[#slot] = #krate::__private::Span::new(total - p.len(), segment.len()););
        for (number, (cut, inner)) in cuts.iter().enumerate() {
            let later = cuts[number + 1..].iter().map(|(_, node)| node.first()).min().unwrap_or(usize::MAX);
            let below = self.below(inner, pending.min(later));
            let way = match cut {
                Cut::Whole => quote!(#captured { let p = behind; #below }),
                Cut::Typed(ty) => {
                    let fits = quote_spanned!(ty.span()=> #krate::__private::Fits::<#ty>::new());
                    quote!(if #fits.the(segment) { #captured let p = behind; #below })
                }
                Cut::Mixed(pieces) => {
                    let (cut, checks) = self.mixed(pieces, node.slot);
                    quote!(if #cut(segment, total - p.len(), &mut at[#slot..]) #checks { let p = behind; #below })
                }
            };
            // a type of which no line is there need not be there either
            inside.extend(match inner.cfg() {
                None => way,
                Some(cfg) => quote!(#cfg { #way }),
            });
        }
        quote!(
            if let ::core::option::Option::Some((segment, behind)) = #krate::__private::segment(p) {
                #inside
            }
        )
    }

    /// How a mixed segment is cut, and what its pieces must be.
    fn mixed(&self, pieces: &[Piece], slot: usize) -> (TokenStream, TokenStream) {
        let krate = &self.krate;
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Text(text) => {
                let text = match self.case {
                    Case::Exact => Literal::byte_string(text.as_bytes()),
                    Case::Ignore => Literal::byte_string(text.to_ascii_lowercase().as_bytes()),
                };
                quote!(::core::option::Option::Some(#text))
            }
            Piece::One(_) => quote!(::core::option::Option::None),
        });
        let ignore_case = self.case == Case::Ignore;
        let cut = quote!(#krate::__private::Mixed::new(&[#(#parts),*], #ignore_case).cut);
        let mut checks = TokenStream::new();
        let captures = pieces.iter().filter_map(|piece| match piece {
            Piece::One(capture) => Some(capture),
            Piece::Text(_) => None,
        });
        for (number, capture) in captures.enumerate() {
            let Some(ty) = &capture.ty else { continue };
            let slot = Literal::usize_unsuffixed(slot + number);
            let fits = quote_spanned!(ty.span()=> #krate::__private::Fits::<#ty>::new());
            checks.extend(quote!(&& #fits.the(at[#slot].within(segment, total - p.len()))));
        }
        (cut, checks)
    }

    /// The lines that are found at one place, told apart by the method.
    fn found(&mut self, found: &[Found<'_>], pending: usize, rest: &TokenStream) -> TokenStream {
        let (redirects, mut found): (Vec<&Found<'_>>, Vec<&Found<'_>>) =
            found.iter().partition(|found| found.is_redirect);
        found.sort_by_key(|found| found.line.index);
        let mut arms = TokenStream::new();
        let mut methods = TokenStream::new();
        // one for HEAD comes before one for GET that answers HEAD too
        let has_heads = found.iter().any(|found| found.line.verbs.names(HEAD));
        if has_heads {
            let for_head = found.iter().filter(|found| found.line.verbs.bits() & 1 << HEAD != 0);
            let mut heads: Vec<(&Found<'_>, &Place)> =
                for_head.flat_map(|found| found.line.heads.iter().map(|place| (*found, place))).collect();
            heads.sort_by_key(|(found, place)| (place.index, !found.line.verbs.names(HEAD)));
            for (found, Place { index, cfg }) in heads {
                let does = self.does(found, *index, pending, rest);
                arms.extend(quote!(#cfg #HEAD => { #does }));
            }
        }
        for found in &found {
            let (cfg, does) = (found.line.cfg(), self.does(found, found.line.index, pending, rest));
            match found.line.verbs {
                Verbs::Any => arms.extend(quote!(#cfg _ => { #does })),
                Verbs::These(numbers) => {
                    let mut numbers: Vec<u8> = numbers.iter().copied().filter(|number| *number != HEAD).collect();
                    if numbers.contains(&GET) && !has_heads {
                        numbers.push(HEAD);
                    }
                    if !numbers.is_empty() {
                        arms.extend(quote!(#cfg #(#numbers)|* => { #does }));
                    }
                    methods.extend(allow(found.line));
                }
            }
        }
        for Found { line, .. } in &found {
            if line.has_rivals && line.index > pending {
                let first = line.heads.iter().map(|place| place.index).min();
                self.noted = self.noted.min(first.unwrap_or(line.index));
            }
        }
        let code = (!found.is_empty()).then(|| {
            quote!(
                #[allow(unreachable_patterns)]
                match verb.0 { #arms _ => {} }
                #methods
            )
        });
        let redirects = redirects.into_iter().map(|Found { line, .. }| {
            let cfg = line.cfg();
            match line.verbs {
                Verbs::Any => quote!(#cfg { near.slash = true; }),
                Verbs::These(_) => {
                    let bits = Literal::u32_suffixed(line.verbs.bits());
                    quote!(#cfg { near.respell(#bits, verb); })
                }
            }
        });
        quote!(#code #(#redirects)*)
    }

    /// What is done where a line is found.
    fn does(&self, found: &Found<'_>, index: usize, pending: usize, rest: &TokenStream) -> TokenStream {
        let (krate, line) = (&self.krate, found.line);
        let number = Literal::u32_unsuffixed(line.number);
        let hit = quote!(#krate::__private::Hit { route: #number, rest: #rest });
        let absent = found.absent.clone().map(Literal::usize_unsuffixed);
        let absent = quote!(#(at[#absent] = #krate::__private::Span::ABSENT;)*);
        let place = Literal::usize_unsuffixed(index);
        if line.has_rivals && index > pending {
            // one that stands before it may still be found
            return quote!(#absent noted.note(#place, #hit, at););
        }
        if line.has_rivals && self.noted < index {
            return quote!(if noted.is_behind(#place) { #absent return ::core::option::Option::Some(#hit); });
        }
        quote!(#absent return ::core::option::Option::Some(#hit);)
    }
}

/// Where the method is another one, the path is known.
fn allow(line: &Line<'_>) -> TokenStream {
    let (cfg, number) = (line.cfg(), Literal::u32_unsuffixed(line.number));
    let bits = Literal::u32_suffixed(line.verbs.bits());
    quote!(#cfg { near.allow(#number, #bits); })
}

#[derive(Clone, Copy)]
enum Way {
    End,
    Slashed,
    Mount,
    Texts,
    Segments,
    Rest,
    AnyRest,
}
