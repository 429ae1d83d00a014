//! Bytes to text, by the charset that the client says.

use std::borrow::Cow;

use super::fault;
use crate::{Error, Result};

/// A charset that can be read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Charset {
    /// UTF-8: what is not said is this too.
    Utf8,
    Ascii,
    #[cfg(feature = "charset")]
    Other(&'static encoding_rs::Encoding),
}

impl Charset {
    /// The charset of this name, in any case.
    pub(crate) fn named(name: &str) -> Result<Self> {
        match Self::unicode(name) {
            Some(charset) => Ok(charset),
            #[cfg(feature = "charset")]
            None => match encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()) {
                Some(encoding) => Ok(Self::Other(encoding)),
                None => Err(unknown(name, "a charset of the web's Encoding Standard")),
            },
            #[cfg(not(feature = "charset"))]
            None => Err(unknown(name, "UTF-8")),
        }
    }

    /// The same for what only comes as UTF-8.
    #[cfg(feature = "query")]
    pub(crate) fn named_unicode(name: &str) -> Result<Self> {
        Self::unicode(name).ok_or_else(|| unknown(name, "UTF-8"))
    }

    fn unicode(name: &str) -> Option<Self> {
        let is = |other: &&str| name.eq_ignore_ascii_case(other);
        if ["", "utf-8", "utf8"].iter().any(is) {
            Some(Self::Utf8)
        } else if ["us-ascii", "ascii"].iter().any(is) {
            Some(Self::Ascii)
        } else {
            None
        }
    }

    /// The text, without a byte order mark; copied only if it was not UTF-8.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>> {
        match self {
            Self::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text.strip_prefix('\u{FEFF}').unwrap_or(text))),
                Err(error) => Err(undecodable("UTF-8", Some(error.valid_up_to()))),
            },
            Self::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                None => Ok(String::from_utf8_lossy(bytes)),
                place => Err(undecodable("ASCII", place)),
            },
            #[cfg(feature = "charset")]
            Self::Other(encoding) => {
                // a byte order mark says more than the header, as on the web
                let (text, encoding, has_errors) = encoding.decode(bytes);
                if has_errors { Err(undecodable(encoding.name(), None)) } else { Ok(text) }
            }
        }
    }
}

fn unknown(name: &str, taken: &str) -> Error {
    let name = fault::value(name);
    Error::new(415).with_message(format!("the request body is in the charset `{name}`, and this takes {taken}"))
}

fn undecodable(charset: &str, place: Option<usize>) -> Error {
    Error::new(400).with_message(match place {
        Some(place) => format!("the request body is not {charset}: its byte {place}, counted from 0, is wrong"),
        None => format!("the request body is not {charset}"),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(name: &str, bytes: &[u8]) -> Result<String> {
        Charset::named(name)?.decode(bytes).map(Cow::into_owned)
    }

    fn refused(name: &str, bytes: &[u8]) -> (u16, String) {
        let error = decode(name, bytes).unwrap_err();
        (error.status().as_u16(), error.message().to_owned())
    }

    #[test]
    fn utf8_and_ascii_are_always_read() {
        for name in ["", "utf-8", "UTF-8", "utf8"] {
            assert_eq!(decode(name, "Łódź".as_bytes()).unwrap(), "Łódź");
        }
        for name in ["us-ascii", "ASCII"] {
            assert_eq!(decode(name, b"Lodz").unwrap(), "Lodz");
        }
    }

    #[test]
    fn utf8_is_not_copied() {
        assert!(matches!(Charset::Utf8.decode(b"a"), Ok(Cow::Borrowed("a"))));
        assert!(matches!(Charset::Ascii.decode(b"a"), Ok(Cow::Borrowed("a"))));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decode("", b"\xEF\xBB\xBFa").unwrap(), "a");
    }

    #[test]
    fn what_is_not_in_its_charset_is_a_400_that_says_where() {
        let message = |charset, place| {
            (400, format!("the request body is not {charset}: its byte {place}, counted from 0, is wrong"))
        };
        assert_eq!(refused("", b"ab\xFFc"), message("UTF-8", 2));
        assert_eq!(refused("", b"a\xC3"), message("UTF-8", 1));
        assert_eq!(refused("ascii", "aä".as_bytes()), message("ASCII", 1));
    }

    #[test]
    fn a_charset_nobody_knows_is_a_415() {
        let (status, message) = refused(&"x".repeat(1000), b"a");
        assert_eq!(status, 415);
        assert!(message.len() < 200 && message.contains("xx…xx"), "{message}");
    }

    #[cfg(not(feature = "charset"))]
    #[test]
    fn other_charsets_are_a_415() {
        let message = "the request body is in the charset `latin1`, and this takes UTF-8";
        assert_eq!(refused("latin1", b"a"), (415, message.to_owned()));
    }

    #[cfg(feature = "charset")]
    #[test]
    fn other_charsets_are_read() {
        assert_eq!(decode("latin1", b"\xE9t\xE9").unwrap(), "été");
        assert_eq!(decode("Shift_JIS", b"\x83R\x83A").unwrap(), "コア");
        assert_eq!(decode("utf-16be", b"\0a\x01A").unwrap(), "aŁ");
        assert_eq!(decode("utf-16", b"\xFE\xFF\0a").unwrap(), "a");
        assert_eq!(refused("Shift_JIS", b"\x83"), (400, "the request body is not Shift_JIS".to_owned()));
        // known to the standard only so that nobody reads it
        assert_eq!(refused("iso-2022-kr", b"a").0, 415);
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_or_an_error(
            name in "|utf-8|ascii|latin1|utf-16|gb18030|iso-2022-jp|.{0,8}",
            bytes in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            if let Err(error) = decode(&name, &bytes) {
                prop_assert!(matches!(error.status().as_u16(), 400 | 415));
            }
        }
    }
}
