//! Base64 as signatures are written: RFC 4648, section 5, without padding (K-486).

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(length(bytes.len()));
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(group);
        for place in 0..=chunk.len() {
            let letter = (bits >> (18 - 6 * place)) & 0x3F;
            out.push(char::from(LETTERS[letter as usize]));
        }
    }
    out
}

/// The bytes that are written like this; `None` if `N` bytes never are. There is one way to write them: the bits of the
/// last letter that stand for nothing are zero.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != length(N) {
        return None;
    }
    let mut bytes = [0; N];
    let mut places = bytes.iter_mut();
    let (mut bits, mut held) = (0_u32, 0);
    for letter in text.bytes() {
        bits = bits << 6 | six_bits(letter)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            *places.next()? = (bits >> held).to_le_bytes()[0];
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(bytes)
}

fn length(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

fn six_bits(letter: u8) -> Option<u32> {
    let bits = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(bits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_written_as_the_rfc_does() {
        // RFC 4648, section 10
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(encode(bytes.as_bytes()), text);
        }
        assert_eq!(encode(&[0xFB, 0xEF, 0xFF]), "--__");
    }

    #[test]
    fn there_is_one_way_to_write_it() {
        assert_eq!(decode("Zg"), Some([b'f']));
        for other in ["Zh", "Zg=", "Zg==", "Z", "Zg ", " Zg", "Z/", "Z+", "Zé", ""] {
            assert_eq!(decode::<1>(other), None, "{other:?}");
        }
        assert_eq!(decode(""), Some([]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes: [u8; 20], longer: [u8; 32], cut in 0_usize..20) {
            prop_assert_eq!(decode(&encode(&bytes)), Some(bytes));
            prop_assert_eq!(decode(&encode(&longer)), Some(longer));
            prop_assert_eq!(decode::<20>(&encode(&bytes[..cut])), None);
        }

        #[test]
        fn what_is_read_is_written_back(text in "[A-Za-z0-9_-]{27}") {
            if let Some(bytes) = decode::<20>(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
