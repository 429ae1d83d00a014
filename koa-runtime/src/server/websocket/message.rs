//! What is said on a WebSocket: messages, and why it is closed.

use std::{borrow::Cow, fmt, ops::Deref, str::Utf8Error};

use bytes::Bytes;
use bytestring::ByteString;

/// A whole message, however many frames it came in (RFC 6455 §5.6).
///
/// ```
/// use koa_runtime::websocket::Message;
///
/// let message = Message::from("hello");
/// assert_eq!(message.as_text(), Some("hello"));
/// assert_eq!(Message::from(vec![1, 2, 3]).as_bytes(), [1, 2, 3]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text, which is UTF-8.
    Text(Text),
    /// Bytes.
    Binary(Bytes),
}

impl Message {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// What it holds, text or not.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// What it holds, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Text that is shared, not copied, when it is cloned. It is a `&str` wherever one is wanted.
///
/// ```
/// use koa_runtime::websocket::Text;
///
/// let text = Text::from("hello".to_owned());
/// assert_eq!(text.to_uppercase(), "HELLO");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(ByteString);

impl Text {
    /// Text that is part of the program.
    #[must_use]
    pub const fn from_static(text: &'static str) -> Self {
        Self(ByteString::from_static(text))
    }

    /// Its bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0.into_bytes()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

/// Fails for what is not UTF-8.
impl TryFrom<Bytes> for Text {
    type Error = Utf8Error;

    fn try_from(bytes: Bytes) -> Result<Self, Utf8Error> {
        ByteString::try_from(bytes).map(Self)
    }
}

macro_rules! text {
    ($($text:ty)*) => {$(
        impl From<$text> for Message {
            fn from(text: $text) -> Self {
                Self::Text(text.into())
            }
        }
    )*};
}
text!(Text String &str Cow<'_, str>);

macro_rules! binary {
    ($($bytes:ty)*) => {$(
        impl From<$bytes> for Message {
            fn from(bytes: $bytes) -> Self {
                Self::Binary(bytes.into())
            }
        }
    )*};
}
binary!(Bytes Vec<u8> &'static [u8]);

/// Why a WebSocket is closed, as a number (RFC 6455 §7.4 and the registry of IANA).
///
/// ```
/// use koa_runtime::websocket::CloseCode;
///
/// assert_eq!(CloseCode::GOING_AWAY.as_u16(), 1001);
/// assert_eq!(CloseCode::new(4000).map(CloseCode::as_u16), Some(4000));
/// assert_eq!(CloseCode::new(1005), None); // no frame may say so
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CloseCode(u16);

impl CloseCode {
    /// 1000: it has done what it was opened for.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server ends, or the browser has left the page.
    pub const GOING_AWAY: Self = Self(1001);
    /// 1002: what came is no WebSocket protocol.
    pub const PROTOCOL: Self = Self(1002);
    /// 1003: a kind of message that is not taken, such as bytes where only text is.
    pub const UNSUPPORTED: Self = Self(1003);
    /// 1005: the other side gave no reason. It is never sent.
    pub const NONE: Self = Self(1005);
    /// 1007: a text that is not UTF-8, or data that does not inflate.
    pub const INVALID: Self = Self(1007);
    /// 1008: against a rule, and no other code says which.
    pub const POLICY: Self = Self(1008);
    /// 1009: a message that is too big.
    pub const TOO_BIG: Self = Self(1009);
    /// 1011: something went wrong in the server.
    pub const ERROR: Self = Self(1011);

    /// A code that may be sent: 1000 to 1003, 1007 to 1014, and 3000 to 4999, of which those from 4000 on are anybody's.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Some(Self(code)),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn as_u16(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CloseCode({})", self.0)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl PartialEq<u16> for CloseCode {
    fn eq(&self, other: &u16) -> bool {
        self.0 == *other
    }
}

/// Why a WebSocket is closed: what the last frame of a side says (RFC 6455 §5.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The number. [`NONE`](CloseCode::NONE), if the client gave none.
    pub code: CloseCode,
    /// In words, for a log. At most 123 bytes.
    pub reason: Text,
}

/// How many bytes a reason may have, so that it fits into a control frame behind its code.
const LONGEST_REASON: usize = 123;

impl Close {
    pub(super) fn new(code: CloseCode, reason: impl Into<Text>) -> Self {
        let mut reason = reason.into();
        if reason.len() > LONGEST_REASON {
            let end = (0..=LONGEST_REASON).rev().find(|at| reason.is_char_boundary(*at)).unwrap_or_default();
            reason = Text::from(&reason[..end]);
        }
        Self { code, reason }
    }

    pub(super) fn silent(code: CloseCode) -> Self {
        Self { code, reason: Text::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_cut_between_two_letters() {
        let close = Close::new(CloseCode::ERROR, "\u{e4}".repeat(100));
        assert_eq!(*close.reason, *"\u{e4}".repeat(61));
        assert_eq!(&*Close::new(CloseCode::ERROR, "short").reason, "short");
    }

    #[test]
    fn only_codes_that_may_be_sent_are_made() {
        let sent: Vec<u16> = (0..=u16::MAX).filter(|code| CloseCode::new(*code).is_some()).collect();
        assert_eq!(sent.len(), 4 + 8 + 2000);
        for code in [999, 1004, 1005, 1006, 1015, 2999, 5000] {
            assert_eq!(CloseCode::new(code), None, "{code}");
        }
    }
}
