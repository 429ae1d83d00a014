//! The patterns of a table as a tree: what they share is looked at once.
//!
//! The tree is walked from the front of a path to its end. Where several branches fit, the one with the route that stands first in
//! the table is tried first; a route that is found ends the walk unless one that stands before it may still be found.

use std::ops::Range;

use proc_macro2::TokenStream;
use quote::quote;
use syn::Type;

use super::{
    lines::Line,
    options::{Case, Options, Slash},
    pattern::{Capture, Pattern, Piece, Segment},
    spelling::Letter,
};
use crate::{pipeline::all, tokens::readable};

/// A place in the paths.
#[derive(Default)]
pub(super) struct Node<'l> {
    /// How many captures lie before it.
    pub(super) slot: usize,
    /// Whether its code is a fn of its own.
    pub(super) is_part: bool,
    /// The text that may follow. No two begin with the same letter.
    pub(super) texts: Vec<(Vec<Letter>, Node<'l>)>,
    /// What may stand in the segment that begins here, types before all others.
    pub(super) segments: Vec<(Cut, Node<'l>)>,
    /// What is found when the path ends here.
    pub(super) ends: Vec<Found<'l>>,
    /// The same when it ends here but for one slash.
    pub(super) slashed: Vec<Found<'l>>,
    /// What is found when the path ends here or goes on with a slash.
    pub(super) mounts: Vec<Found<'l>>,
    /// What takes the rest of the path.
    pub(super) rests: Vec<Found<'l>>,
    /// The same where there need not be any.
    pub(super) any_rests: Vec<Found<'l>>,
}

/// How a segment is captured.
pub(super) enum Cut {
    Typed(Box<Type>),
    Mixed(Vec<Piece>),
    Whole,
}

/// A line that ends at a node.
#[derive(Clone)]
pub(super) struct Found<'l> {
    pub(super) line: &'l Line<'l>,
    /// The path is only another spelling of the one that the line is for.
    pub(super) is_redirect: bool,
    /// The captures that are not there when the path ends here.
    pub(super) absent: Range<usize>,
}

