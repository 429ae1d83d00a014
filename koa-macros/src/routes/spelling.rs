//! Text as it stands in a path, letter by letter: a byte that is percent-encoded is one letter (RFC 3986 §2.1).

/// The letters of a text: `a`, `%7C`.
pub(super) fn letters(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let length = if rest.starts_with('%') { 3 } else { 1 };
        let (letter, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(letter)
    })
}

/// The byte that a letter stands for.
pub(super) fn byte(letter: &str) -> u8 {
    let hexadecimal = letter.strip_prefix('%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
    hexadecimal.or(letter.bytes().next()).unwrap_or_default()
}

/// A letter in a text that is compared with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// It is written as it is.
    Plain(u8),
    /// It is percent-encoded, in capital digits or small ones (RFC 3986 §6.2.2.1), or sent as it is by clients that do not encode it.
    Encoded(u8),
}

impl Letter {
    /// Those of a text.
    pub(super) fn all(text: &str) -> Vec<Self> {
        let letter = |letter: &str| {
            if letter.starts_with('%') { Self::Encoded(byte(letter)) } else { Self::Plain(byte(letter)) }
        };
        letters(text).map(letter).collect()
    }

    /// In lower case.
    pub(super) fn to_lower(self) -> Self {
        match self {
            Self::Plain(byte) => Self::Plain(byte.to_ascii_lowercase()),
            encoded @ Self::Encoded(_) => encoded,
        }
    }
}

/// Whether clients may send this byte as it is in place of its encoding. What RFC 3986 lets stand in a segment is another letter when it
/// is encoded, as is what ends a segment or a path, and the sign itself.
pub(super) fn may_be_bare(byte: u8) -> bool {
    !(byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?#%".contains(&byte))
}

/// The bytes of a text.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    letters(text).map(byte).collect()
}
