//! The pattern of a host: `api.example.com`, `{tenant}.example.com`.

use syn::{Ident, LitStr};

use super::{caret::Caret, pattern::Capture};
use crate::diagnostics::Diagnostics;

/// The labels of a host, between its dots.
#[derive(Clone)]
pub(super) struct Host {
    /// As written.
    pub(super) text: String,
    pub(super) labels: Vec<Label>,
}

/// One of them.
#[derive(Clone)]
pub(super) enum Label {
    Text(String),
    One(Capture),
}

impl Host {
    /// Reads a pattern. What is wrong with it is reported, and `None` returned.
    pub(super) fn parse(literal: &LitStr, diagnostics: &mut Diagnostics) -> Option<Self> {
        let (caret, text) = (Caret::new(literal), literal.value());
        let (mut labels, mut at, mut failed) = (Vec::new(), 0, false);
        let mut refuse = |at: usize, sentence: String| {
            failed = true;
            diagnostics.add(caret.error(at, &sentence));
        };
        for label in text.split('.') {
            let start = at;
            at += label.len() + 1;
            if label.is_empty() {
                refuse(start, "between the dots of a host stands a label, which is not empty".to_owned());
            } else if let Some(inside) = label.strip_prefix('{') {
                match inside.strip_suffix('}').map(syn::parse_str::<Ident>) {
                    Some(Ok(mut name)) => {
                        name.set_span(literal.span());
                        labels.push(Label::One(Capture { name, ty: None }));
                    }
                    Some(Err(_)) => {
                        refuse(
                            start + 1,
                            "a capture of a host is a whole label, and has a name: `{tenant}`".to_owned(),
                        );
                    }
                    None => {
                        refuse(start, "this `{` has no `}` before the next dot: a capture is a whole label".to_owned());
                    }
                }
            } else if let Some((place, wrong)) = label
                .char_indices()
                .find(|(_, letter)| !letter.is_ascii_alphanumeric() && *letter != '-' && *letter != '_')
            {
                let sentence = match wrong {
                    ':' => "a host is told by its name alone: leave the port out".to_owned(),
                    '/' => "a host ends before the path, which is the pattern of a route".to_owned(),
                    '*' => "a host has no wildcards: write `{name}` for one label".to_owned(),
                    wrong if !wrong.is_ascii() => format!("`{wrong}` is written in punycode in a host"),
                    wrong => format!("no host has a `{wrong}`"),
                };
                refuse(start + place, sentence);
            } else {
                labels.push(Label::Text(label.to_ascii_lowercase()));
            }
        }
        (!failed).then_some(Self { text, labels })
    }

    pub(super) fn captures(&self) -> impl Iterator<Item = &Capture> {
        self.labels.iter().filter_map(|label| match label {
            Label::One(capture) => Some(capture),
            Label::Text(_) => None,
        })
    }

    /// The host without the names of its captures, which do not matter.
    pub(super) fn shape(&self) -> String {
        let labels = self.labels.iter().map(|label| match label {
            Label::Text(text) => &**text,
            Label::One(_) => "{}",
        });
        labels.collect::<Vec<_>>().join(".")
    }

    /// Whether it is for every host that `other` is for.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.is_like(other, |pair| match pair {
            (Label::One(_), _) => true,
            (Label::Text(one), Label::Text(other)) => one == other,
            (Label::Text(_), Label::One(_)) => false,
        })
    }

    /// Whether there may be a host that both are for.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        self.is_like(other, |pair| match pair {
            (Label::Text(one), Label::Text(other)) => one == other,
            _ => true,
        })
    }

    fn is_like(&self, other: &Self, label: impl Fn((&Label, &Label)) -> bool) -> bool {
        self.labels.len() == other.labels.len() && self.labels.iter().zip(&other.labels).all(label)
    }
}
