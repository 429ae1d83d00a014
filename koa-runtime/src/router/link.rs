//! The url of a named route.

use std::{
    borrow::Cow,
    fmt::{self, Display, Write as _},
    ops::Deref,
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::matching::is_step;

/// U+FFFD, in place of what no segment of a url can be: nothing, `.` or `..`. Clients would take an empty first segment for a host, and
/// steps they take before they ask, however these are encoded.
const NO_SEGMENT: &str = "%EF%BF%BD";
/// `..` is one.
const STEP: usize = 2;

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
/// Whatever the values are, it leads to its own route: to no other host, and no step up. A value that no segment of a url can be, an
/// empty one, `.` or `..`, is written as U+FFFD, of which the handler finds nothing.
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

    /// Behind the prefix under which the table is mounted, which the table itself does not know. It is read as a pattern is: `blog` and
    /// `/blog/` are `/blog`, and what no segment can hold is percent-encoded unless it is already. Another link may be the prefix.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        let mut url = Url::new();
        for segment in prefix.split('/').filter(|segment| !segment.is_empty()) {
            url.text("/");
            if is_step(segment.as_bytes()) { url.text(NO_SEGMENT) } else { url.encode(segment) }
        }
        self.url.insert_str(0, &url.url);
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

impl From<&Link> for String {
    fn from(link: &Link) -> Self {
        link.url.clone()
    }
}

impl From<Link> for Cow<'_, str> {
    fn from(link: Link) -> Self {
        Self::Owned(link.url)
    }
}

impl<'l> From<&'l Link> for Cow<'l, str> {
    fn from(link: &'l Link) -> Self {
        Self::Borrowed(&link.url)
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

/// What can be written in a url.
#[diagnostic::on_unimplemented(
    message = "no url can be built of `{Self}`",
    label = "the url of this route holds a `{Self}`",
    note = "implement `std::fmt::Display` for it, or leave the name of the route out"
)]
pub trait InUrl {
    /// It as text.
    fn text(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display> InUrl for T {
    fn text(&self) -> String {
        self.to_string()
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

    /// A value: part of one segment, whatever is in it. With so many `dots` or fewer and nothing else it would make a step of its segment,
    /// or none.
    pub fn value(&mut self, value: &impl InUrl, dots: usize) {
        let value = value.text();
        if value.len() <= dots && value.bytes().all(|byte| byte == b'.') {
            return self.text(NO_SEGMENT);
        }
        // writing to a string cannot fail
        let _ = write!(self.url, "{}", utf8_percent_encode(&value, ENCODED));
    }

    /// Several segments, and one that stands for them if there are none.
    pub fn rest<T: InUrl>(&mut self, segments: impl IntoIterator<Item = T>, may_be_missing: bool) {
        let mut segments = segments.into_iter().peekable();
        if segments.peek().is_none() && !may_be_missing {
            self.text("/");
            self.text(NO_SEGMENT);
        }
        for segment in segments {
            self.text("/");
            self.value(&segment, STEP);
        }
    }

    /// Text in which some is encoded already.
    fn encode(&mut self, text: &str) {
        let is_encoded = |digits: &str| digits.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        for (number, part) in text.split('%').enumerate() {
            if number > 0 {
                self.text(if is_encoded(part) { "%" } else { "%25" });
            }
            let _ = write!(self.url, "{}", utf8_percent_encode(part, ENCODED));
        }
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
