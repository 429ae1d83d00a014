//! The request, in Koa's words.

mod content_type;
mod fields;
mod forwarded;
mod fresh;
mod host;
mod ip;
mod query;
mod read;
mod trust;
mod url;

use std::mem::{forget, take};
use std::net::{IpAddr, SocketAddr};
use std::ptr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::TRANSFER_ENCODING;
use http::{Extensions, HeaderMap, Method, Uri, Version};
use http_body::Body as _;
use hyper::body::Incoming;

pub use query::{Pairs, Query};
pub(crate) use trust::Networks;

use crate::context::spare::{put, spend_headers};
use crate::payload::Payload;
use crate::router::trail::Trail;
use crate::server::peer::Peer;
use crate::{Body, Limits, Result, Settings};

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
    // what came on several lines, on one; only once somebody asked for such a header
    joined: OnceLock<Box<HeaderMap<String>>>,
    extensions: Extensions,
    payload: Payload,
    // here and not in the environment, so that what reads a body need not read a value too
    body_limit: usize,
    peer: Option<SocketAddr>,
    // only if a layer knows better
    ip: Option<IpAddr>,
    tls: bool,
    // here and not in the context, so that `ctx.request.ip()` is `ctx.ip()`, at no count more
    settings: Option<Arc<Settings>>,
    pub(crate) trail: Trail,
}

impl Request {
    /// A request as a server hands it over.
    pub fn new(request: http::Request<impl Into<Body>>) -> Self {
        let (mut head, body) = request.into_parts();
        url::put_path(&mut head.uri);
        Self {
            method: head.method,
            uri: head.uri,
            original: None,
            version: head.version,
            headers: head.headers,
            joined: OnceLock::new(),
            extensions: head.extensions,
            payload: Payload::new(body.into()),
            body_limit: read::BODY_LIMIT,
            peer: None,
            ip: None,
            tls: false,
            settings: None,
            trail: Trail::default(),
        }
    }

    /// Makes this one, which is [spent](Self::spend), what hyper has read, with the url as it came. The memory of its headers goes to
    /// `spare`.
    #[inline]
    pub(crate) fn fill(
        &mut self,
        request: http::Request<Incoming>,
        peer: &Peer,
        limits: &Limits,
        settings: &Arc<Settings>,
        spare: &mut HeaderMap,
    ) {
        // to count who has them is what costs; as addresses, as none at all are others too
        if self.settings.as_ref().map_or(ptr::null(), Arc::as_ptr) != Arc::as_ptr(settings) {
            self.settings = Some(Arc::clone(settings));
        }
        self.body_limit = read::BODY_LIMIT;
        self.peer = peer.address;
        self.ip = None;
        self.tls = peer.is_secure;
        // on HTTP/1, what is at its end holds nothing, which to find out is a call, and to take it out a move
        let is_over = request.version() < Version::HTTP_2 && request.body().is_end_stream();
        let (head, body) = request.into_parts();
        self.method = head.method;
        put(&mut self.uri, head.uri);
        self.version = head.version;
        put(spare, take(&mut self.headers));
        put(&mut self.headers, head.headers);
        put(&mut self.extensions, head.extensions);
        // last: what can fail before a part is moved makes a second move of it
        let body = if is_over {
            forget(body);
            Body::over()
        } else {
            Body::of_connection(body, limits)
        };
        put(&mut self.payload, Payload::new(body));
    }

    /// Gives the url a path, where it has none.
    #[cold]
    pub(crate) fn put_path(&mut self) {
        url::put_path(&mut self.uri);
    }

    /// Drops all that came with it, but for the memory of its headers. The settings stay, until they are [let go](Self::let_go).
    #[inline]
    pub(crate) fn spend(&mut self) {
        // all of them are named, so that none is forgotten; what has no value here, `fill` sets
        let Self {
            method: _,
            uri,
            original,
            version: _,
            headers,
            joined,
            extensions,
            payload,
            body_limit: _,
            peer: _,
            ip: _,
            tls: _,
            settings: _,
            trail,
        } = self;
        *uri = Uri::default();
        *original = None;
        spend_headers(headers);
        if joined.get().is_some() {
            joined.take();
        }
        *extensions = Extensions::new();
        payload.spend();
        trail.spend();
    }

