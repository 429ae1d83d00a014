//! Urls on their way into a header and into a page.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Percent-encodes what a url may not hold, and leaves what is encoded already (K-411).
pub(crate) fn encode(url: &str) -> Cow<'_, str> {
    let bytes = url.as_bytes();
    let passes = |at: usize| match bytes[at] {
        b'%' => matches!(
            bytes.get(at + 1..at + 3),
            Some([high, low]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()
        ),
        b'"' | b'<' | b'>' | b'`' | b'{' | b'}' => false,
        byte => byte.is_ascii_graphic(),
    };
    encode_where(url, passes)
}

/// Percent-encodes all letters but those whose place passes.
pub(crate) fn encode_where(text: &str, passes: impl Fn(usize) -> bool) -> Cow<'_, str> {
    let Some((first, _)) = text.char_indices().find(|(at, _)| !passes(*at)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for (at, letter) in text[first..].char_indices() {
        if passes(first + at) {
            out.push(letter);
        } else {
            for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
                // writing to a string cannot fail
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Cow::Owned(out)
}

/// Escapes text for HTML.
pub(crate) fn escape_html(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(letter),
        }
    }
    Cow::Owned(out)
}

/// Whether this is an absolute http url without a host, which no client can follow (K-410).
pub(crate) fn lacks_host(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    is_http && matches!(rest.bytes().next(), None | Some(b'/' | b'?' | b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_url_may_not_hold_is_encoded() {
        for (url, encoded) in [
            ("/login?a=b&c=[d]|^~#e", "/login?a=b&c=[d]|^~#e"),
            ("/a b", "/a%20b"),
            ("/ü", "/%C3%BC"),
            ("/a%20b", "/a%20b"),
            ("/100%", "/100%25"),
            ("/%z0%0z%4", "/%25z0%250z%254"),
            ("/<\">`{}\r\n", "/%3C%22%3E%60%7B%7D%0D%0A"),
        ] {
            assert_eq!(encode(url), encoded);
        }
    }

    #[test]
    fn html_is_escaped() {
        assert_eq!(escape_html("<a b='c'>\"&"), "&lt;a b=&#39;c&#39;&gt;&quot;&amp;");
        assert!(matches!(escape_html("/login"), Cow::Borrowed("/login")));
    }

    #[test]
    fn an_http_url_needs_a_host() {
        for url in ["http://", "HTTPS:///x", "http://?a"] {
            assert!(lacks_host(url), "{url}");
        }
        for url in ["/x", "//x", "http://x", "javascript://", "/go?to=http://"] {
            assert!(!lacks_host(url), "{url}");
        }
    }
}
