//! The query string as pairs.

use std::borrow::Cow;
use std::fmt;

use super::Request;
use crate::Result;

/// The query string as pairs, decoded as they are looked at: `ctx.query()`.
///
/// Pairs keep their order, a name may stand there several times, `+` is a space (K-230 to K-237). Nothing is parsed
/// before it is asked for, and nothing is copied that was not encoded.
///
/// ```
/// # use koa_runtime::{Body, Request, http};
/// let head = http::Request::get("/search?q=rust+koa&tag=a&tag=b&all");
/// let request = Request::new(head.body(Body::empty())?);
/// let query = request.query();
///
/// assert_eq!(query.get("q").as_deref(), Some("rust koa"));
/// assert_eq!(query.get("all").as_deref(), Some(""));
/// assert_eq!(query.get("page"), None);
/// assert!(query.get_all("tag").eq(["a", "b"]));
/// assert!(query.has("all") && !query.is_empty());
/// for (name, value) in query {
///     println!("{name} is {value}");
/// }
/// # Ok::<(), http::Error>(())
/// ```
///
/// [`Request::query_as`] gives it as a struct.
#[derive(Clone, Copy, Default)]
pub struct Query<'a>(&'a str);

impl<'a> Query<'a> {
    /// The pairs of a query string, with or without a `?` in front.
    ///
    /// ```
    /// # use koa_runtime::Query;
    /// assert_eq!(Query::new("?a=1").get("a").as_deref(), Some("1"));
    /// ```
    #[must_use]
    pub fn new(query: &'a str) -> Self {
        Self(query.strip_prefix('?').unwrap_or(query))
    }

    /// The value of the first pair with this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Cow<'a, str>> {
        self.iter().find(|pair| pair.0 == name).map(|pair| pair.1)
    }

    /// The values of all pairs with this name.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = Cow<'a, str>> {
        self.iter().filter(move |pair| pair.0 == name).map(|pair| pair.1)
    }

    /// Whether there is a pair with this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All pairs, in order.
    #[must_use]
    pub fn iter(&self) -> Pairs<'a> {
        Pairs(form_urlencoded::parse(self.0.as_bytes()))
    }
}

/// As a map, in which a name may stand several times.
impl fmt::Debug for Query<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for Query<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);
    type IntoIter = Pairs<'a>;

    fn into_iter(self) -> Pairs<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Query<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);
    type IntoIter = Pairs<'a>;

    fn into_iter(self) -> Pairs<'a> {
        self.iter()
    }
}

/// Name and value of each pair of a [`Query`].
#[derive(Clone)]
pub struct Pairs<'a>(form_urlencoded::Parse<'a>);

impl<'a> Iterator for Pairs<'a> {
    type Item = (Cow<'a, str>, Cow<'a, str>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// The query.
impl Request {
    /// The query string as pairs.
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn sorted(ctx: &Context) -> bool {
    ///     ctx.request.query().get("order").is_some_and(|order| order == "asc")
    /// }
    /// ```
    #[must_use]
    pub fn query(&self) -> Query<'_> {
        Query::new(self.querystring())
    }

    /// Makes the query string of pairs (K-238). A name given several times is there several times (K-239).
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// # let mut request = Request::new(http::Request::get("/s").body(Body::empty())?);
    /// request.set_query([("color", "light blue"), ("tag", "a&b")])?;
    /// assert_eq!(request.url(), "/s?color=light+blue&tag=a%26b");
    ///
    /// request.set_query([("page", 2)])?;
    /// assert_eq!(request.querystring(), "page=2");
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the url gets longer than 65 534 bytes, or if there is no path to put it behind, as in `OPTIONS *`.
    pub fn set_query<N, V>(&mut self, pairs: impl IntoIterator<Item = (N, V)>) -> Result
    where
        N: AsRef<str>,
        V: fmt::Display,
    {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs {
            query.append_pair(name.as_ref(), &value.to_string());
        }
        self.set_querystring(&query.finish())
    }

    /// The query string as a `T`, of which each field is a pair. Lists take all pairs of their name, `Option` and
    /// `#[serde(default)]` may be missing.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// #[derive(serde::Deserialize)]
    /// struct Search {
    ///     q: String,
    ///     page: Option<u32>,
    ///     #[serde(default)]
    ///     tag: Vec<String>,
    /// }
    ///
    /// let head = http::Request::get("/search?q=koa&tag=a&tag=b");
    /// let request = Request::new(head.body(Body::empty())?);
    /// let search: Search = request.query_as()?;
    /// assert_eq!((search.q.as_str(), search.page, search.tag.len()), ("koa", None, 2));
    ///
    /// let head = http::Request::get("/search?q=koa&page=two");
    /// let request = Request::new(head.body(Body::empty())?);
    /// let error = request.query_as::<Search>().err().ok_or("no error")?;
    /// assert_eq!(error.status(), 400);
    /// assert_eq!(error.message(), "invalid query: page: invalid digit found in string");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A 400 that names the field.
    #[cfg(feature = "query")]
    pub fn query_as<T: serde::de::DeserializeOwned>(&self) -> Result<T> {
        let pairs = form_urlencoded::parse(Query::new(self.querystring()).0.as_bytes());
        let fields = serde_html_form::Deserializer::new(pairs);
        serde_path_to_error::deserialize(fields)
            .map_err(|error| crate::Error::new(400).with_message(format!("invalid query: {error}")).with_source(error))
    }
}
