use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, Method, Version};

use super::TestResponse;
use crate::Body;
use crate::error::valid_header;
use crate::header::{IntoHeaderName, IntoHeaderValue};

/// A reply on its way: what is awaited to answer a [`TestRequest`].
pub type Reply = Pin<Box<dyn Future<Output = http::Response<Body>> + Send>>;

type Send_ = Box<dyn FnOnce(http::Request<Body>) -> Reply + Send>;

/// A request to an application in the same process; `.await` sends it.
///
/// What every client says is filled in unless the test says it: `Host: localhost`, and the
/// `Content-Length` of a body in memory.
///
/// ```
/// use koa_runtime::{Body, http, test::TestRequest};
///
/// # async fn ask() {
/// let request = TestRequest::new(http::Method::POST, "/echo", |request| {
///     Box::pin(async move { http::Response::new(request.into_body()) })
/// });
/// let response = request.header("X-A", 1).body("hello").await;
/// assert_eq!(response.text(), "hello");
/// # }
/// ```
#[must_use = "a request is sent by awaiting it"]
pub struct TestRequest {
    method: Method,
    url: String,
    version: Version,
    headers: HeaderMap,
    inferred_type: Option<HeaderValue>,
    body: Body,
    send: Send_,
}

impl TestRequest {
    /// A request that `send` answers.
    pub fn new(
        method: Method,
        url: impl Into<String>,
        send: impl FnOnce(http::Request<Body>) -> Reply + Send + 'static,
    ) -> Self {
        Self {
            method,
            url: url.into(),
            version: Version::HTTP_11,
            headers: HeaderMap::new(),
            inferred_type: None,
            body: Body::empty(),
            send: Box::new(send),
        }
    }

    /// Asks with another method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Asks as another version of HTTP would.
    pub fn version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Adds a line to a header.
    ///
    /// # Panics
    ///
    /// Panics if no header can have that name or value.
    #[track_caller]
    pub fn header(mut self, name: impl IntoHeaderName, value: impl IntoHeaderValue) -> Self {
        match valid_header(name, value) {
            Ok((name, value)) => self.headers.append(name, value),
            Err(fault) => panic!("{fault}"),
        };
        self
    }

    /// Sends a body: text, bytes or a stream.
    pub fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    /// Sends a value as JSON, and says so.
    ///
    /// # Panics
    ///
    /// Panics if the value has no JSON form.
    #[cfg(feature = "json")]
    #[track_caller]
    pub fn json<T: serde::Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.body = match Body::json(value) {
            Ok(body) => body,
            Err(error) => panic!("the value has no JSON form: {error}"),
        };
        self.inferred_type = Some(HeaderValue::from_static("application/json"));
        self
    }

    #[track_caller]
    fn build(mut self) -> (http::Request<Body>, Send_) {
        let mut request = http::Request::new(self.body);
        *request.uri_mut() = match self.url.parse() {
            Ok(url) => url,
            Err(error) => panic!("{:?} is no url: {error}", self.url),
        };
        *request.method_mut() = self.method;
        *request.version_mut() = self.version;
        let chunked = self.headers.contains_key(TRANSFER_ENCODING);
        let length = request.body().len().filter(|length| *length > 0 && !chunked);
        for (name, value) in [
            (HOST, Some(HeaderValue::from_static("localhost"))),
            (CONTENT_TYPE, self.inferred_type),
            (CONTENT_LENGTH, length.map(HeaderValue::from)),
        ] {
            if let Some(value) = value {
                self.headers.entry(name).or_insert(value);
            }
        }
        *request.headers_mut() = self.headers;
        (request, self.send)
    }
}

/// Sends the request and waits for the whole response.
///
/// # Panics
///
/// Panics if the url is none.
impl IntoFuture for TestRequest {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send>>;

    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        let (request, send) = self.build();
        let is_head = request.method() == Method::HEAD;
        let reply = send(request);
        Box::pin(async move { TestResponse::read(reply.await, is_head).await })
    }
}

impl fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("version", &self.version)
            .field("headers", &self.headers)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}
