//! A table of routes as a layer.

use std::{fmt::Debug, marker::PhantomData, slice::Iter};

use http::Method;

use super::{
    branches::Branches,
    entry::Entry,
    fall::{Before, Texts, Way},
    matching::{Hit, Span, Verb},
    missed::{missed, unanswered},
    near::Near,
    trail::{Asked, Spans, Taken},
};
use crate::{
    Context, Result,
    onion::{
        Downstream, Layer, Middleware,
        check::Here,
        describe::{CaptureDescription, Description, Kind, RouteDescription},
        environment::Environment,
        layer::Several,
        provide::Override,
    },
};

/// What is known of a route at compile time.
#[derive(Debug)]
pub struct Route {
    /// The methods as written, in order; none is every method.
    pub methods: &'static [&'static str],
    /// The pattern as written, with those of the groups around it.
    pub pattern: &'static str,
    /// Whether it is `/` and adds nothing to the prefix that its table is mounted under.
    pub is_root: bool,
    /// The host that it is for.
    pub host: Option<&'static str>,
    /// The name that its url is built by.
    pub name: Option<&'static str>,
    /// The lines of its doc comment.
    pub docs: &'static [&'static str],
    /// What it captures.
    pub captures: &'static [Capture],
    /// How many of these, the first ones, are of the host.
    pub of_host: usize,
    /// How much of the path it is for.
    pub end: End,
    /// What it answers when a `#[param]` does not parse.
    pub status: u16,
    /// Which branch it is: a number of four bits for each tuple on the way there, the outermost one lowest. For the prefix of a group:
    /// how many bits lead to it.
    pub turns: u32,
    /// How many groups with layers stand around it.
    pub groups: u32,
    /// Whether its `#[cfg]`s are met. One that is not there has its branch all the same, which nothing is sent to.
    pub is_there: bool,
    /// Where it is written.
    pub file: &'static str,
    /// The line in that file.
    pub line: u32,
}

impl Route {
    /// With the stage it goes to.
    pub(super) fn describe(&self) -> Description {
        let mut described = Description::new(Kind::Route, self.pattern, self.file, self.line);
        let captures = self.captures.iter();
        described.route = Some(Box::new(RouteDescription {
            methods: self.methods.iter().map(|&method| method.into()).collect(),
            pattern: self.pattern.into(),
            host: self.host.map(Into::into),
            name: self.name.map(Into::into),
            docs: self.docs.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n"),
            captures: captures.map(|c| CaptureDescription::new(c.name, c.ty, c.is_optional, c.is_rest)).collect(),
            is_prefix: self.end != End::Whole,
        }));
        described
    }
}

/// How much of the path a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it.
    Whole,
    /// All that begins with it.
    Mount,
    /// It is the prefix of a group, which goes on in the same table.
    Group,
}

/// A capture of a route.
#[derive(Debug)]
pub struct Capture {
    /// Its name.
    pub name: &'static str,
    /// The type that the route parses it as, as written; `None` where it is text.
    pub ty: Option<&'static str>,
    /// Whether it may be missing.
    pub is_optional: bool,
    /// Whether it is the rest of the path.
    pub is_rest: bool,
}

/// What `routes!` makes of the patterns of a table.
pub trait Table: 'static {
    /// As many places as a route has captures at most.
    type Spans: Default + AsRef<[Span]> + Send + Sync + 'static;

    /// The methods of this table that not every server knows: `PURGE`. They are numbered behind the others.
    const OTHERS: &'static [&'static str];

    /// Its routes, without the prefixes of groups.
    const ROUTES: &'static [Route];

    /// Where the table is written.
    const FILE: &'static str;

    /// The line in that file.
    const LINE: u32;

    /// Finds the route for a request.
    fn find(asked: Asked<'_>, at: &mut Self::Spans, near: &mut Near) -> Option<Hit>;
}

/// Whether a table looks at hosts.
const fn has_hosts(routes: &[Route]) -> bool {
    let mut at = 0;
    // a call for each route would go as deep as there are routes
    while at < routes.len() {
        if routes[at].host.is_some() {
            return true;
        }
        at += 1;
    }
    false
}

