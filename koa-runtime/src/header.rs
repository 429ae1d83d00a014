//! What may stand for the name and for the value of a header, and what a value says.

mod list;
mod read;

use std::borrow::Cow;

use http::header::{HeaderName, HeaderValue};

pub(crate) use list::Elements;
pub(crate) use read::{before_parameters, is_token, leading_number, text, text_of};

/// What may name a header: text such as `"X-Request-Id"`, or a [`HeaderName`], which needs no parsing.
///
/// ```
/// # use koa_runtime::Response;
/// use koa_runtime::http::header;
///
/// let mut response = Response::new();
/// response.set("X-Request-Id", 7);
/// response.set(header::ALLOW, "GET");
/// assert_eq!(response.get("allow"), Some("GET"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot name a header",
    label = "not a header name",
    note = "a header is named by text such as `\"X-Request-Id\"` or by a `HeaderName`"
)]
pub trait IntoHeaderName {
    /// The name.
    ///
    /// # Errors
    ///
    /// Gives the text back if no header can have that name.
    fn into_header_name(self) -> Result<HeaderName, String>;
}

impl IntoHeaderName for HeaderName {
    fn into_header_name(self) -> Result<HeaderName, String> {
        Ok(self)
    }
}

impl IntoHeaderName for &HeaderName {
    fn into_header_name(self) -> Result<HeaderName, String> {
        Ok(self.clone())
    }
}

impl IntoHeaderName for &str {
    fn into_header_name(self) -> Result<HeaderName, String> {
        HeaderName::from_bytes(self.as_bytes()).map_err(|_| self.to_owned())
    }
}

impl IntoHeaderName for &String {
    fn into_header_name(self) -> Result<HeaderName, String> {
        self.as_str().into_header_name()
    }
}

impl IntoHeaderName for String {
    fn into_header_name(self) -> Result<HeaderName, String> {
        HeaderName::from_bytes(self.as_bytes()).map_err(|_| self)
    }
}

/// What may be the value of a header: text, a number, or a [`HeaderValue`].
///
/// Text goes out as Latin-1, as in node: `£` is one byte. Text that Latin-1 does not have, and control
/// characters such as a line break, make no header value (K-391).
///
/// ```
/// # use koa_runtime::Response;
/// let mut response = Response::new();
/// response.set("Retry-After", 120);
/// response.set("X-Response-Time", format!("{}ms", 3));
/// assert_eq!(response.get("retry-after"), Some("120"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a header",
    label = "not a header value",
    note = "a header's value is text, a number or a `HeaderValue`; for anything else use `.to_string()`"
)]
pub trait IntoHeaderValue {
    /// The value; `None` if no header can have it.
    fn into_header_value(self) -> Option<HeaderValue>;
}

impl IntoHeaderValue for HeaderValue {
    fn into_header_value(self) -> Option<HeaderValue> {
        Some(self)
    }
}

impl IntoHeaderValue for &HeaderValue {
    fn into_header_value(self) -> Option<HeaderValue> {
        Some(self.clone())
    }
}

impl IntoHeaderValue for &str {
    fn into_header_value(self) -> Option<HeaderValue> {
        if self.is_ascii() {
            return HeaderValue::from_str(self).ok();
        }
        let latin1: Option<Vec<u8>> = self.chars().map(|letter| u8::try_from(letter).ok()).collect();
        HeaderValue::try_from(latin1?).ok()
    }
}

impl IntoHeaderValue for String {
    fn into_header_value(self) -> Option<HeaderValue> {
        if self.is_ascii() {
            // keeps the allocation
            return HeaderValue::try_from(self).ok();
        }
        self.as_str().into_header_value()
    }
}

impl IntoHeaderValue for &String {
    fn into_header_value(self) -> Option<HeaderValue> {
        self.as_str().into_header_value()
    }
}

impl IntoHeaderValue for Cow<'_, str> {
    fn into_header_value(self) -> Option<HeaderValue> {
        match self {
            Cow::Borrowed(text) => text.into_header_value(),
            Cow::Owned(text) => text.into_header_value(),
        }
    }
}

macro_rules! number {
    ($($number:ty)*) => {$(
        impl IntoHeaderValue for $number {
            fn into_header_value(self) -> Option<HeaderValue> {
                Some(HeaderValue::from(self))
            }
        }
    )*};
}
number!(u16 u32 u64 usize i16 i32 i64 isize);

impl IntoHeaderValue for u8 {
    fn into_header_value(self) -> Option<HeaderValue> {
        u16::from(self).into_header_value()
    }
}

impl IntoHeaderValue for i8 {
    fn into_header_value(self) -> Option<HeaderValue> {
        i16::from(self).into_header_value()
    }
}

impl IntoHeaderValue for f64 {
    fn into_header_value(self) -> Option<HeaderValue> {
        self.to_string().into_header_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_out_as_latin1() {
        let value = "£ rates".into_header_value().map(|v| v.as_bytes().to_vec());
        assert_eq!(value.as_deref(), Some(&b"\xA3 rates"[..]));
        assert!("Łódź".into_header_value().is_none());
    }

    #[test]
    fn a_line_break_is_no_value() {
        for text in ["a\r\nb", "a\nb", "a\0b", "£\n"] {
            assert!(text.into_header_value().is_none(), "{text:?}");
            assert!(text.to_owned().into_header_value().is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_name_that_cannot_be_is_given_back() {
        assert_eq!("x y".into_header_name(), Err("x y".to_owned()));
        assert_eq!(String::new().into_header_name(), Err(String::new()));
        assert_eq!("X-A".into_header_name().as_ref().map(HeaderName::as_str), Ok("x-a"));
    }
}
