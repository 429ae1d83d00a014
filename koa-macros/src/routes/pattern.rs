//! The pattern of a route, as its segments.

mod reader;

use proc_macro2::Ident;
use syn::Type;

use crate::tokens::readable;

/// A pattern as it is understood.
#[derive(Clone)]
pub(super) struct Pattern {
    /// As written, with the prefixes of the groups around it.
    pub(super) text: String,
    pub(super) segments: Vec<Segment>,
    /// Whether a slash stands at the end.
    pub(super) slash: bool,
}

/// What stands between two slashes.
#[derive(Clone)]
pub(super) enum Segment {
    /// Text, percent-encoded as it is in the path.
    Text(String),
    /// `{name}`, `{name: Type}`
    One(Capture),
    /// `{name?}`: the segment and the slash before it, or neither.
    Optional(Capture),
    /// `{name}.{kind}`: texts and captures, never two captures side by side.
    Mixed(Vec<Piece>),
    /// `{name..}`: all that follows.
    Rest { capture: Capture, optional: bool },
}

/// A part of a mixed segment.
#[derive(Clone)]
pub(super) enum Piece {
    Text(String),
    One(Capture),
}

/// What a pattern captures.
#[derive(Clone)]
pub(super) struct Capture {
    pub(super) name: Ident,
    /// The type that the route parses it as.
    pub(super) ty: Option<Box<Type>>,
}

impl Pattern {
    /// The empty pattern: what a table without a prefix begins with.
    pub(super) fn empty() -> Self {
        Self { text: String::new(), segments: Vec::new(), slash: false }
    }

    /// The captures in order.
    pub(super) fn captures(&self) -> impl Iterator<Item = (&Capture, Shape)> {
        self.segments.iter().flat_map(|segment| -> Vec<(&Capture, Shape)> {
            match segment {
                Segment::Text(_) => Vec::new(),
                Segment::One(capture) => vec![(capture, Shape::One)],
                Segment::Optional(capture) => vec![(capture, Shape::Optional)],
                Segment::Mixed(pieces) => pieces
                    .iter()
                    .filter_map(|piece| match piece {
                        Piece::Text(_) => None,
                        Piece::One(capture) => Some((capture, Shape::One)),
                    })
                    .collect(),
                Segment::Rest { capture, optional: false } => vec![(capture, Shape::Rest)],
                Segment::Rest { capture, optional: true } => vec![(capture, Shape::OptionalRest)],
            }
        })
    }

    /// The captures, to be changed.
    pub(super) fn captures_mut(&mut self) -> impl Iterator<Item = &mut Capture> {
        self.segments.iter_mut().flat_map(|segment| match segment {
            Segment::Text(_) => Vec::new(),
            Segment::One(capture) | Segment::Optional(capture) | Segment::Rest { capture, .. } => vec![capture],
            Segment::Mixed(pieces) => pieces
                .iter_mut()
                .filter_map(|piece| match piece {
                    Piece::Text(_) => None,
                    Piece::One(capture) => Some(capture),
                })
                .collect(),
        })
    }

    /// Makes a prefix of it: `/admin/` and `/admin` are the same one.
    pub(super) fn make_prefix(&mut self) {
        self.slash = false;
        if !self.segments.is_empty() {
            self.text.truncate(self.text.trim_end_matches('/').len());
        }
    }

    /// `inner` behind the prefix `self`. Where slashes at the end do not count, the pattern `/` is the prefix itself.
    pub(super) fn join(&self, inner: &Self, strict: bool) -> Self {
        let is_root = inner.segments.is_empty();
        let slash = if is_root { inner.slash && (strict || self.segments.is_empty()) } else { inner.slash };
        let text = match (&*self.text, &*inner.text) {
            ("" | "/", text) => text.to_owned(),
            (prefix, _) if is_root && !slash => prefix.to_owned(),
            (prefix, text) => format!("{}{text}", prefix.trim_end_matches('/')),
        };
        Self { text, segments: self.segments.iter().chain(&inner.segments).cloned().collect(), slash }
    }

    /// The pattern without the names, which do not matter: two of the same shape match the same paths.
    pub(super) fn shape(&self, ignores_case: bool) -> String {
        let mut shape = String::new();
        let text = |shape: &mut String, text: &str| {
            shape.push_str(&if ignores_case { text.to_ascii_lowercase() } else { text.to_owned() });
        };
        // no brace stands in a text as it is in a path
        let capture = |shape: &mut String, capture: &Capture, kind: &str| {
            shape.push('{');
            shape.push_str(&capture.ty.as_ref().map(readable).unwrap_or_default());
            shape.push_str(kind);
            shape.push('}');
        };
        for segment in &self.segments {
            shape.push('/');
            match segment {
                Segment::Text(all) => text(&mut shape, all),
                Segment::One(one) => capture(&mut shape, one, ""),
                Segment::Optional(one) => capture(&mut shape, one, "?"),
                Segment::Rest { capture: one, optional } => {
                    capture(&mut shape, one, if *optional { "?.." } else { ".." });
                }
                Segment::Mixed(pieces) => pieces.iter().for_each(|piece| match piece {
                    Piece::Text(all) => text(&mut shape, all),
                    Piece::One(one) => capture(&mut shape, one, ""),
                }),
            }
        }
        if self.slash {
            shape.push('/');
        }
        shape
    }

    /// Whether the last segment may be missing, or stands for several.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.segments.last(), Some(Segment::Optional(_) | Segment::Rest { .. }))
    }
}

/// How a capture captures.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    Optional,
    Rest,
    OptionalRest,
}

impl Capture {
    /// Two routes with such captures match the same: the names do not matter.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (&self.ty, &other.ty) {
            (None, None) => true,
            (Some(one), Some(other)) => readable(one) == readable(other),
            _ => false,
        }
    }
}
