//! The request, in Koa's words.

use std::net::SocketAddr;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, REFERER, TRANSFER_ENCODING};
use http::uri::{Authority, PathAndQuery};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};

use crate::header::{before_parameters, text};
use crate::payload::Payload;
use crate::{Body, Error, Result};

// what `Referer` should have been called; Koa answers to both
const REFERRER: HeaderName = HeaderName::from_static("referrer");

/// What the client asked for. Layers find it as `ctx.request`, and most of it on `ctx` itself.
///
/// ```
/// use koa_runtime::{Body, Request, http};
///
/// let head = http::Request::get("/search?q=rust").header("Host", "example.com:3000");
/// let request = Request::new(head.body(Body::empty())?);
///
/// assert_eq!(request.method(), "GET");
/// assert_eq!(request.path(), "/search");
/// assert_eq!(request.querystring(), "q=rust");
/// assert_eq!(request.get("Host"), "example.com:3000");
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Debug)]
pub struct Request {
    method: Method,
    uri: Uri,
    // only once the url was changed: most requests keep theirs
    original: Option<Box<Uri>>,
    version: Version,
    headers: HeaderMap,
    extensions: Extensions,
    payload: Payload,
    peer: Option<SocketAddr>,
    secure: bool,
}

impl Request {
    /// A request as a server hands it over.
    pub fn new(request: http::Request<impl Into<Body>>) -> Self {
        let (head, body) = request.into_parts();
        Self {
            method: head.method,
            uri: head.uri,
            original: None,
            version: head.version,
            headers: head.headers,
            extensions: head.extensions,
            payload: Payload::new(body.into()),
            peer: None,
            secure: false,
        }
    }

    /// Says whom the request came from, which the server knows.
    #[must_use]
    pub fn with_peer(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    /// Says whether the request came over TLS, which the server knows.
    #[must_use]
    pub fn with_secure(mut self, secure: bool) -> Self {
        self.secure = secure;
        self
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Changes the method; the responder goes by it too (K-129, K-195).
    ///
    /// ```
    /// # use koa_runtime::{Context, http::Method};
    /// fn method_override(ctx: &mut Context) {
    ///     if ctx.get("X-Http-Method-Override") == "DELETE" {
    ///         ctx.request.set_method(Method::DELETE);
    ///     }
    /// }
    /// ```
    pub fn set_method(&mut self, method: Method) {
        self.method = method;
    }

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
    /// Fails if it is no url.
    pub fn set_url(&mut self, url: &str) -> Result {
        let invalid = |error| Error::new(500).with_message(format!("invalid url {url:?}")).with_source(error);
        let uri = if url.starts_with('/') {
            let mut parts = self.uri.clone().into_parts();
            parts.path_and_query = Some(PathAndQuery::try_from(url).map_err(invalid)?);
            Uri::from_parts(parts)
                .map_err(|error| Error::new(500).with_message(format!("invalid url {url:?}")).with_source(error))?
        } else {
            Uri::try_from(url).map_err(invalid)?
        };
        let before = std::mem::replace(&mut self.uri, uri);
        self.original.get_or_insert_with(|| Box::new(before));
        Ok(())
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

    /// Changes the path and keeps the query string (K-212).
    ///
    /// # Errors
    ///
    /// Fails if it is no path.
    pub fn set_path(&mut self, path: &str) -> Result {
        if path == self.path() {
            return Ok(());
        }
        if !path.starts_with('/') || path.contains(['?', '#']) {
            return Err(Error::new(500).with_message(format!("invalid path {path:?}")));
        }
        match self.uri.query() {
            None => self.set_url(path),
            Some(query) => self.set_url(&format!("{path}?{query}")),
        }
    }

    /// What follows the `?`, or `""` (K-217).
    #[must_use]
    pub fn querystring(&self) -> &str {
        self.uri.query().unwrap_or("")
    }

    /// Changes the query string, with or without a `?` in front (K-220 to K-222).
    ///
    /// # Errors
    ///
    /// Fails if it is no query string.
    pub fn set_querystring(&mut self, query: &str) -> Result {
        let query = query.strip_prefix('?').unwrap_or(query);
        if query == self.querystring() {
            return Ok(());
        }
        if query.contains('#') {
            return Err(Error::new(500).with_message(format!("invalid query string {query:?}")));
        }
        let url = match query {
            "" => self.path().to_owned(),
            _ => format!("{}?{query}", self.path()),
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

    /// The version of HTTP.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// The header of this name in any case, or `""`; `Referer` and `Referrer` are one (K-198, K-199).
    ///
    /// Of a header sent twice this is the first; [`headers`](Request::headers) has them all.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        let value = if field.eq_ignore_ascii_case("referer") || field.eq_ignore_ascii_case("referrer") {
            self.headers.get(REFERRER).or_else(|| self.headers.get(REFERER))
        } else {
            self.headers.get(field)
        };
        value.map_or("", text)
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to be changed.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The host the client asked, with its port; `""` if it did not say (K-240 to K-253).
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = match self.version {
            // a target with a host in it is what HTTP/1 sends to proxies: the header counts
            Version::HTTP_2 | Version::HTTP_3 => self.uri.authority().map(Authority::as_str),
            _ => None,
        };
        let host = authority.unwrap_or_else(|| self.headers.get(HOST).map_or("", text));
        let first = host.split_once(',').map_or(host, |(first, _)| first);
        // whatever stands before an `@` is a user's name and not to be taken for a host
        first.rsplit_once('@').map_or(first, |(_, host)| host).trim()
    }

    /// `"https"` over TLS, `"http"` otherwise (K-266, K-267).
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        if self.secure { "https" } else { "http" }
    }

    /// Whether the request came over TLS (K-272).
    #[must_use]
    pub fn secure(&self) -> bool {
        self.secure
    }

    /// What `Content-Length` says, if it says a number (K-290).
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.headers.get(CONTENT_LENGTH).and_then(leading_number)
    }

    /// `Content-Type` without its parameters, or `""` (K-286, K-287).
    #[must_use]
    pub fn type_(&self) -> &str {
        before_parameters(self.headers.get(CONTENT_TYPE).map_or("", text))
    }

    /// Whether there is a body, be it of no bytes. HTTP/1 says so in the head (K-329, K-330), HTTP/2 need not.
    pub(crate) fn has_body(&self) -> bool {
        self.headers.contains_key(TRANSFER_ENCODING)
            || self.length().is_some()
            || self.version >= Version::HTTP_2 && self.payload.is_there()
    }

    /// The address at the other end of the connection; `None` if there is no connection.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer
    }

