//! Bodies that are written down in a format.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};

#[cfg(feature = "json")]
use super::json;
#[cfg(feature = "query")]
use super::pairs;
use super::{charset::Charset, encoding::not_encoded, fault};
use crate::header::{before_parameters, text};
use crate::{Error, Request, Result, type_is};

/// How a value is written down in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON (RFC 8259): `application/json`, and any type that ends in `+json` (RFC 6839).
    #[cfg(feature = "json")]
    Json,
    /// What an HTML form sends: `application/x-www-form-urlencoded`.
    #[cfg(feature = "query")]
    Form,
}

/// All of them.
pub(crate) const ALL: &[Format] = &[
    #[cfg(feature = "json")]
    Format::Json,
    #[cfg(feature = "query")]
    Format::Form,
];

impl Format {
    /// As a header has it.
    const fn mime(self) -> &'static str {
        match self {
            #[cfg(feature = "json")]
            Self::Json => "application/json",
            #[cfg(feature = "query")]
            Self::Form => "application/x-www-form-urlencoded",
        }
    }

    const fn matches(self) -> &'static [&'static str] {
        match self {
            #[cfg(feature = "json")]
            Self::Json => &["application/json", "+json"],
            #[cfg(feature = "query")]
            Self::Form => &["application/x-www-form-urlencoded"],
        }
    }

    /// What the body says that it is: one of `taken`, in a charset that can be read.
    ///
    /// 415 if it is something else. 400 if it says nothing, and there is none.
    pub(crate) fn of(request: &Request, taken: &[Self]) -> Result<(Self, Charset)> {
        let headers = request.headers();
        let format = taken.iter().find(|format| type_is::first_match(headers, format.matches()).is_some());
        let Some(&format) = format else {
            return Err(match headers.get(CONTENT_TYPE).map(text) {
                None if !request.has_body() || request.length() == Some(0) => no_body(taken),
                said => other_type(said, taken),
            });
        };
        let charset = match format {
            #[cfg(feature = "json")]
            Self::Json => Charset::named(request.charset())?,
            // its letters beyond ASCII are bytes of UTF-8, percent-encoded
            #[cfg(feature = "query")]
            Self::Form => Charset::named_unicode(request.charset())?,
        };
        Ok((format, charset))
    }
}

/// A body, and what it says that it is.
#[derive(Debug)]
pub struct Formatted {
    taken: &'static [Format],
    format: Format,
    charset: Charset,
    bytes: Bytes,
}

impl Formatted {
    /// Reads it. A client that sends something else is told so before it has sent all of it.
    pub(crate) async fn read(request: &mut Request, taken: &'static [Format], limit: usize) -> Result<Self> {
        let (format, charset) = Format::of(request, taken)?;
        not_encoded(request)?;
        let bytes = request.bytes(limit).await?;
        Ok(Self { taken, format, charset, bytes })
    }

    /// The value that was written down.
    pub(crate) fn value<T: serde::de::DeserializeOwned>(self) -> Result<T> {
        let text = self.charset.decode(&self.bytes)?;
        match self.format {
            #[cfg(feature = "json")]
            Format::Json if self.bytes.is_empty() => Err(no_body(self.taken)),
            #[cfg(feature = "json")]
            Format::Json => json::decode(&text),
            // a form without fields is empty, and fits where all are optional
            #[cfg(feature = "query")]
            Format::Form => {
                pairs::form(&text).map_err(|error| if self.bytes.is_empty() { no_body(self.taken) } else { error })
            }
        }
    }
}

/// Nothing was sent where something is needed.
fn no_body(taken: &[Format]) -> Error {
    Error::new(400).with_message(format!("the request has no body, and this takes {}", list(taken)))
}

fn other_type(said: Option<&str>, taken: &[Format]) -> Error {
    let list = list(taken);
    let message = match said {
        None => format!("the request does not say its `Content-Type`, and this takes {list}"),
        Some(said) => {
            let said = fault::value(before_parameters(said).trim_ascii());
            format!("the request body is of the type `{said}`, and this takes {list}")
        }
    };
    let mimes: Vec<_> = taken.iter().map(|format| format.mime()).collect();
    // RFC 9110 §15.5.16
    Error::new(415).with_message(message).with_header(ACCEPT, mimes.join(", "))
}

fn list(taken: &[Format]) -> String {
    let mimes: Vec<_> = taken.iter().map(|format| format!("`{}`", format.mime())).collect();
    mimes.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Body;

    fn request(headers: &[(&str, &str)]) -> Request {
        let head = headers.iter().fold(http::Request::post("/"), |head, (name, value)| head.header(*name, *value));
        Request::new(head.body(Body::empty()).expect("valid"))
    }

    fn of(mime: &str, taken: &[Format]) -> Result<Format> {
        let length = ("content-length", "3");
        let headers = if mime.is_empty() { &[length][..] } else { &[length, ("content-type", mime)] };
        Format::of(&request(headers), taken).map(|(format, _)| format)
    }

    #[cfg(feature = "json")]
    #[test]
    fn json_has_many_types() {
        for mime in [
            "application/json",
            "Application/JSON ; charset=utf-8",
            "application/vnd.api+json",
            "application/problem+json",
            "application/json; charset=us-ascii",
        ] {
            assert_eq!(of(mime, &[Format::Json]).unwrap(), Format::Json, "{mime}"); // K-601
        }
        for mime in
            ["text/json", "application/jsonp", "json", "+json", "text/plain", "application/x-www-form-urlencoded"]
        {
            assert_eq!(of(mime, &[Format::Json]).unwrap_err().status(), 415, "{mime}");
        }
    }

    #[cfg(all(feature = "json", feature = "query"))]
    #[test]
    fn another_type_is_a_415_that_lists_what_is_taken() {
        let list = "`application/json` or `application/x-www-form-urlencoded`";
        for (mime, message) in [
            ("text/csv;a=b", format!("the request body is of the type `text/csv`, and this takes {list}")),
            ("", format!("the request does not say its `Content-Type`, and this takes {list}")),
        ] {
            let error = of(mime, ALL).unwrap_err();
            assert_eq!((error.status().as_u16(), error.message()), (415, &*message));
            assert_eq!(error.headers()[ACCEPT], "application/json, application/x-www-form-urlencoded");
        }
        let long = of(&format!("text/{}", "x".repeat(4000)), ALL).unwrap_err();
        assert!(long.message().len() < 250, "{long}");
        assert_eq!(of("application/x-www-form-urlencoded", ALL).unwrap(), Format::Form);
    }

    #[cfg(all(feature = "json", feature = "query"))]
    #[test]
    fn without_a_body_there_need_be_no_type() {
        for headers in [&[][..], &[("content-length", "0")]] {
            let error = Format::of(&request(headers), &[Format::Json]).unwrap_err();
            assert_eq!(
                (error.status().as_u16(), error.message()),
                (400, "the request has no body, and this takes `application/json`")
            );
        }
        assert_eq!(Format::of(&request(&[("transfer-encoding", "chunked")]), ALL).unwrap_err().status(), 415);
        assert_eq!(Format::of(&request(&[("content-type", "text/csv")]), ALL).unwrap_err().status(), 415);
    }

    #[cfg(feature = "query")]
    #[test]
    fn a_form_is_utf8() {
        let form = "application/x-www-form-urlencoded; charset=";
        assert!(of(&format!("{form}UTF-8"), &[Format::Form]).is_ok());
        let error = of(&format!("{form}latin1"), &[Format::Form]).unwrap_err();
        assert_eq!(error.message(), "the request body is in the charset `latin1`, and this takes UTF-8");
    }
}
