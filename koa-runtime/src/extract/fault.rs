//! What a client is told about what it sent: what was wrong and where, and never more of it than a few lines.

use std::borrow::Cow;

#[cfg(any(feature = "json", feature = "query"))]
use crate::Error;

/// The most letters of a message that may repeat what the client sent, and of the path of a field in it.
#[cfg(any(feature = "json", feature = "query"))]
const MESSAGE: usize = 240;
#[cfg(any(feature = "json", feature = "query"))]
const PATH: usize = 120;
/// The most letters of the value of a header.
const VALUE: usize = 60;

/// `{what}: {path}: {error}`: a value of the program's that the client's does not fit.
#[cfg(any(feature = "json", feature = "query"))]
#[cold]
pub(crate) fn misfit<E>(status: u16, what: &str, error: serde_path_to_error::Error<E>) -> Error
where
    E: std::error::Error + Send + Sync + 'static,
{
    let path = error.path();
    // of the whole there is no path
    let path = path.iter().next().map(|_| path.to_string());
    let path = path.as_deref().map(|path| shortened(path, PATH));
    let said = error.inner().to_string();
    let said = shortened(&said, MESSAGE);
    let message = match path {
        Some(path) => format!("{what}: {path}: {said}"),
        None => format!("{what}: {said}"),
    };
    Error::new(status).with_message(message).with_source(error)
}

/// `{what}: {error}`: something that cannot be read at all.
#[cfg(feature = "json")]
#[cold]
pub(crate) fn malformed(what: &str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let said = error.to_string();
    let message = format!("{what}: {}", shortened(&said, MESSAGE));
    Error::new(400).with_message(message).with_source(error)
}

/// The value of a header, as it may stand in a message.
pub(crate) fn value(text: &str) -> Cow<'_, str> {
    shortened(text, VALUE)
}

/// `text` without its middle, if it has more than `most` letters: serde says what came first, and what was expected
/// last. What would break a line, or a log, is replaced.
fn shortened(text: &str, most: usize) -> Cow<'_, str> {
    let length = text.chars().count();
    if length <= most && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let plain = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    if length <= most {
        return text.chars().map(plain).collect();
    }
    let head = most / 3;
    let tail = length - (most - head - 1);
    let (head, tail) = (text.chars().take(head), text.chars().skip(tail));
    head.chain(['…']).chain(tail).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_text_loses_its_middle() {
        assert_eq!(shortened("abcdefghi", 9), "abcdefghi");
        assert_eq!(shortened("abcdefghij", 9), "abc…fghij");
        assert_eq!(shortened("äöüßäöüßäö", 9), "äöü…öüßäö");
    }

    #[test]
    fn what_breaks_a_line_is_replaced() {
        assert_eq!(shortened("a\r\nb", 9), "a\u{FFFD}\u{FFFD}b");
        assert_eq!(shortened("\n23456789\n", 9), "\u{FFFD}23…6789\u{FFFD}");
    }

    proptest! {
        #[test]
        fn no_text_gets_longer_than_it_may(text in "\\PC{0,40}|.{0,40}", most in 2_usize..20) {
            let short = shortened(&text, most);
            prop_assert!(short.chars().count() <= most);
            prop_assert!(!short.contains(char::is_control));
            prop_assert!(text.chars().count() > most || short.chars().count() == text.chars().count());
        }
    }
}
