//! Which routes a request has taken, kept with the request: for logs, metrics and `ctx.param`.

use std::{borrow::Cow, fmt, iter};

use http::Uri;
use smallvec::SmallVec;

use super::{
    matching::{Span, Verb},
    param::decoded,
    table::{Capture, End, Finder, Route},
};
use crate::{Context, Request};

/// The routes that a request has taken, and what the routers that had none for it have to say.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    /// The outermost. Here and not in a list, as most requests take one route, and what is not there costs nothing to drop.
    first: Option<Taken>,
    /// That of a router inside it.
    second: Option<Taken>,
    /// Those further in, which need an allocation.
    more: Vec<Taken>,
    /// The methods of the routes that would have matched.
    pub(super) allowed: Vec<&'static str>,
}

/// One route taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(super) route: &'static Route,
    /// Finds the captures again, for who asks for them by their names.
    pub(super) finder: &'static Finder,
    pub(super) verb: Verb,
    /// Where in the path its router began to match.
    pub(super) from: u32,
    /// How many of its captures the layers know that the request has reached.
    pub(super) captured: usize,
    /// Where the routers inside begin.
    pub(super) rest: u32,
    /// What it was taken for, once a layer has changed that.
    pub(super) kept: Option<Box<Kept>>,
}

/// What a request was before a layer changed it.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    url: Option<Uri>,
    host: Option<String>,
}

/// The places of the captures of one route. More of them than most have need an allocation.
pub(super) type Spans = SmallVec<[Span; 8]>;

/// What a table looks at.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'r> {
    /// The whole path.
    pub path: &'r str,
    /// Where in the path matching begins.
    pub from: usize,
    /// The method.
    pub verb: Verb,
    /// For the host, which few tables look at.
    pub request: &'r Request,
    /// The host, where it is no longer that of the request.
    pub host: Option<&'r str>,
}

impl<'r> Asked<'r> {
    /// The host.
    #[must_use]
    pub fn hostname(&self) -> &'r str {
        self.host.unwrap_or_else(|| self.request.hostname())
    }
}

impl Trail {
    /// Outermost first.
    fn taken(&self) -> impl DoubleEndedIterator<Item = &Taken> {
        self.first.iter().chain(&self.second).chain(&self.more)
    }

    fn taken_mut(&mut self) -> impl Iterator<Item = &mut Taken> {
        self.first.iter_mut().chain(&mut self.second).chain(&mut self.more)
    }

    #[inline]
    fn last(&self) -> Option<&Taken> {
        // most are asked before there is one, or when there is one
        let first = self.first.as_ref()?;
        let second = self.second.as_ref();
        Some(second.map_or(first, |second| self.more.last().unwrap_or(second)))
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + usize::from(self.second.is_some()) + self.more.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    #[inline]
    pub(super) fn take(&mut self, taken: Taken) {
        if self.first.is_none() {
            self.first = Some(taken);
        } else if self.second.is_none() {
            self.second = Some(taken);
        } else {
            self.more.push(taken);
        }
    }

    /// On its way through the groups, the route taken last has captured so much. The routers inside begin at `rest`.
    #[inline]
    pub(super) fn reach(&mut self, captured: usize, rest: Option<u32>) {
        let inner = self.second.as_mut().map(|second| self.more.last_mut().unwrap_or(second));
        if let Some(taken) = inner.or(self.first.as_mut()) {
            taken.captured = captured;
            taken.rest = rest.unwrap_or(taken.rest);
        }
    }

    /// The first of the routes that are about to be left, if it is a mount.
    pub(super) fn mount(&self, len: usize) -> Option<&Taken> {
        self.taken().nth(len).filter(|taken| taken.route.end == End::Mount)
    }

    /// Forgets the routes that were left again.
    pub(super) fn leave(&mut self, len: usize) {
        self.more.truncate(len.saturating_sub(2));
        if len < 2 {
            self.second = None;
        }
        if len == 0 {
            self.first = None;
        }
    }

    /// Forgets all of them, and what they had to say.
    #[inline]
    pub(crate) fn spend(&mut self) {
        if self.first.is_some() {
            self.first = None;
            if self.second.is_some() {
                self.leave(0);
            }
        }
        self.allowed.clear();
    }

    /// Where in the path the next router begins to match.
    #[inline]
    pub(super) fn rest(&self) -> u32 {
        // in another path there is no such place
        self.last().map_or(0, |taken| if taken.url().is_some() { 0 } else { taken.rest })
    }

    /// The url is about to be changed.
    pub(crate) fn keep(&mut self, url: &Uri) {
        for taken in self.taken_mut() {
            taken.kept.get_or_insert_default().url.get_or_insert_with(|| url.clone());
        }
    }

    /// Whether it matters what the host has been.
    pub(crate) fn has_hosts(&self) -> bool {
        self.taken().any(|taken| taken.finder.has_hosts)
    }

    /// The host may be about to be changed.
    pub(crate) fn keep_host(&mut self, host: &str) {
        for taken in self.taken_mut().filter(|taken| taken.finder.has_hosts) {
            taken.kept.get_or_insert_default().host.get_or_insert_with(|| host.to_owned());
        }
    }
}

/// The route that a request has taken.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// /// Counts by route and not by path, of which there are as many as users.
/// #[middleware]
/// async fn count(ctx: &mut Context, next: Next) -> Result {
///     let outcome = next.run(ctx).await;
///     let route = ctx.route().map_or_else(|| "none".into(), |route| route.pattern());
///     println!("{} {route}", ctx.method());
///     outcome
/// }
///
/// #[middleware]
/// async fn show_user(#[param] id: u64) -> String {
///     format!("user {id}")
/// }
///
/// let app = Application::new(pipeline![count, routes! { GET "/users/{id}" => show_user }]);
/// ```
#[derive(Clone, Copy)]
pub struct TakenRoute<'r> {
    request: &'r Request,
}

