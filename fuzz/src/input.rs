//! Bytes as fields, and fields as requests.

use std::borrow::Cow;
use std::sync::Arc;

use koa_runtime::http::{self, HeaderMap, HeaderName, HeaderValue};
use koa_runtime::{Body, Context, Request, Settings};

/// What stands between two fields: no UTF-8 text has this byte.
pub(crate) const SEPARATOR: u8 = 0xFF;

/// The fields of an input, in order; those that are not there are empty.
pub(crate) struct Fields<'a>(std::slice::Split<'a, u8, fn(&u8) -> bool>);

impl<'a> Fields<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self(data.split(|byte| *byte == SEPARATOR))
    }

    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        self.0.next().unwrap_or_default()
    }

    /// The field as text, with U+FFFD in place of what is none.
    pub(crate) fn text(&mut self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// The first byte of the field, to choose by.
    pub(crate) fn flags(&mut self) -> u8 {
        self.bytes().first().copied().unwrap_or_default()
    }

    /// The fields that are left.
    pub(crate) fn rest(self) -> impl Iterator<Item = &'a [u8]> {
        self.0
    }
}

/// A request with these headers; what cannot be a header is left out, for no server would let it through.
pub(crate) fn request(headers: &[(&str, &[u8])]) -> Request {
    let mut request = http::Request::new(Body::empty());
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value)) {
            request.headers_mut().append(name, value);
        }
    }
    Request::new(request)
}

/// A context around a request.
pub(crate) fn context(request: Request) -> Context {
    Context::new(request, quiet(Settings::default()))
}

/// Settings under which nothing is printed.
pub(crate) fn quiet(mut settings: Settings) -> Arc<Settings> {
    settings.silent = true;
    Arc::new(settings)
}

/// Whether `part` is in `whole`.
pub(crate) fn contains(whole: &[u8], part: &[u8]) -> bool {
    part.is_empty() || whole.windows(part.len()).any(|window| window == part)
}

/// Nothing that goes out ends a line or a text.
pub(crate) fn assert_clean(headers: &HeaderMap) {
    for (name, value) in headers {
        let is_clean = value.as_bytes().iter().all(|byte| !matches!(byte, b'\r' | b'\n' | 0));
        assert!(is_clean, "{name}: {value:?}");
    }
}

/// A response can be sent, whatever was made of it.
pub(crate) fn assert_sendable(ctx: Context) {
    let reply = koa_runtime::finish(ctx, Ok(()));
    assert!(!reply.status().is_informational());
    assert_clean(reply.headers());
}

/// The text of a header that is Latin-1 on the wire.
pub(crate) fn latin1(value: &HeaderValue) -> String {
    value.as_bytes().iter().map(|byte| char::from(*byte)).collect()
}

/// Decodes `%41` and its kind.
pub(crate) fn percent_decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at..at + 3).filter(|escape| escape[0] == b'%' && escape[1] != b'+');
        let decoded = escape.and_then(|escape| std::str::from_utf8(&escape[1..]).ok());
        let decoded = decoded.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(decoded.unwrap_or(bytes[at]));
        at += if decoded.is_some() { 3 } else { 1 };
    }
    out
}
