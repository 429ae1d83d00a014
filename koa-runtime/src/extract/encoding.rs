//! Bodies that are compressed, which nothing here unpacks.

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

use super::fault;
use crate::{Error, Request, Result};

/// A body that is compressed is a 415.
pub(crate) fn not_encoded(request: &Request) -> Result {
    for line in request.headers().get_all(CONTENT_ENCODING) {
        let codings = std::str::from_utf8(line.as_bytes()).unwrap_or("?");
        let mut codings = codings.split(',').map(str::trim_ascii);
        if let Some(coding) = codings.find(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("identity")) {
            let coding = fault::value(coding);
            let message = format!("the request body is encoded with `{coding}`, and this takes it only as it is");
            // RFC 9110 §12.5.3
            return Err(Error::new(415).with_message(message).with_header(ACCEPT_ENCODING, "identity"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Body;

    fn request(headers: &[(&str, &str)]) -> Request {
        let head = headers.iter().fold(http::Request::post("/"), |head, (name, value)| head.header(*name, *value));
        Request::new(head.body(Body::empty()).expect("valid"))
    }

    #[test]
    fn a_body_that_is_encoded_is_a_415() {
        for (header, coding) in [("gzip", "gzip"), ("identity, br", "br"), ("x", "x")] {
            let error = not_encoded(&request(&[("content-encoding", header)])).unwrap_err();
            let message = format!("the request body is encoded with `{coding}`, and this takes it only as it is");
            assert_eq!((error.status().as_u16(), error.message()), (415, &*message));
            assert_eq!(error.headers()[ACCEPT_ENCODING], "identity");
        }
        let several = [("content-encoding", "identity"), ("content-encoding", "gzip")];
        assert!(not_encoded(&request(&several)).is_err());
        assert!(not_encoded(&request(&[("content-encoding", "gz\u{e9}p")])).is_err());
        for header in ["identity", "Identity", "", "identity, identity"] {
            assert!(not_encoded(&request(&[("content-encoding", header)])).is_ok());
        }
        assert!(not_encoded(&request(&[])).is_ok());
    }
}
