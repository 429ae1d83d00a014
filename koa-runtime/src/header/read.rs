//! What the value of a header says.

use http::HeaderMap;
use http::header::{AsHeaderName, HeaderValue};

/// A value as text: `""` if it is not UTF-8, which the raw header map still holds.
pub(crate) fn text(value: &HeaderValue) -> &str {
    std::str::from_utf8(value.as_bytes()).unwrap_or("")
}

/// The first line of a header as text, or `""`.
pub(crate) fn text_of(headers: &HeaderMap, name: impl AsHeaderName) -> &str {
    headers.get(name).map_or("", text)
}

/// A value in front of its parameters: `text/html` of `text/html; charset=utf-8`.
pub(crate) fn before_parameters(value: &str) -> &str {
    value.split_once(';').map_or(value, |(essence, _)| essence)
}

/// The number a value begins with, as `parseInt` reads it.
pub(crate) fn leading_number(value: &HeaderValue) -> Option<u64> {
    let value = text(value).trim_ascii_start();
    let end = value.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(value.len());
    value[..end].parse().ok()
}

/// Whether this is a token (RFC 9110 §5.6.2).
pub(crate) fn is_token(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_letter)
}
