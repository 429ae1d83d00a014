//! A pipeline describes itself: what runs, in which order, where it is written, what it provides and reads.

use std::{borrow::Cow, fmt};

/// What a layer, or a whole pipeline, says of itself. Printed, it is a tree.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// struct User;
///
/// #[middleware]
/// async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
///     next.run(ctx, &User).await
/// }
///
/// #[middleware]
/// async fn profile(_user: &User) -> &'static str {
///     "you"
/// }
///
/// let described = Application::new(pipeline![authenticate, profile]).describe();
/// assert_eq!(described.stages[0].name, "authenticate");
/// assert_eq!(described.stages[0].provides, ["User"]);
/// assert_eq!(described.stages[1].reads, ["User"]);
/// assert!(described.to_string().contains("└─ profile"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The name it was written with; `pipeline` for a pipeline without one.
    pub name: Cow<'static, str>,
    /// What it is.
    pub kind: Kind,
    /// The file it is written in.
    pub file: &'static str,
    /// The line in that file, from 1.
    pub line: u32,
    /// The types it provides to the layers inside it, as written.
    pub provides: Vec<Cow<'static, str>>,
    /// The types it replaces for the layers inside it, as written. They are among [`provides`](Self::provides) too.
    pub replaces: Vec<Cow<'static, str>>,
    /// The types it reads, as written.
    pub reads: Vec<Cow<'static, str>>,
    /// The types it takes exclusively, as written.
    pub takes: Vec<Cow<'static, str>>,
    /// What it reads of the path (`#[param]`): names and types, as written.
    pub params: Vec<Cow<'static, str>>,
    /// The types it makes of the query (`#[query]`), as written.
    pub query: Vec<Cow<'static, str>>,
    /// The type it makes of the body (`#[body]`), as written; one at most.
    pub body: Vec<Cow<'static, str>>,
    /// What a route is for, where this is one. Its [`name`](Self::name) is the pattern.
    pub route: Option<Box<RouteDescription>>,
    /// The layers of a pipeline, outermost first; the routes of a table, in order.
    pub stages: Vec<Description>,
}

/// What `describe()` says of a route, beside the stages it goes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RouteDescription {
    /// The methods as written, in order. A route for every method has none, and so has a prefix.
    pub methods: Vec<Cow<'static, str>>,
    /// The pattern as written, with those of the groups around it in the same table; not that of a mount.
    pub pattern: Cow<'static, str>,
    /// The pattern of the host, where the route is for one.
    pub host: Option<Cow<'static, str>>,
    /// The name that its url is built by.
    pub name: Option<Cow<'static, str>>,
    /// Its doc comment, without the space that rustdoc leaves out too.
    pub docs: String,
    /// What it captures, in order: the name, and the type as written in the pattern.
    pub captures: Vec<CaptureDescription>,
    /// Whether it is the prefix of a group or of a mount.
    pub is_prefix: bool,
}

/// `GET | HEAD /users/{id} as user`
impl fmt::Display for RouteDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_prefix {
            let methods = if self.methods.is_empty() { "*".to_owned() } else { self.methods.join(" | ") };
            write!(f, "{methods} ")?;
        }
        write!(f, "{}{}", self.host.as_deref().unwrap_or_default(), self.pattern)?;
        match &self.name {
            Some(name) => write!(f, " as {name}"),
            None => Ok(()),
        }
    }
}

/// What `describe()` says of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CaptureDescription {
    /// Its name.
    pub name: Cow<'static, str>,
    /// The type that the route parses it as, as written; `None` where it is text.
    pub ty: Option<Cow<'static, str>>,
    /// Whether it may be missing: `{page?}`.
    pub is_optional: bool,
    /// Whether it is the rest of the path: `{path..}`.
    pub is_rest: bool,
}

impl CaptureDescription {
    pub(crate) fn new(name: &'static str, ty: Option<&'static str>, is_optional: bool, is_rest: bool) -> Self {
        Self { name: name.into(), ty: ty.map(Cow::Borrowed), is_optional, is_rest }
    }
}

/// What a stage of a pipeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A layer with code before `next`, after it, or both.
    Layer,
    /// A layer without `next`: what it returns becomes the response.
    Endpoint,
    /// A pipeline inside the pipeline.
    Pipeline,
    /// A table of routes.
    Router,
    /// One of them, or a group of them.
    Route,
    /// A layer that may be switched off, and is on.
    On,
    /// A layer that may be switched off, and is.
    Off,
    /// Layers chosen at run time.
    Dynamic,
}