impl<'r> TakenRoute<'r> {
    /// Its pattern as written, with those of the routers and groups around it: `/users/{id}`.
    #[must_use]
    pub fn pattern(&self) -> Cow<'static, str> {
        let mut pattern = Cow::Borrowed("");
        for route in self.routes() {
            if pattern.is_empty() || pattern == "/" {
                pattern = Cow::Borrowed(route.pattern);
            } else if !route.is_root {
                pattern += route.pattern;
            }
        }
        pattern
    }

    /// Those whose patterns make up [`pattern`](Self::pattern), outermost first.
    pub(crate) fn routes(self) -> impl Iterator<Item = &'static Route> + use<'r> {
        let mut taken = self.request.trail.taken().peekable();
        iter::from_fn(move || {
            loop {
                let one = taken.next()?;
                // one that the next does not go on from is no part of it
                if taken.peek().is_none_or(|next| one.rest != one.from && next.from == one.rest) {
                    return Some(one.route);
                }
            }
        })
    }

    /// Its name, if it has one: `GET "/users/{id}" as show_user => …`.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.request.trail.last().and_then(|taken| taken.route.name)
    }

    /// The names of what it captures and what they are, decoded, outermost first.
    pub fn params(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let request = self.request;
        request.trail.taken().flat_map(move |taken| {
            let found = taken.find_again(request);
            let names = taken.captures().iter().enumerate();
            names.filter_map(move |(at, capture)| Some((capture.name, found.capture(at)?)))
        })
    }
}

impl fmt::Debug for TakenRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TakenRoute")
            .field("pattern", &self.pattern())
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

impl Taken {
    fn captures(&self) -> &'static [Capture] {
        self.route.captures.get(..self.captured).unwrap_or_default()
    }

    fn url(&self) -> Option<&Uri> {
        self.kept.as_ref()?.url.as_ref()
    }

    /// What its table was asked.
    fn asked<'r>(&'r self, request: &'r Request) -> Asked<'r> {
        let path = self.url().unwrap_or(request.uri()).path();
        let host = self.kept.as_ref().and_then(|kept| kept.host.as_deref());
        Asked { path, from: self.from as usize, verb: self.verb, request, host }
    }

    fn find_again<'r>(&'r self, request: &'r Request) -> FoundAgain<'r> {
        let asked = self.asked(request);
        FoundAgain { spans: (self.finder.again)(asked), asked, of_host: self.route.of_host }
    }

    /// The methods of the routes before it that match but for the method, as bits, and what the table calls them.
    pub(super) fn allowed_before(&self, request: &Request) -> (u32, &'static [&'static str]) {
        ((self.finder.before)(self.asked(request)), self.finder.others)
    }
}

/// The captures of a route taken.
struct FoundAgain<'r> {
    spans: Spans,
    asked: Asked<'r>,
    of_host: usize,
}

impl<'r> FoundAgain<'r> {
    fn capture(&self, at: usize) -> Option<Cow<'r, str>> {
        let span = self.spans.get(at)?;
        if at >= self.of_host {
            return decoded(span.of(self.asked.path)?);
        }
        // names have no case, so a tenant has one spelling
        let label = span.of(self.asked.hostname())?;
        let is_lower = !label.bytes().any(|byte| byte.is_ascii_uppercase());
        Some(if is_lower { label.into() } else { label.to_ascii_lowercase().into() })
    }
}

impl Context {
    /// The route that the request has taken, once it has: for logs and metrics. `None` before, and where no route was found.
    /// (Koa-router's `ctx._matchedRoute`, K-499.)
    #[must_use]
    pub fn route(&self) -> Option<TakenRoute<'_>> {
        (!self.request.trail.is_empty()).then_some(TakenRoute { request: &self.request })
    }

    /// What the route has captured by this name, decoded: Koa's `ctx.params.id` (K-554). `None` if there is no such capture,
    /// or no UTF-8 in it.
    ///
    /// `#[param] id: u64` is the same and cannot be missing.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn show_user(ctx: &mut Context) -> String {
    ///     format!("user {}", ctx.param("id").unwrap_or_default())
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![routes! { GET "/users/{id}" => show_user }]);
    /// assert_eq!(app.get("/users/a%20b").await.text(), "user a b");
    /// # });
    /// ```
    #[must_use]
    pub fn param(&self, name: &str) -> Option<Cow<'_, str>> {
        // of two with one name the inner one counts (K-540)
        self.request.trail.taken().rev().find_map(|taken| {
            let at = taken.captures().iter().position(|capture| capture.name == name)?;
            taken.find_again(&self.request).capture(at)
        })
    }
}
