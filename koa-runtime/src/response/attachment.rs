//! Files that are to be saved: `Content-Disposition` (RFC 6266).

use std::borrow::Cow;
use std::fmt::Write as _;

use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::Response;
use crate::header::is_token;
use crate::location::encode_where;
use crate::{Error, Result};

/// How a body is to be saved: what [`Response::attachment`] takes, besides a mere name.
///
/// ```
/// # use koa_runtime::{Attachment, Response};
/// let mut response = Response::new();
/// response.attachment(Attachment::named("€ rates.pdf").with_fallback("euro rates.pdf").inline());
/// assert_eq!(
///     response.get("content-disposition"),
///     Some("inline; filename=\"euro rates.pdf\"; filename*=UTF-8''%E2%82%AC%20rates.pdf"),
/// );
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Attachment<'a> {
    kind: Cow<'a, str>,
    name: Option<Cow<'a, str>>,
    fallback: Fallback<'a>,
}

/// What clients get that know no more than Latin-1.
#[derive(Clone, Debug)]
enum Fallback<'a> {
    QuestionMarks,
    None,
    Name(Cow<'a, str>),
}

impl<'a> Attachment<'a> {
    /// To be saved under a name that the client chooses.
    pub fn new() -> Self {
        Self { kind: Cow::Borrowed("attachment"), name: None, fallback: Fallback::QuestionMarks }
    }

    /// To be saved under this name. Of a path it is the last part (K-426).
    pub fn named(name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: Some(name.into()), ..Self::new() }
    }

    /// To be shown, and saved under the name only if the user does.
    pub fn inline(self) -> Self {
        self.with_type("inline")
    }

    /// Of another disposition type, which is a token in any case (K-437).
    pub fn with_type(mut self, kind: impl Into<Cow<'a, str>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// With this name, of Latin-1, for clients that know nothing else, in place of `?` for each letter that is not
    /// Latin-1 (K-429).
    pub fn with_fallback(mut self, name: impl Into<Cow<'a, str>>) -> Self {
        self.fallback = Fallback::Name(name.into());
        self
    }

    /// With no name at all for clients that know no more than Latin-1 (K-434).
    pub fn without_fallback(mut self) -> Self {
        self.fallback = Fallback::None;
        self
    }

    /// The header, in which nothing but what is in the quotes and the escapes comes from outside.
    fn header(&self) -> Result<String> {
        if !is_token(&self.kind) {
            return Err(Error::new(500).with_message(format!("invalid disposition type {:?}", self.kind)));
        }
        let mut header = self.kind.to_ascii_lowercase();
        let Some(name) = &self.name else {
            return Ok(header);
        };
        let name = last_part(name);
        let plain = match &self.fallback {
            Fallback::QuestionMarks => Some(question_marks(name)),
            Fallback::None => None,
            Fallback::Name(fallback) if fallback.chars().all(is_printable) => Some(Cow::Borrowed(last_part(fallback))),
            Fallback::Name(_) => {
                return Err(Error::new(500).with_message("invalid fallback: it must be printable Latin-1"));
            }
        };
        let is_quotable = !name.is_empty() && name.chars().all(|letter| is_printable(letter) || is_control_1(letter));
        let fallback = plain.filter(|plain| plain != name);
        let is_extended = fallback.is_some() || !is_quotable || has_escape(name);
        if let Some(plain) = fallback.as_deref().or(is_quotable.then_some(name)) {
            header.push_str("; filename=\"");
            for letter in plain.chars() {
                if matches!(letter, '"' | '\\') {
                    header.push('\\');
                }
                header.push(letter);
            }
            header.push('"');
        }
        if is_extended {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~".contains(&byte);
            // writing to a string cannot fail
            let _ = write!(header, "; filename*=UTF-8''{}", encode_where(name, |at| is_plain(name.as_bytes()[at])));
        }
        Ok(header)
    }
}

impl Default for Attachment<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a> From<&'a str> for Attachment<'a> {
    fn from(name: &'a str) -> Self {
        Self::named(name)
    }
}

impl<'a> From<&'a String> for Attachment<'a> {
    fn from(name: &'a String) -> Self {
        Self::named(name)
    }
}

impl From<String> for Attachment<'_> {
    fn from(name: String) -> Self {
        Self::named(name)
    }
}

impl From<()> for Attachment<'_> {
    fn from((): ()) -> Self {
        Self::new()
    }
}

impl Response {
    /// Says that the body is a file to be saved, under this name; `()` leaves the name to the client (K-426 to K-438).
    /// The `Content-Type` follows from the name, unless it is set.
    ///
    /// The name may come from anywhere: only the last part of a path counts, and whatever a header cannot hold is
    /// encoded. An [`Attachment`] with a type or a fallback that cannot be is a [fault](Response::fault).
    ///
    /// ```
    /// # use koa_runtime::Response;
    /// let mut response = Response::new();
    /// response.attachment("path/to/tobi.png");
    /// assert_eq!(response.get("content-disposition"), Some("attachment; filename=\"tobi.png\""));
    /// assert_eq!(response.type_(), "image/png");
    /// ```
    pub fn attachment<'a>(&mut self, attachment: impl Into<Attachment<'a>>) {
        let attachment = attachment.into();
        match attachment.header() {
            Ok(header) => self.set(CONTENT_DISPOSITION, header),
            Err(fault) => return self.fail(fault),
        }
        if let Some(extension) = attachment.name.as_deref().and_then(extension)
            && !self.has(CONTENT_TYPE)
        {
            self.set_type(extension);
        }
    }
}

/// The last part of a path, as node's `basename` has it.
fn last_part(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// What follows the last dot, unless that is the first letter of the name.
fn extension(path: &str) -> Option<&str> {
    let (stem, extension) = last_part(path).rsplit_once('.')?;
    (!stem.is_empty() && !extension.is_empty()).then_some(extension)
}

fn is_printable(letter: char) -> bool {
    matches!(letter, ' '..='~' | '\u{A0}'..='\u{FF}')
}

/// The second set of control characters, which quotes may hold and which are no letters all the same.
fn is_control_1(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{9F}')
}

/// The name with a `?` for each unit of UTF-16 that is not Latin-1.
fn question_marks(name: &str) -> Cow<'_, str> {
    if name.chars().all(is_printable) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        if is_printable(letter) {
            out.push(letter);
        } else {
            out.extend(std::iter::repeat_n('?', letter.len_utf16()));
        }
    }
    Cow::Owned(out)
}

/// Whether some client would decode it once more (K-431).
fn has_escape(name: &str) -> bool {
    let is_escape = |three: &[u8]| three[0] == b'%' && three[1].is_ascii_hexdigit() && three[2].is_ascii_hexdigit();
    name.as_bytes().windows(3).any(is_escape)
}
