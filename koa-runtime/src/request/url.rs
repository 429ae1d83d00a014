//! What was asked for, and how layers change it.

use http::uri::PathAndQuery;
use http::{Uri, Version};

use super::Request;
use crate::location::encode_where;
use crate::{Error, Result};

/// The url.
impl Request {
    /// Path and query string, as layers may have changed them: `/search?q=rust` (K-196).
    ///
    /// This is always the part after the host, even where the client sent an absolute url, as in HTTP/2;
    /// [`uri`](Request::uri) has all of it.
    #[must_use]
    pub fn url(&self) -> &str {
        path_and_query(&self.uri)
    }

    /// Changes path and query string; [`original_url`](Request::original_url) stays.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// # let mut request = Request::new(http::Request::get("/blog/1?a=b").body(Body::empty())?);
    /// request.set_url("/1?a=b")?;
    /// assert_eq!(request.path(), "/1");
    /// assert_eq!(request.original_url(), "/blog/1?a=b");
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if it is no url: a path, or an absolute url.
    pub fn set_url(&mut self, url: &str) -> Result {
        let invalid = || Error::new(500).with_message(format!("invalid url {url:?}"));
        let uri = if url.starts_with('/') {
            self.uri_with(url)
        } else {
            Uri::try_from(url).map_err(http::Error::from).map(|mut uri| {
                put_path(&mut uri);
                uri
            })
        };
        let uri = uri.map_err(|error| invalid().with_source(error))?;
        if uri.path_and_query().is_none() {
            // a mere host, which is what `abc` is taken for
            return Err(invalid());
        }
        self.keep_host();
        self.trail.keep(&self.uri);
        let before = std::mem::replace(&mut self.uri, uri);
        self.original.get_or_insert_with(|| Box::new(before));
        Ok(())
    }

    /// The url with another path and query string.
    fn uri_with(&self, path_and_query: &str) -> Result<Uri, http::Error> {
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(path_and_query)?);
        Ok(Uri::from_parts(parts)?)
    }

    /// Path and query string as the client sent them (K-196).
    #[must_use]
    pub fn original_url(&self) -> &str {
        path_and_query(self.original.as_deref().unwrap_or(&self.uri))
    }

    /// The url with all its parts, as layers may have changed it.
    #[must_use]
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The path as it was sent, nothing decoded (K-205, K-210).
    #[must_use]
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Changes the path and keeps the query string (K-212). What a path cannot hold is percent-encoded.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// # let mut request = Request::new(http::Request::get("/login?next=/d").body(Body::empty())?);
    /// request.set_path("/log out")?;
    /// assert_eq!(request.url(), "/log%20out?next=/d");
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if it does not begin with `/`, or if a host alone was asked for, as in `CONNECT`.
    pub fn set_path(&mut self, path: &str) -> Result {
        if path == self.path() {
            return Ok(());
        }
        if !path.starts_with('/') {
            return Err(Error::new(500).with_message(format!("invalid path {path:?}")));
        }
        let path = encode_where(path, |at| is_url(path.as_bytes()[at]) && path.as_bytes()[at] != b'?');
        match self.uri.query() {
            None => self.set_url(&path),
            Some(query) => self.set_url(&format!("{path}?{query}")),
        }
    }

    /// What follows the `?`, or `""` (K-217).
    #[must_use]
    pub fn querystring(&self) -> &str {
        self.uri.query().unwrap_or("")
    }

    /// Changes the query string, with or without a `?` in front (K-220 to K-222). What a query string cannot hold
    /// is percent-encoded. [`set_query`](Request::set_query) makes one of pairs.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// # let mut request = Request::new(http::Request::get("/s").body(Body::empty())?);
    /// request.set_querystring("q=a b")?;
    /// assert_eq!((request.querystring(), request.search()), ("q=a%20b", "?q=a%20b"));
    /// request.set_search("")?;
    /// assert_eq!(request.url(), "/s");
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the url gets longer than 65 534 bytes, or if there is no path to put it behind, as in `OPTIONS *`.
    pub fn set_querystring(&mut self, query: &str) -> Result {
        let query = query.strip_prefix('?').unwrap_or(query);
        if query == self.querystring() {
            return Ok(());
        }
        let url = match query {
            "" => self.path().to_owned(),
            _ => format!("{}?{}", self.path(), encode_where(query, |at| is_url(query.as_bytes()[at]))),
        };
        self.set_url(&url)
    }

    /// The query string with its `?`, or `""` (K-225).
    #[must_use]
    pub fn search(&self) -> &str {
        let url = self.url();
        match url.find('?') {
            Some(at) if at + 1 < url.len() => &url[at..],
            _ => "",
        }
    }

    /// [`set_querystring`](Request::set_querystring) by another name (K-226).
    ///
    /// # Errors
    ///
    /// Fails if the url gets longer than 65 534 bytes, or if there is no path to put it behind, as in `OPTIONS *`.
    pub fn set_search(&mut self, search: &str) -> Result {
        self.set_querystring(search)
    }

    /// The whole url as the client asked for it, whatever layers made of it (K-202, K-204).
    ///
    /// Behind a [trusted proxy](crate::Settings::proxy) it is the url that the proxy was asked for. The host is the
    /// client's word: check it before anything goes by it.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let head = http::Request::get("/users/1?next=/d").header("Host", "example.com");
    /// let mut request = Request::new(head.body(Body::empty())?);
    /// request.set_url("/1")?;
    /// assert_eq!(request.href(), "http://example.com/users/1?next=/d");
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn href(&self) -> String {
        let original = self.original.as_deref().unwrap_or(&self.uri);
        // in HTTP/2 every url has a scheme; there it is no more than what the other end says of itself
        if self.version < Version::HTTP_2 && matches!(original.scheme_str(), Some("http" | "https")) {
            return original.to_string();
        }
        format!("{}://{}{}", self.protocol(), self.host(), path_and_query(original))
    }
}

/// Gives the url the path `/` if it has a host and a query string and nothing between them (RFC 9110 §4.2.3), so that what
/// follows the host always begins with a slash.
#[inline]
pub(super) fn put_path(uri: &mut Uri) {
    if uri.path_and_query().is_some_and(|rest| rest.as_str().starts_with('?')) {
        put_a_path(uri);
    }
}

#[cold]
fn put_a_path(uri: &mut Uri) {
    let Some(query) = uri.path_and_query().map(PathAndQuery::as_str) else { return };
    let path = PathAndQuery::try_from(format!("/{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = path.ok();
    if let Ok(whole) = Uri::from_parts(parts) {
        *uri = whole;
    }
}

/// Whether this byte may stand in the path or the query string of a url as it is.
fn is_url(byte: u8) -> bool {
    !matches!(byte, 0..=b' ' | b'"' | b'#' | b'<' | b'>' | b'`' | 0x7F)
}

fn path_and_query(uri: &Uri) -> &str {
    match (uri.path_and_query(), uri.authority()) {
        (Some(path), _) => path.as_str(),
        // the target of CONNECT
        (None, Some(authority)) => authority.as_str(),
        (None, None) => "",
    }
}
