use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use hyper::ext::ReasonPhrase;

use crate::header::text_of;
use crate::{Body, Error};

/// A response, read to its end.
///
/// Its headers are those a client gets, `Content-Length` among them. If the body broke off, asking for it
/// panics, so that no test takes a part for the whole; [`error`](TestResponse::error) is for those that
/// expect it.
#[derive(Debug)]
pub struct TestResponse {
    status: StatusCode,
    message: Option<ReasonPhrase>,
    headers: HeaderMap,
    bytes: Bytes,
    error: Option<Error>,
}

impl TestResponse {
    /// Reads a reply to its end.
    pub(crate) async fn read(reply: http::Response<Body>, is_head: bool) -> Self {
        let (mut head, mut body) = reply.into_parts();
        let framed = [CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| head.headers.contains_key(name));
        let may_have_one = !is_head && !crate::status::is_empty(head.status);
        // as the server does when it writes the reply
        if let (Some(length), true, false) = (body.len(), may_have_one, framed) {
            head.headers.insert(CONTENT_LENGTH, length.into());
        }

        let mut bytes = BytesMut::new();
        let mut error = None;
        while let Some(frame) = body.frame().await {
            match frame.map(http_body::Frame::into_data) {
                Ok(Ok(data)) => bytes.extend_from_slice(&data),
                Ok(Err(_trailers)) => {}
                Err(broken) => {
                    error = Some(broken);
                    break;
                }
            }
        }
        Self {
            status: head.status,
            message: head.extensions.remove(),
            headers: head.headers,
            bytes: bytes.freeze(),
            error,
        }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The reason phrase as HTTP/1 sends it.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.message {
            Some(message) => std::str::from_utf8(message.as_bytes()).unwrap_or(""),
            None => self.status.canonical_reason().unwrap_or(""),
        }
    }

    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The header of this name in any case, or `""`.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        text_of(&self.headers, name)
    }

    /// The body.
    ///
    /// # Panics
    ///
    /// Panics if the body broke off.
    #[must_use]
    #[track_caller]
    pub fn bytes(&self) -> &Bytes {
        if let Some(error) = &self.error {
            panic!("the response's body broke off after {} bytes: {error}", self.bytes.len());
        }
        &self.bytes
    }

    /// The body as text.
    ///
    /// # Panics
    ///
    /// Panics if the body is not UTF-8, or broke off.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes()) {
            Ok(text) => text,
            Err(error) => panic!("the response's body is no text: {error}"),
        }
    }

    /// The body's JSON as a value.
    ///
    /// ```
    /// # fn check(response: koa_runtime::test::TestResponse) {
    /// let [a, b] = response.json::<[u32; 2]>();
    /// assert_eq!(a + b, 3);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the body is not such a value, or broke off.
    #[cfg(feature = "json")]
    #[must_use]
    #[track_caller]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        match serde_json::from_slice(self.bytes()) {
            Ok(value) => value,
            Err(error) => {
                panic!("the response's body is no such JSON: {error}\n{}", String::from_utf8_lossy(&self.bytes))
            }
        }
    }

    /// What broke the body off, if something did.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}
