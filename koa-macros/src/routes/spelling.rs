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

/// The bytes of a text.
pub(super) fn decoded(text: &str) -> Vec<u8> {
    letters(text).map(byte).collect()
}