    /// Lets go of the settings, when nothing comes after it.
    pub(crate) fn let_go(&mut self) {
        self.settings = None;
    }

    /// Takes the headers out, of a request that nobody asks for them any more.
    pub(crate) fn take_headers(&mut self) -> HeaderMap {
        take(&mut self.headers)
    }

    /// Says whom the request came from, which the server knows.
    #[must_use]
    pub fn with_peer(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    /// Says whether the request came over TLS, which the server knows.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// let request = Request::new(http::Request::new(Body::empty()))
    ///     .with_peer(([192, 0, 2, 1], 4711).into())
    ///     .with_secure(true);
    /// assert_eq!(request.peer().map(|peer| peer.port()), Some(4711));
    /// assert!(request.secure());
    /// ```
    #[must_use]
    pub fn with_secure(mut self, secure: bool) -> Self {
        self.tls = secure;
        self
    }

    /// Gives the request the settings of its application, which say whose `X-Forwarded-…` headers are believed.
    ///
    /// A [`Context`](crate::Context) does this; without, nobody is believed.
    #[must_use]
    pub fn with_settings(mut self, settings: Arc<Settings>) -> Self {
        self.settings = Some(settings);
        self
    }

    /// The settings, for what outlives the request.
    #[cfg(feature = "websocket")]
    pub(crate) fn shared_settings(&self) -> Arc<Settings> {
        self.settings.clone().unwrap_or_default()
    }

    /// Gives the request the settings of another one, in whose place it is going to be put, and its
    /// [limit](Request::body_limit).
    ///
    /// ```
    /// # use koa_runtime::{Context, Request, http};
    /// fn replace(ctx: &mut Context, other: http::Request<&'static str>) {
    ///     ctx.request = Request::new(other).with_settings_of(&ctx.request);
    /// }
    /// ```
    #[must_use]
    pub fn with_settings_of(mut self, other: &Request) -> Self {
        self.settings.clone_from(&other.settings);
        self.body_limit = other.body_limit;
        self
    }

    /// The settings of the application, or Koa's defaults if it has been given none.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        match &self.settings {
            Some(settings) => settings,
            None => Settings::of_none(),
        }
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

    /// Whether asking twice does no more than asking once: GET, HEAD, PUT, DELETE, OPTIONS, TRACE.
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// # let mut request = Request::new(http::Request::post("/").body(Body::empty())?);
    /// assert!(!request.idempotent());
    /// request.set_method(http::Method::PUT);
    /// assert!(request.idempotent());
    /// # Ok::<(), http::Error>(())
    /// ```
    #[must_use]
    pub fn idempotent(&self) -> bool {
        self.method.is_idempotent()
    }

    /// The version of HTTP.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Whether there is a body, be it of no bytes. HTTP/1 says so in the head (K-329, K-330), HTTP/2 need not.
    pub(crate) fn has_body(&self) -> bool {
        self.headers.contains_key(TRANSFER_ENCODING)
            || self.length().is_some()
            || self.version >= Version::HTTP_2 && self.payload.is_there()
    }

    /// The address at the other end of the connection, which may be a proxy's; `None` if it is not known.
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
    ///
    /// ```
    /// # use koa_runtime::{Body, Request, http};
    /// # #[derive(Clone)]
    /// # struct Session(u64);
    /// # let mut request = Request::new(http::Request::new(Body::empty()));
    /// request.extensions_mut().insert(Session(7));
    /// assert!(request.extensions().get::<Session>().is_some());
    /// ```
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

    /// The request as the `http` crate has it, to hand it on: a copy of the head as layers have changed it, and the
    /// body, which is [taken](Request::take_body).
    ///
    /// ```
    /// # use koa_runtime::{Body, Context, Result, http};
    /// # async fn upstream(request: http::Request<Body>) -> Result<http::Response<Body>> { Ok(Default::default()) }
    /// async fn proxy(ctx: &mut Context) -> Result {
    ///     let reply = upstream(ctx.request.take_http()).await?;
    ///     ctx.response.set_http(reply);
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn take_http(&mut self) -> http::Request<Body> {
        let mut request = http::Request::new(self.take_body());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = self.uri.clone();
        *request.version_mut() = self.version;
        *request.headers_mut() = self.headers.clone();
        *request.extensions_mut() = self.extensions.clone();
        request
    }
}

#[cfg(test)]
mod tests;
