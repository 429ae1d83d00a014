//! What a client sent, made fit for a line: whatever it is, it cannot end the field or the line.

use std::fmt::Write as _;

/// What stands for the rest of what is too long.
const CUT: &str = "...";

/// At most `limit` bytes of it, in Apache's manner: `\"`, `\\`, and `\x0a` for a byte that is not printable ASCII.
pub(super) fn for_quotes(line: &mut String, bytes: &[u8], limit: usize) {
    let (shown, rest) = bytes.split_at(bytes.len().min(limit));
    for run in runs(shown) {
        match (std::str::from_utf8(run), run) {
            (Ok(plain), [first, ..]) if is_plain(*first) => line.push_str(plain),
            _ => run.iter().for_each(|&byte| match byte {
                b'"' | b'\\' => line.extend(['\\', char::from(byte)]),
                _ => written(write!(line, "\\x{byte:02x}")),
            }),
        }
    }
    if !rest.is_empty() {
        line.push_str(CUT);
    }
}

/// At most `limit` bytes of it as a JSON string, in ASCII. What is not UTF-8 is U+FFFD.
pub(super) fn as_json(line: &mut String, bytes: &[u8], limit: usize) {
    let (shown, rest) = bytes.split_at(bytes.len().min(limit));
    line.push('"');
    for run in runs(shown) {
        match (std::str::from_utf8(run), run) {
            (Ok(plain), [first, ..]) if is_plain(*first) => line.push_str(plain),
            _ => run.utf8_chunks().for_each(|chunk| {
                chunk.valid().chars().for_each(|letter| match letter {
                    '"' | '\\' => line.extend(['\\', letter]),
                    _ => {
                        for unit in letter.encode_utf16(&mut [0; 2]) {
                            written(write!(line, "\\u{unit:04x}"));
                        }
                    }
                });
                if !chunk.invalid().is_empty() {
                    line.push_str("\\ufffd");
                }
            }),
        }
    }
    if !rest.is_empty() {
        line.push_str(CUT);
    }
    line.push('"');
}

/// Whether the byte stands for itself in either format.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'
}

/// As long as they can be, so that what is plain, which is nearly all, is copied at once.
fn runs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.chunk_by(|&one, &next| is_plain(one) == is_plain(next))
}

/// A `String` takes all that is written to it.
pub(super) fn written(outcome: std::fmt::Result) {
    debug_assert!(outcome.is_ok(), "a `Display` failed");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(bytes: &[u8], limit: usize) -> [String; 2] {
        let mut out = [String::new(), String::new()];
        for_quotes(&mut out[0], bytes, limit);
        as_json(&mut out[1], bytes, limit);
        out
    }

    #[test]
    fn every_byte_stays_within_its_field() {
        for byte in 0..=u8::MAX {
            let [quoted, json] = both(&[b'a', byte, b'z'], 3);
            for written in [&quoted, &json[1..json.len() - 1]] {
                assert!(written.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{written}");
                let plain = written.replace("\\\\", "").replace("\\\"", "");
                assert!(!plain.contains('"') && !plain.ends_with('\\'), "{written}");
                assert!(written.starts_with('a') && written.ends_with('z'), "{written}");
            }
        }
    }

    #[test]
    fn what_is_not_ascii_is_escaped_as_each_format_has_it() {
        assert_eq!(
            both("a\u{e9}\u{1f980}".as_bytes(), 9),
            ["a\\xc3\\xa9\\xf0\\x9f\\xa6\\x80", "\"a\\u00e9\\ud83e\\udd80\""]
        );
        assert_eq!(both(b"\xff\n\t\x7f", 9), ["\\xff\\x0a\\x09\\x7f", "\"\\ufffd\\u000a\\u0009\\u007f\""]);
    }

    #[test]
    fn what_is_too_long_says_so() {
        assert_eq!(both(b"abcd", 4), ["abcd", "\"abcd\""]);
        assert_eq!(both(b"abcde", 4), ["abcd...", "\"abcd...\""]);
        assert_eq!(both("abc\u{e9}".as_bytes(), 4)[1], "\"abc\\ufffd...\"");
    }
}
