//! A table of routes, and the programs that it is written out as: ours, and the same for others.

mod write;

use std::fmt;

#[allow(unused_imports, reason = "what runs the tables does not write them")]
pub use write::table_rs;

/// The routes that the tables are made of.
pub const GITHUB: &str = include_str!("../../data/github-methods.txt");

/// Whose router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Ours,
    /// Ours, with the table as an item.
    Named,
    Axum,
    Actix,
}

impl Side {
    /// In building it matters whether a table is an item, in running it does not.
    pub const RUN: [Self; 3] = [Self::Ours, Self::Axum, Self::Actix];
    #[allow(dead_code, reason = "not every program that this is part of builds them")]
    pub const BUILT: [Self; 4] = [Self::Ours, Self::Named, Self::Axum, Self::Actix];

    pub fn is_ours(self) -> bool {
        matches!(self, Self::Ours | Self::Named)
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ours => "ours",
            Self::Named => "ours-named",
            Self::Axum => "axum",
            Self::Actix => "actix",
        })
    }
}

/// What the routes go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handlers {
    /// Each to a fn of its own, which reads what the route captures.
    Own,
    /// All to one, which reads nothing.
    Shared,
}

impl fmt::Display for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "own",
            Self::Shared => "shared",
        })
    }
}

/// A route: `GET /teams/{p1: u64}/repos`.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: String,
    /// As `routes!` has it.
    pub pattern: String,
    /// The names and types of what it captures.
    pub captures: Vec<(String, Type)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Number,
}

impl Route {
    fn parse(line: &str) -> Option<Self> {
        let (method, pattern) = line.split_once(' ')?;
        let captures = pattern.split('{').skip(1).filter_map(|piece| {
            let (capture, _) = piece.split_once('}')?;
            Some(match capture.split_once(": ") {
                None => (capture.to_owned(), Type::Text),
                Some((name, _)) => (name.to_owned(), Type::Number),
            })
        });
        Some(Self { method: method.to_owned(), pattern: pattern.to_owned(), captures: captures.collect() })
    }

    /// The pattern as others have it: without types.
    pub fn untyped(&self) -> String {
        self.pattern.replace(": u64", "")
    }
}

/// A table of so many routes: GitHub's, then the same again under `/v2`, and so on.
pub fn table(count: usize) -> Vec<Route> {
    let github = || GITHUB.lines().filter(|line| !line.starts_with('#')).filter_map(Route::parse);
    let versions = (1..).flat_map(|version| {
        github().map(move |route| match version {
            1 => route,
            _ => Route { pattern: format!("/v{version}{}", route.pattern), ..route },
        })
    });
    versions.take(count).collect()
}

/// As many as GitHub has.
#[allow(dead_code, reason = "not every program that this is part of asks for all of them")]
pub fn github() -> Vec<Route> {
    table(GITHUB.lines().filter(|line| !line.starts_with('#')).count())
}