    /// What the server and foreign layers attached to the request.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// What the server and foreign layers attached to the request, to be changed.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.extensions
    }

    /// The whole body, of no more than `limit` bytes. Asked again it gives the same bytes, so a layer
    /// that reads the body does not take it from the endpoint.
    ///
    /// ```
    /// # use koa_runtime::{Context, Result};
    /// async fn echo(ctx: &mut Context) -> Result {
    ///     let body = ctx.request.bytes(1 << 20).await?;
    ///     ctx.set_body(body);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// 413 if the body is larger than `limit`, or says that it is going to be: nothing is lost then, so it
    /// may still be read with a larger limit or [streamed](Request::take_body). 400 if the client broke it
    /// off. 500 if it was taken.
    ///
    /// # Cancel safety
    ///
    /// A future that is dropped half-way, by a timeout say, loses nothing: the next one goes on from there.
    pub async fn bytes(&mut self, limit: usize) -> Result<Bytes> {
        let announced = self.length();
        self.payload.bytes(limit, announced).await
    }

    /// The body to stream, all of it, even what was [read](Request::bytes) before.
    ///
    /// A second call gives a body that fails, for an empty one might be taken for what the client sent.
    ///
    /// ```
    /// # use koa_runtime::{Context, Result};
    /// async fn echo(ctx: &mut Context) -> Result {
    ///     let body = ctx.request.take_body();
    ///     ctx.set_body(body);
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn take_body(&mut self) -> Body {
        self.payload.take()
    }
}

fn path_and_query(uri: &Uri) -> &str {
    match (uri.path_and_query(), uri.authority()) {
        (Some(path), _) => path.as_str(),
        // the target of CONNECT
        (None, Some(authority)) => authority.as_str(),
        (None, None) => "",
    }
}

/// The number a value begins with, as `parseInt` reads it.
pub(crate) fn leading_number(value: &HeaderValue) -> Option<u64> {
    let value = text(value).trim_ascii_start();
    let end = value.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().ok()
}

#[cfg(test)]
mod tests;
