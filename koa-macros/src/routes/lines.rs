//! The routes of a table as the matcher sees them: what each is to those before it.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;

use super::{
    host::Host,
    model::Route,
    options::Case,
    pattern::{Pattern, Segment},
    verbs::{GET, HEAD, Verbs},
};
use crate::pipeline::all;

/// A route as the matcher sees it.
pub(super) struct Line<'a> {
    /// Its place in the table, which decides.
    pub(super) index: usize,
    pub(super) host: Option<&'a Host>,
    pub(super) pattern: &'a Pattern,
    pub(super) verbs: &'a Verbs,
    /// Whether everything under the pattern goes there.
    pub(super) is_mount: bool,
    /// Its number among the routes of the table.
    pub(super) number: u32,
    pub(super) cfgs: &'a [Attribute],
    /// Whether one that stands before it may match the same request.
    pub(super) has_rivals: bool,
    /// Where it counts for a request for HEAD, the first place first.
    pub(super) heads: Vec<Place>,
}

/// Where a line counts, as long as a `#[cfg]` is met.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) index: usize,
    pub(super) cfg: Option<TokenStream>,
}

/// Those of a whole table, each with its number.
pub(super) fn lines<'a>(routes: &[(u32, &'a Route)], case: Case) -> Vec<Line<'a>> {
    let mut gets = Gets { case, of: HashMap::new() };
    let mut lines: Vec<Line<'_>> = Vec::new();
    for &(number, route) in routes {
        let mut line = Line {
            index: route.index,
            host: route.host.as_ref(),
            pattern: &route.pattern,
            verbs: &route.verbs,
            is_mount: route.is_mount(),
            number,
            cfgs: &route.cfgs,
            has_rivals: false,
            heads: Vec::new(),
        };
        line.has_rivals = lines.iter().any(|before| before.is_rival(&line, case));
        line.heads = gets.heads(&line);
        gets.add(&line);
        lines.push(line);
    }
    lines
}

impl Line<'_> {
    /// `#[cfg(…)]`, if it stands under one.
    pub(super) fn cfg(&self) -> Option<TokenStream> {
        (!self.cfgs.is_empty()).then(|| {
            let all = all(self.cfgs);
            quote!(#[cfg(#all)])
        })
    }

    /// Whether there may be a request that both match.
    fn is_rival(&self, other: &Self, case: Case) -> bool {
        if self.verbs.bits() & other.verbs.bits() == 0 {
            return false;
        }
        if let (Some(one), Some(other)) = (self.host, other.host)
            && !one.may_be(other)
        {
            return false;
        }
        let mut pairs = self.pattern.segments.iter().zip(&other.pattern.segments);
        // as far as one of them is open, the other may go on
        let is_open = |segment: &Segment| matches!(segment, Segment::Rest { .. } | Segment::Optional(_));
        let stops = pairs.try_for_each(|pair| match pair {
            (one, other) if is_open(one) || is_open(other) => Err(true),
            (Segment::Text(one), Segment::Text(other)) => {
                let is = if case == Case::Ignore { one.eq_ignore_ascii_case(other) } else { one == other };
                if is { Ok(()) } else { Err(false) }
            }
            _ => Ok(()),
        });
        let (mine, theirs) = (self.pattern.segments.len(), other.pattern.segments.len());
        stops.err().unwrap_or_else(|| {
            let (shorter, longer) = if mine < theirs { (self, other) } else { (other, self) };
            let next = longer.pattern.segments.get(mine.min(theirs));
            shorter.is_mount || next.is_none_or(is_open)
        })
    }
}

/// The routes for GET so far, which one for HEAD of the same pattern comes before.
struct Gets {
    case: Case,
    /// By host and pattern, each with the condition that it is there.
    of: HashMap<(Option<String>, String), Vec<Place>>,
}

impl Gets {
    fn key(&self, line: &Line<'_>) -> (Option<String>, String) {
        (line.host.map(Host::shape), line.pattern.shape(self.case == Case::Ignore))
    }

    fn add(&mut self, line: &Line<'_>) {
        if line.verbs.names(GET) && !line.verbs.names(HEAD) {
            let cfg = (!line.cfgs.is_empty()).then(|| all(line.cfgs));
            let gets = self.of.entry(self.key(line)).or_default();
            gets.push(Place { index: line.index, cfg });
        }
    }

    /// The place of the first of them that is there, or else its own.
    fn heads(&self, line: &Line<'_>) -> Vec<Place> {
        let gets = if line.verbs.names(HEAD) { self.of.get(&self.key(line)) } else { None };
        let mut heads = Vec::new();
        // what is known once those before are not there
        let mut known: Vec<TokenStream> = line.cfgs.iter().map(|_| all(line.cfgs)).take(1).collect();
        for get in gets.into_iter().flatten() {
            let Some(cfg) = &get.cfg else {
                heads.push(place(get.index, &known));
                return heads;
            };
            known.push(cfg.clone());
            heads.push(place(get.index, &known));
            known.pop();
            known.push(quote!(not(#cfg)));
        }
        heads.push(place(line.index, &known));
        heads
    }
}

fn place(index: usize, known: &[TokenStream]) -> Place {
    Place { index, cfg: (!known.is_empty()).then(|| quote!(#[cfg(all(#(#known),*))])) }
}
