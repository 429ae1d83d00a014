//! What the groups around a line add to it.

use proc_macro2::{Ident, Span};
use syn::{Attribute, LitStr};

use super::{
    host::Host,
    model::{Kind, Route},
    options::{Options, Slash},
    pattern::{Capture, Pattern},
    verbs::Verbs,
};

/// As many captures as a branch has at most.
const MOST_CAPTURES: usize = 8;

/// The groups around a line.
#[derive(Clone)]
pub(super) struct Around {
    pub(super) prefix: Pattern,
    pub(super) host: Option<Host>,
    pub(super) cfgs: Vec<Attribute>,
    pub(super) status: u16,
    /// How many captures those with layers have provided.
    pub(super) provided: usize,
    pub(super) depth: usize,
    /// Whether one of them is not understood, and with it where the line stands.
    pub(super) is_refused: bool,
}

/// A line as it is written.
pub(super) struct Written {
    pub(super) literal: LitStr,
    pub(super) pattern: Pattern,
    pub(super) verbs: Verbs,
    pub(super) methods: Vec<String>,
    pub(super) docs: Vec<String>,
    pub(super) name: Option<Ident>,
    pub(super) kind: Kind,
}

impl Written {
    /// A group or a mount.
    pub(super) fn prefix(literal: LitStr, pattern: Pattern, kind: Kind) -> Self {
        Self { literal, pattern, verbs: Verbs::Any, methods: Vec::new(), docs: Vec::new(), name: None, kind }
    }
}

impl Around {
    /// Around all lines of a table.
    pub(super) fn nothing(options: &Options) -> Self {
        let (prefix, cfgs, status) = (Pattern::empty(), Vec::new(), options.status);
        Self { prefix, host: None, cfgs, status, provided: 0, depth: 0, is_refused: false }
    }

    /// The route, or the prefix of a group, that a line stands for. What is wrong with it is the error. `index` is its place in the table.
    pub(super) fn route(&self, written: Written, options: &Options, index: usize) -> Result<Route, String> {
        let Written { literal, pattern, verbs, methods, docs, name, kind } = written;
        let pattern = self.prefix.join(&pattern, options.slash == Slash::Strict);
        let route = Route {
            cfgs: self.cfgs.clone(),
            docs,
            verbs,
            methods,
            host: self.host.clone(),
            line: line(literal.span()),
            literal,
            is_root: pattern.segments.is_empty() && options.slash != Slash::Strict,
            pattern,
            provided: self.provided,
            name,
            status: self.status,
            kind,
            index,
            turns: 0,
            groups: 0,
        };
        let captures: Vec<&Capture> = route.captures().into_iter().map(|(capture, _)| capture).collect();
        for (number, capture) in captures.iter().enumerate() {
            let name = &capture.name;
            // twice in one pattern is reported where that is read
            let around = self.prefix.captures().any(|(capture, _)| capture.name == *name) || self.host.is_some();
            if around && captures[..number].iter().any(|before| before.name == *name) {
                return Err(format!(
                    "`{name}` is captured twice, here and in what stands around: each name stands for one value"
                ));
            }
        }
        if captures.len() - route.provided > MOST_CAPTURES {
            return Err(format!("a route captures at most {MOST_CAPTURES} values"));
        }
        Ok(route)
    }
}

fn line(span: Span) -> usize {
    if proc_macro::is_available() { span.unwrap().line() } else { 0 }
}
