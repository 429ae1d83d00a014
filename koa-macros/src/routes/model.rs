//! What was written inside `routes!`.

use std::fmt;

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr};

use super::{
    host::Host,
    options::Options,
    pattern::{Capture, Pattern, Shape},
    verbs::{KNOWN, Verbs},
};
use crate::pipeline::{Head, Stage};

/// One `routes!`.
pub(super) struct Input {
    pub(super) item: Option<Box<Head>>,
    pub(super) table: Table,
}

/// The routes, and what they are set to.
pub(super) struct Table {
    pub(super) options: Options,
    /// The methods that not every server knows.
    pub(super) others: Vec<String>,
    pub(super) branches: Vec<Branch>,
}

/// What stands in a table, in order.
pub(super) enum Branch {
    Route(Box<Route>),
    Group(Box<Group>),
}

/// Routes with layers of their own around them. Groups without layers are taken apart when they are read.
pub(super) struct Group {
    pub(super) prefix: Route,
    pub(super) layers: Vec<Stage>,
    pub(super) branches: Vec<Branch>,
}

/// One route, or the prefix of a group: with all that the groups around it add.
pub(super) struct Route {
    pub(super) cfgs: Vec<Attribute>,
    pub(super) docs: Vec<String>,
    pub(super) verbs: Verbs,
    /// The methods as written.
    pub(super) methods: Vec<String>,
    pub(super) host: Option<Host>,
    pub(super) literal: LitStr,
    pub(super) pattern: Pattern,
    /// Whether it is what the table stands for, with a slash or without: `/`.
    pub(super) is_root: bool,
    /// How many captures the groups with layers around it have provided already.
    pub(super) provided: usize,
    pub(super) name: Option<Ident>,
    pub(super) status: u16,
    pub(super) kind: Kind,
    /// The line it is written at; 0 where that is not known.
    pub(super) line: usize,
    /// The place in the table.
    pub(super) index: usize,
    /// How its branch is numbered; known when the whole table is.
    pub(super) turns: u32,
    /// How many groups with layers stand around it; known then as well.
    pub(super) groups: u32,
}

/// What a route leads to.
pub(super) enum Kind {
    Route(Box<Stage>),
    Mount(Box<Stage>),
    Group,
}

impl Route {
    pub(super) fn is_mount(&self) -> bool {
        matches!(self.kind, Kind::Mount(_))
    }

    pub(super) fn stage(&self) -> Option<&Stage> {
        match &self.kind {
            Kind::Route(stage) | Kind::Mount(stage) => Some(stage),
            Kind::Group => None,
        }
    }

    pub(super) fn host_text(&self) -> Option<&str> {
        self.host.as_ref().map(|host| &*host.text)
    }

    /// What it captures: of the host first, then of the path.
    pub(super) fn captures(&self) -> Vec<(&Capture, Shape)> {
        let host = self.host.iter().flat_map(super::host::Host::captures).map(|capture| (capture, Shape::One));
        host.chain(self.pattern.captures()).collect()
    }

    /// Whether it parses some of those that it adds to the groups around it: then they are kept while its stage runs.
    pub(super) fn parses(&self) -> bool {
        self.captures().iter().skip(self.provided).any(|(capture, _)| capture.ty.is_some())
    }

    /// How many of them are of the host.
    pub(super) fn of_host(&self) -> usize {
        self.host.as_ref().map_or(0, |host| host.captures().count())
    }

    /// Where an error about it points: at its pattern.
    pub(super) fn span(&self) -> Span {
        self.literal.span()
    }
}

/// As its author would write it: `GET "/users/{id}"`.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(host) = self.host_text() {
            write!(f, "host \"{host}\" ")?;
        }
        match (&self.verbs, self.is_mount()) {
            (Verbs::Any, true) => {}
            (Verbs::Any, false) => f.write_str("* ")?,
            (Verbs::These(_), _) => write!(f, "{} ", self.methods.join(" | "))?,
        }
        write!(f, "\"{}\"", self.pattern.text)
    }
}

impl Table {
    /// All routes, in order, without the prefixes of groups.
    pub(super) fn routes(&self) -> Vec<&Route> {
        fn add<'t>(branches: &'t [Branch], routes: &mut Vec<&'t Route>) {
            for branch in branches {
                match branch {
                    Branch::Route(route) => routes.push(route),
                    Branch::Group(group) => add(&group.branches, routes),
                }
            }
        }
        let mut routes = Vec::new();
        add(&self.branches, &mut routes);
        routes
    }

    /// The number of a method, if there is room for one more.
    pub(super) fn number(others: &mut Vec<String>, method: &str) -> Option<u8> {
        if let Some(number) = KNOWN.iter().position(|known| *known == method) {
            return u8::try_from(number).ok();
        }
        let place = others.iter().position(|other| other == method).unwrap_or_else(|| {
            others.push(method.to_owned());
            others.len() - 1
        });
        let number = KNOWN.len() + place;
        (number < super::verbs::MOST).then(|| u8::try_from(number).ok()).flatten()
    }
}
