//! Urls on their way into a header and into a page.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::Ipv6Addr;

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

/// An absolute http url as browsers read it, so that no check and no log is misled by what they do not read (K-410,
/// K-569); any other url as it is. `None` if it has no host, or one that cannot be.
pub(crate) fn as_browsers_read(url: &str) -> Option<Cow<'_, str>> {
    let (scheme, default_port) = match url.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("http") => ("http", 80),
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => ("https", 443),
        _ => return Some(Cow::Borrowed(url)),
    };
    // line breaks and tabs are skipped wherever they are, and so is whatever is no letter at the end
    let rest = url[scheme.len() + 3..].trim_end_matches(|letter| letter <= ' ').replace(['\t', '\r', '\n'], "");
    let rest = rest.trim_start_matches(['/', '\\']);
    let (authority, rest) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let (path, query) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));

    let (user, at, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (user, "@", host),
        None => ("", "", authority),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (host, ""),
    };
    if !is_host(host) || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut out = format!("{scheme}://{user}{at}{}", host.to_ascii_lowercase());
    // an empty one is the default too
    let port = if port.is_empty() { default_port } else { port.parse::<u16>().ok()? };
    if port != default_port {
        out.push(':');
        out.push_str(&port.to_string());
    }
    out.push_str(if path.is_empty() { "/" } else { "" });
    out.push_str(&path.replace('\\', "/"));
    out.push_str(query);
    Some(Cow::Owned(out))
}

/// Whether the name of a host, or an address, may be this.
fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    }
    !host.is_empty() && !host.contains(|letter| letter <= ' ' || "<>[]^|:\x7F".contains(letter))
}

/// Whether following this url would run what it says, which no client does.
pub(crate) fn is_script(url: &str) -> bool {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    ["javascript", "vbscript", "data"].iter().any(|script| scheme.eq_ignore_ascii_case(script))
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
    fn an_http_url_is_what_browsers_read() {
        for (url, read) in [
            ("http://google.com\\@apple.com", "http://google.com/@apple.com"),
            ("HTTP://EXAMPLE.com:80", "http://example.com/"),
            ("https://a.b:443/%zz", "https://a.b/%zz"),
            ("https://a.b:80", "https://a.b:80/"),
            ("http://a.b:/", "http://a.b/"),
            ("http://a\tb.com/", "http://ab.com/"),
            ("http://a.b/\r\nX: y", "http://a.b/X: y"),
            ("http:///a.b", "http://a.b/"),
            ("http:\\\\a.b", "http:\\\\a.b"),
            ("http://a.b?x\\", "http://a.b/?x\\"),
            ("http://user:pw@h/", "http://user:pw@h/"),
            ("https://[::1]:443/", "https://[::1]/"),
            ("https://[::1]", "https://[::1]/"),
            ("/go?to=http://", "/go?to=http://"),
            ("//x", "//x"),
            ("ftp://", "ftp://"),
        ] {
            assert_eq!(as_browsers_read(url).as_deref(), Some(read), "{url:?}");
        }
    }

    #[test]
    fn an_http_url_needs_a_host() {
        // K-410
        for url in ["http://", "HTTPS://", "http://?a", "http:///", "http://a b/", "http://a\0b/", "http://a:x/"] {
            assert_eq!(as_browsers_read(url), None, "{url:?}");
        }
        for url in ["http://a:65536/", "http://a:b:80/", "http://[::1/", "http://[x]/", "http://[::1]x/", "http://@/"] {
            assert_eq!(as_browsers_read(url), None, "{url:?}");
        }
    }

    #[test]
    fn a_script_is_no_place_to_go() {
        for url in ["javascript:alert(1)", "JavaScript://x", "data:text/html,x", "VBSCRIPT:x"] {
            assert!(is_script(url), "{url}");
        }
        for url in ["/javascript:", "myapp:javascript", "javascript", "http://data:80/"] {
            assert!(!is_script(url), "{url}");
        }
    }
}