/// What a table is asked about a request that it has found a route for.
#[derive(Debug)]
pub(crate) struct Finder {
    /// The places of the captures: in the path, or in the host.
    pub(super) again: fn(Asked<'_>) -> Spans,
    /// The methods of the routes before it that match but for the method, as bits.
    pub(super) before: fn(Asked<'_>) -> u32,
    /// The names of those that not every server knows.
    pub(super) others: &'static [&'static str],
    /// Whether it looks at hosts.
    pub(super) has_hosts: bool,
}

struct FinderOf<T>(PhantomData<T>);

impl<T: Table> FinderOf<T> {
    const FINDER: &'static Finder =
        &Finder { again: again::<T>, before: before::<T>, others: T::OTHERS, has_hosts: has_hosts(T::ROUTES) };
}

fn before<T: Table>(asked: Asked<'_>) -> u32 {
    let mut at = T::Spans::default();
    let Some(hit) = T::find(asked, &mut at, &mut Near::default()) else { return 0 };
    let mut near = Near::before(hit.route);
    T::find(asked, &mut at, &mut near);
    near.methods
}

fn again<T: Table>(asked: Asked<'_>) -> Spans {
    let mut at = T::Spans::default();
    match T::find(asked, &mut at, &mut Near::default()) {
        Some(_) => Spans::from_slice(at.as_ref()),
        // where a type parses the same text once and not a second time
        None => Spans::new(),
    }
}

/// The number of a method in table `T`.
fn verb<T: Table>(method: &Method) -> Verb {
    Verb::of(method, T::OTHERS)
}

/// A table and its branches.
#[derive(Debug)]
pub struct Router<T, B> {
    branches: B,
    table: PhantomData<fn() -> T>,
}

impl<T, B> Router<T, B> {
    /// The branches are numbered as the table numbers them.
    pub const fn new(branches: B) -> Self {
        Self { branches, table: PhantomData }
    }
}

impl<E, N, K, T, B, JB> Middleware<Context, E, N, ((Here, Here), (JB, K))> for Router<T, B>
where
    E: Environment,
    N: Downstream<Context, E, K>,
    T: Table,
    B: Branches<E, JB>,
{
    async fn call(&self, ctx: &mut Context, env: E, next: N) -> Result {
        let mut at = T::Spans::default();
        let mut near = Near::default();
        let (from, verb) = (ctx.request.trail.rest(), verb::<T>(ctx.request.method()));
        let asked = Asked { path: ctx.request.path(), from: from as usize, verb, request: &ctx.request, host: None };
        let hit = T::find(asked, &mut at, &mut near);
        if let Some(Hit { route, rest }) = hit {
            let route = &T::ROUTES[route as usize];
            let is_mount = route.end == End::Mount;
            let before = Before { next, env, trail: ctx.request.trail.len(), is_mount, index: PhantomData };
            let way = Way { route, captures: at.as_ref(), texts: Texts::of(ctx, route), rest, after: &before };
            let finder = FinderOf::<T>::FINDER;
            // where no group is around it, it is reached at once
            let (captured, rest) = match route.groups {
                0 => (route.captures.len(), if is_mount { rest } else { from }),
                _ => (0, from),
            };
            ctx.request.trail.take(Taken { route, finder, verb, from, captured, rest, kept: None });
            let entry = Entry { way: &way, first: 0, outer: env, kept: () };
            return self.branches.dispatch(ctx, &entry, route.turns).await;
        }
        if missed(ctx, near, T::OTHERS) {
            return Ok(());
        }
        next.run(ctx, env).await?;
        unanswered(ctx);
        Ok(())
    }
}

impl<T: Table, B: Listed> Layer for Router<T, B> {
    type Switch = Several;

    fn describe(&self) -> Description {
        let mut described = Description::new(Kind::Router, "routes", T::FILE, T::LINE);
        self.branches.list(&mut T::ROUTES.iter(), &mut described.stages);
        described
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.branches.override_provided(value);
    }
}

/// Branches say what they are.
pub trait Listed {
    /// Adds a description for each. The routes left are those of these branches, and of what stands behind them.
    fn list(&self, left: &mut Iter<'static, Route>, described: &mut Vec<Description>);
    /// See [`Layer::override_provided`].
    fn override_provided(&mut self, value: &mut Override);
}
