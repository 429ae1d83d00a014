//! The url of a named route.

use std::{
    fmt::{self, Display, Write as _},
    ops::Deref,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a segment holds as it is (RFC 3986 §3.3: `pchar`); all else is encoded, a `/` above all.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// What a query holds as it is, and neither `&` nor `=` nor `+`.
const ENCODED_IN_QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/').remove(b':').remove(b'@');

/// The url of a named route, as the fns of its table's `urls` build it (K-571): text, percent-encoded.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn show_user(#[param] id: u64) -> String {
///     format!("user {id}")
/// }
///
/// routes! {
///     pub fn users() {
///         GET "/users/{id: u64}" as show_user => show_user,
///         GET "/tags/{tag}" as tag => show_user,
///     }
/// }
///
/// fn main() {
///     assert_eq!(urls::show_user(42), "/users/42");
///     assert_eq!(urls::tag("a/b c").query("page", 2).under("/blog"), "/blog/tags/a%2Fb%20c?page=2");
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    url: String,
}

impl Link {
    /// With a pair more in the query.
    #[must_use]
    pub fn query(mut self, name: impl Display, value: impl Display) -> Self {
        let before = if self.url.contains('?') { '&' } else { '?' };
        // writing to a string cannot fail
        let _ = write!(self.url, "{before}{}=", utf8_percent_encode(&name.to_string(), ENCODED_IN_QUERY));
        let _ = write!(self.url, "{}", utf8_percent_encode(&value.to_string(), ENCODED_IN_QUERY));
        self
    }

    /// Behind the prefix under which the table is mounted, which the table itself does not know.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        self.url.insert_str(0, prefix.trim_end_matches('/'));
        self
    }
}

impl Deref for Link {
    type Target = str;
    fn deref(&self) -> &str {
        &self.url
    }
}

impl Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

impl AsRef<str> for Link {
    fn as_ref(&self) -> &str {
        &self.url
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.url
    }
}

impl PartialEq<str> for Link {
    fn eq(&self, other: &str) -> bool {
        self.url == other
    }
}

impl PartialEq<&str> for Link {
    fn eq(&self, other: &&str) -> bool {
        self.url == *other
    }
}

/// A url while it is built.
#[derive(Debug)]
pub struct Url {
    url: String,
}

impl Url {
    /// Empty.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "only the macro calls it")]
    pub const fn new() -> Self {
        Self { url: String::new() }
    }

    /// Text of the pattern, encoded already.
    pub fn text(&mut self, text: &str) {
        self.url.push_str(text);
    }

    /// A value: part of one segment, whatever is in it. A segment that would be a step, `.` or `..`, cannot be written in a url.
    pub fn value(&mut self, value: &impl Display) {
        let _ = write!(self.url, "{}", utf8_percent_encode(&value.to_string(), ENCODED));
    }

    /// The url. With no segment left it is that of the root.
    #[must_use]
    pub fn done(mut self) -> Link {
        if self.url.is_empty() {
            self.url.push('/');
        }
        Link { url: self.url }
    }
}
