//! The host that a route is for.

use super::matching::Span;

/// Whether `host` has these labels; `None` is a capture. Neither case counts nor the dot of the root at the end (RFC 9110 §4.2.3,
/// RFC 1034 §3.1).
#[must_use]
pub fn is_host(host: &str, labels: &[Option<&str>], at: &mut [Span]) -> bool {
    let mut begin = 0;
    let mut found = host.strip_suffix('.').unwrap_or(host).split('.');
    let mut captures = at.iter_mut();
    for label in labels {
        let Some(text) = found.next() else { return false };
        match label {
            Some(label) if !label.eq_ignore_ascii_case(text) => return false,
            Some(_) => {}
            None if !is_label(text) => return false,
            None => {
                let Some(place) = captures.next() else { return false };
                *place = Span::new(begin, text.len());
            }
        }
        begin += text.len() + 1;
    }
    found.next().is_none()
}

/// A label as names have it. RFC 3986 §3.2.2 would let more stand in a host, even encoded, and no handler expects a `/` in a tenant.
fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [Option<&str>; 3] = [None, Some("example"), Some("com")];

    #[test]
    fn a_host_is_told_by_its_labels() {
        let mut at = [Span::ABSENT; 1];
        assert!(is_host("API.example.com", &[Some("api"), Some("example"), Some("com")], &mut at));
        assert!(is_host("blue_1-x.example.com", &LABELS, &mut at));
        assert_eq!(at[0].of("blue_1-x.example.com"), Some("blue_1-x"));
        for host in ["a.b.example.com", ".example.com", "example.com", "x.example.com..", "x..example.com", "", "."] {
            assert!(!is_host(host, &LABELS, &mut at), "{host}");
        }
    }

    #[test]
    fn the_dot_of_the_root_is_no_label() {
        assert!(is_host("blue.example.com.", &LABELS, &mut [Span::ABSENT; 1]));
    }

    #[test]
    fn what_is_captured_is_a_label_of_a_name() {
        for label in ["%2e%2e", "a%2Fb", "a b", "é", "[", "*", "a/b", "a@b"] {
            assert!(!is_host(&format!("{label}.example.com"), &LABELS, &mut [Span::ABSENT; 1]), "{label}");
        }
    }
}