impl Description {
    /// Describes something called `name`, written at `line` of `file`.
    #[must_use]
    pub fn new(kind: Kind, name: impl Into<Cow<'static, str>>, file: &'static str, line: u32) -> Self {
        Self {
            name: name.into(),
            kind,
            file,
            line,
            provides: Vec::new(),
            replaces: Vec::new(),
            reads: Vec::new(),
            takes: Vec::new(),
            params: Vec::new(),
            query: Vec::new(),
            body: Vec::new(),
            route: None,
            stages: Vec::new(),
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn layer(name: &'static str, file: &'static str, line: u32) -> Self {
        Self::new(Kind::Layer, name, file, line)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn endpoint(name: &'static str, file: &'static str, line: u32) -> Self {
        Self::new(Kind::Endpoint, name, file, line)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn pipeline(name: &'static str, file: &'static str, line: u32, layers: &dyn super::Layer) -> Self {
        let mut described = Self::new(Kind::Pipeline, name, file, line);
        described.add(layers);
        described
    }

    /// What has no name of its own, and is left out: several layers, or none.
    pub(crate) fn several(layers: &[&dyn super::Layer]) -> Self {
        let mut described = Self::new(Kind::Pipeline, "", "", 0);
        for &layer in layers {
            described.add(layer);
        }
        described
    }

    /// Adds a stage. (Of any type: a fn for each would be compiled for each.)
    pub(crate) fn add(&mut self, layer: &dyn super::Layer) {
        let described = layer.describe();
        if described.name.is_empty() { self.stages.extend(described.stages) } else { self.stages.push(described) }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn named(mut self, name: &'static str) -> Self {
        self.name = name.into();
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn provides(mut self, types: &[&'static str]) -> Self {
        self.provides = owned(types);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn replaces(mut self, types: &[&'static str]) -> Self {
        self.replaces = owned(types);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn reads(mut self, types: &[&'static str]) -> Self {
        self.reads = owned(types);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn takes(mut self, types: &[&'static str]) -> Self {
        self.takes = owned(types);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn params(mut self, params: &[&'static str]) -> Self {
        self.params = owned(params);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn query(mut self, types: &[&'static str]) -> Self {
        self.query = owned(types);
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub fn body(mut self, types: &[&'static str]) -> Self {
        self.body = owned(types);
        self
    }

    fn line(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.route {
            Some(route) => write!(f, "{route}")?,
            None => f.write_str(&self.name)?,
        }
        match self.kind {
            Kind::Off => f.write_str(" (off)")?,
            Kind::On => f.write_str(" (optional)")?,
            Kind::Layer | Kind::Endpoint | Kind::Pipeline | Kind::Router | Kind::Route | Kind::Dynamic => {}
        }
        for (verb, types) in [
            ("reads", &self.reads),
            ("takes", &self.takes),
            ("param", &self.params),
            ("query", &self.query),
            ("body", &self.body),
            ("provides", &self.provides),
            ("replaces", &self.replaces),
        ] {
            if !types.is_empty() {
                write!(f, "  {verb} {}", types.join(", "))?;
            }
        }
        if self.file.is_empty() {
            return Ok(());
        }
        write!(f, "  ({}:{})", self.file, self.line)
    }

    fn tree(&self, f: &mut fmt::Formatter<'_>, indent: &str) -> fmt::Result {
        let Some((last, others)) = self.stages.split_last() else { return Ok(()) };
        for stage in others {
            write!(f, "\n{indent}├─ ")?;
            stage.line(f)?;
            stage.tree(f, &format!("{indent}│  "))?;
        }
        write!(f, "\n{indent}└─ ")?;
        last.line(f)?;
        last.tree(f, &format!("{indent}   "))
    }
}

fn owned(types: &[&'static str]) -> Vec<Cow<'static, str>> {
    types.iter().map(|&name| Cow::Borrowed(name)).collect()
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line(f)?;
        self.tree(f, "")
    }
}

/// `type_name` without the paths: `Arc<Db>`, not `alloc::sync::Arc<app::db::Db>`.
pub(crate) fn short_type_name<T: ?Sized>() -> String {
    let full = std::any::type_name::<T>();
    let mut short = String::with_capacity(full.len());
    let mut segment = 0; // where the path segment being copied starts in `short`
    let mut rest = full;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("::") {
            short.truncate(segment);
            rest = after;
        } else {
            short.push(c);
            if !(c.is_alphanumeric() || c == '_') {
                segment = short.len();
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::{Description, Kind, short_type_name};

    #[test]
    fn type_names_lose_their_paths_and_keep_their_shape() {
        assert_eq!(short_type_name::<std::sync::Arc<Option<String>>>(), "Arc<Option<String>>");
        assert_eq!(short_type_name::<(u8, &std::path::Path)>(), "(u8, &Path)");
    }

    #[test]
    fn the_tree_shows_nesting_reads_and_provides() {
        let mut inner = Description::new(Kind::Pipeline, "api", "src/api.rs", 3);
        inner.stages.push(Description::layer("auth", "src/auth.rs", 1).reads(&["Db"]).provides(&["User"]));
        inner
            .stages
            .push(Description::endpoint("me", "src/me.rs", 2).reads(&["User"]).query(&["Page"]).body(&["Name"]));
        let mut outer = Description::new(Kind::Pipeline, "pipeline", "src/main.rs", 9);
        outer.stages.push(Description::new(Kind::Off, "logger", "src/logger.rs", 4));
        outer.stages.push(inner);
        assert_eq!(
            outer.to_string(),
            "pipeline  (src/main.rs:9)\n\
             ├─ logger (off)  (src/logger.rs:4)\n\
             └─ api  (src/api.rs:3)\n   \
                ├─ auth  reads Db  provides User  (src/auth.rs:1)\n   \
                └─ me  reads User  query Page  body Name  (src/me.rs:2)"
        );
    }
}