/// What stands in a row in a pattern.
#[derive(Clone)]
enum Atom<'a> {
    Text(String),
    One(&'a Capture),
    Mixed(&'a [Piece]),
    Rest { optional: bool },
}

/// How a row of atoms ends.
#[derive(Clone, Copy)]
enum End {
    Here,
    Slashed,
    Mount,
}

impl<'l> Node<'l> {
    /// The tree of all lines. So many captures, `slot`, lie before it. No fn is made of many more than `largest` places.
    pub(super) fn of(lines: &[&'l Line<'l>], options: &Options, slot: usize, largest: usize) -> Self {
        let mut root = Self { slot, ..Self::default() };
        for &line in lines {
            let captures = slot + line.pattern.captures().count();
            for (atoms, slash, is_open) in rows(line.pattern) {
                let present = slot + atoms.iter().map(Atom::captures).sum::<usize>();
                let found = Found { line, is_redirect: false, absent: present..captures };
                if line.is_mount {
                    root.insert(&atoms, options.case, found, End::Mount);
                    continue;
                }
                let is_root = matches!(&*atoms, [Atom::Text(text)] if matches!(&**text, "" | "/"));
                if is_root && (options.slash != Slash::Strict || !line.pattern.segments.is_empty()) {
                    // all of what a table is asked for: `/`, or nothing where it is mounted
                    root.insert(&[], options.case, found.clone(), End::Here);
                    root.insert(&[], options.case, found, End::Slashed);
                    continue;
                }
                root.insert(&atoms, options.case, found.clone(), End::Here);
                // a rest takes its slash with it
                if is_open {
                    continue;
                }
                let redirect = Found { is_redirect: true, ..found.clone() };
                match (options.slash, slash) {
                    (Slash::Strict, _) | (Slash::Ignore, true) => {}
                    (Slash::Ignore, false) => root.insert(&atoms, options.case, found, End::Slashed),
                    (Slash::Redirect, false) => root.insert(&atoms, options.case, redirect, End::Slashed),
                    (Slash::Redirect, true) => {
                        let mut shorter = atoms;
                        if let Some(Atom::Text(text)) = shorter.last_mut() {
                            text.pop();
                        }
                        root.insert(&shorter, options.case, redirect, End::Here);
                    }
                }
            }
        }
        root.part(largest);
        root
    }

    fn insert(&mut self, atoms: &[Atom<'_>], case: Case, found: Found<'l>, end: End) {
        let Some((atom, rest)) = atoms.split_first() else {
            return match end {
                End::Here => self.ends.push(found),
                End::Slashed => self.slashed.push(found),
                End::Mount => self.mounts.push(found),
            };
        };
        let next = match atom {
            Atom::Text(text) if text.is_empty() => self,
            Atom::Text(text) => {
                let mut text = Letter::all(text);
                if case == Case::Ignore {
                    text = text.into_iter().map(Letter::to_lower).collect();
                }
                self.text(&text)
            }
            Atom::One(capture) => self.segment(capture.ty.as_ref().map_or(Cut::Whole, |ty| Cut::Typed(ty.clone())), 1),
            Atom::Mixed(pieces) => self.segment(Cut::Mixed(pieces.to_vec()), atom.captures()),
            Atom::Rest { optional: false } => return self.rests.push(found),
            Atom::Rest { optional: true } => return self.any_rests.push(found),
        };
        next.insert(rest, case, found, end);
    }

    /// The node behind `text`.
    fn text(&mut self, text: &[Letter]) -> &mut Self {
        let slot = self.slot;
        let Some(at) = self.texts.iter().position(|(edge, _)| edge[0] == text[0]) else {
            self.texts.push((text.to_vec(), Self { slot, ..Self::default() }));
            let last = self.texts.len() - 1;
            return &mut self.texts[last].1;
        };
        let (edge, node) = &mut self.texts[at];
        let shared = edge.iter().zip(text).take_while(|(one, other)| one == other).count();
        if shared < edge.len() {
            // what they share, and the rest of the edge behind it
            let behind = edge.split_off(shared);
            let inner = std::mem::replace(node, Self { slot, ..Self::default() });
            node.texts.push((behind, inner));
        }
        if shared == text.len() { node } else { node.text(&text[shared..]) }
    }

    /// The node behind a segment that is captured like this.
    fn segment(&mut self, cut: Cut, captures: usize) -> &mut Self {
        let slot = self.slot + captures;
        let at = self.segments.iter().position(|(other, _)| other.same(&cut)).unwrap_or_else(|| {
            self.segments.push((cut, Self { slot, ..Self::default() }));
            self.segments.len() - 1
        });
        &mut self.segments[at].1
    }

    /// The first line that can be found from here on.
    pub(super) fn first(&self) -> usize {
        let here = self.here().map(Found::order);
        self.below().map(Self::first).chain(here).min().unwrap_or(usize::MAX)
    }

    /// The `#[cfg]` under which a line that ends here or behind it is there; `None` if one always is.
    pub(super) fn cfg(&self) -> Option<TokenStream> {
        let conditions = self.conditions()?;
        Some(quote!(#[cfg(any(#(#conditions),*))]))
    }

    fn conditions(&self) -> Option<Vec<TokenStream>> {
        let here = self.here().map(|found| (!found.line.cfgs.is_empty()).then(|| all(found.line.cfgs)));
        let mut conditions = here.collect::<Option<Vec<_>>>()?;
        for node in self.below() {
            conditions.extend(node.conditions()?);
        }
        Some(conditions)
    }

    /// The lines that are found here.
    fn here(&self) -> impl Iterator<Item = &Found<'l>> {
        self.ends.iter().chain(&self.slashed).chain(&self.mounts).chain(&self.rests).chain(&self.any_rests)
    }

    /// The nodes behind it.
    fn below(&self) -> impl Iterator<Item = &Self> {
        self.texts.iter().map(|(_, node)| node).chain(self.segments.iter().map(|(_, node)| node))
    }

    /// Makes parts of subtrees, so that neither they nor what is left has many more than `largest` places. How many are left.
    fn part(&mut self, largest: usize) -> usize {
        let below = self.texts.iter_mut().map(|(_, node)| node).chain(self.segments.iter_mut().map(|(_, node)| node));
        let mut below: Vec<(usize, &mut Self)> = below.map(|node| (node.part(largest), node)).collect();
        let mut places = 1 + below.iter().map(|(places, _)| places).sum::<usize>();
        if below.len() > 1 {
            below.sort_by_key(|(places, _)| *places);
            while places > largest
                && let Some((most, node)) = below.pop()
                && most > 1
            {
                node.is_part = true;
                places -= most - 1;
            }
        }
        places
    }
}

impl Found<'_> {
    /// Its place in the table. What is only redirected comes behind all that is found.
    pub(super) fn order(&self) -> usize {
        if self.is_redirect { usize::MAX } else { self.line.index }
    }
}

impl Cut {
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole, Self::Whole) => true,
            (Self::Typed(one), Self::Typed(other)) => readable(one) == readable(other),
            (Self::Mixed(one), Self::Mixed(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|pair| match pair {
                        (Piece::Text(one), Piece::Text(other)) => one == other,
                        (Piece::One(one), Piece::One(other)) => one.same(other),
                        _ => false,
                    })
            }
            _ => false,
        }
    }
}

/// A pattern with each number of its optional segments: what stands in a row, whether a slash ends it, and whether it ends in what
/// may be missing or several.
fn rows(pattern: &Pattern) -> Vec<(Vec<Atom<'_>>, bool, bool)> {
    let mut rows = Vec::new();
    let mut atoms = Vec::new();
    let mut text = String::new();
    for segment in &pattern.segments {
        if let Segment::Optional(_) | Segment::Rest { optional: true, .. } = segment {
            let mut shorter = atoms.clone();
            shorter.push(Atom::Text(text.clone()));
            rows.push((shorter, false, false));
        }
        text.push('/');
        let atom = match segment {
            Segment::Text(more) => {
                text.push_str(more);
                continue;
            }
            Segment::One(capture) | Segment::Optional(capture) => Atom::One(capture),
            Segment::Mixed(pieces) => Atom::Mixed(pieces),
            Segment::Rest { optional, .. } => Atom::Rest { optional: *optional },
        };
        atoms.push(Atom::Text(std::mem::take(&mut text)));
        atoms.push(atom);
    }
    if pattern.slash {
        text.push('/');
    }
    atoms.push(Atom::Text(text));
    rows.push((atoms, pattern.slash, matches!(pattern.segments.last(), Some(Segment::Rest { .. }))));
    rows
}

impl Atom<'_> {
    fn captures(&self) -> usize {
        match self {
            Self::Text(_) => 0,
            Self::One(_) | Self::Rest { .. } => 1,
            Self::Mixed(pieces) => pieces.iter().filter(|piece| matches!(piece, Piece::One(_))).count(),
        }
    }
}
