//! The opening handshake (RFC 6455 §4.2, and RFC 8441 §5 over HTTP/2): what a client must say, and what is agreed on.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version, header};

use super::{
    framing::{Agreed, accept_key, negotiate},
    options::{Options, Origins},
};
use crate::{Context, Error, Result, ensure};

/// What the client is answered with, once the connection can be handed on.
pub(super) struct Handshake {
    pub(super) subprotocol: Option<&'static str>,
    pub(super) deflate: Option<Agreed>,
    /// HTTP/2 has none: no cache and no server of HTTP/1 takes its CONNECT for something else.
    accept: Option<String>,
    extensions: Option<String>,
}

impl Handshake {
    /// Looks at what the client asks for.
    ///
    /// Errors: 405 for another method than GET; 426 for what is no handshake, or one of another version; 400 for one that is malformed;
    /// 403 from a page that may not connect.
    pub(super) fn of(ctx: &Context, options: &Options) -> Result<Self> {
        ensure!(
            ctx.method() == Method::GET,
            Error::new(StatusCode::METHOD_NOT_ALLOWED).with_header(header::ALLOW, "GET")
        );
        let headers = ctx.headers();
        let asks = ctx.request.version() >= Version::HTTP_11 && has_token(headers, &header::UPGRADE, "websocket");
        let upgrade_required = || Error::new(StatusCode::UPGRADE_REQUIRED).with_header(header::UPGRADE, "websocket");
        ensure!(asks, upgrade_required());
        ensure!(
            only(headers, &header::SEC_WEBSOCKET_VERSION) == Some("13"),
            upgrade_required().with_header(header::SEC_WEBSOCKET_VERSION, "13")
        );
        let has_body =
            headers.contains_key(header::TRANSFER_ENCODING) || ctx.request.length().is_some_and(|length| length > 0);
        ensure!(!has_body, 400, "a handshake has no body");
        let accept = if ctx.request.version() < Version::HTTP_2 { Some(accept(headers)?) } else { None };
        ensure!(may_connect(ctx, &options.origins), 403, "this page may not connect here");
        let (deflate, extensions) = options
            .deflate
            .as_ref()
            .and_then(|deflate| negotiate(&joined(headers, &header::SEC_WEBSOCKET_EXTENSIONS), deflate))
            .unzip();
        Ok(Self { subprotocol: agree(headers, &options.subprotocols), deflate, accept, extensions })
    }

    /// Says what was agreed on. The connection is handed on already.
    pub(super) fn answer(self, ctx: &mut Context) {
        if let Some(accept) = self.accept {
            ctx.set(header::SEC_WEBSOCKET_ACCEPT, accept);
        }
        if let Some(subprotocol) = self.subprotocol {
            ctx.set(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
        }
        if let Some(extensions) = self.extensions {
            ctx.set(header::SEC_WEBSOCKET_EXTENSIONS, extensions);
        }
    }
}

/// What HTTP/1.1 wants to be answered: that it was understood.
fn accept(headers: &HeaderMap) -> Result<String> {
    ensure!(has_token(headers, &header::CONNECTION, "upgrade"), 400, "a WebSocket needs `Connection: Upgrade`");
    let key = only(headers, &header::SEC_WEBSOCKET_KEY).filter(|key| is_key(key));
    key.map(accept_key).ok_or_else(|| Error::new(400).with_message("`Sec-WebSocket-Key` is 16 bytes in base64"))
}

/// The value of a header that may be there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut lines = headers.get_all(name).iter();
    let only = lines.next().filter(|_| lines.next().is_none())?;
    only.to_str().ok().map(str::trim)
}

/// The elements of a list, which may be on several lines.
fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|element| !element.is_empty())
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    list(headers, name).collect::<Vec<_>>().join(", ")
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    list(headers, name).any(|element| element.eq_ignore_ascii_case(token))
}

/// 16 bytes in base64 (RFC 6455 §4.1): 22 letters and two signs that fill up.
fn is_key(key: &str) -> bool {
    let Some(letters) = key.strip_suffix("==") else { return false };
    letters.len() == 22 && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// The best of ours that the client offers too. Names are told apart by their case, as everybody does.
fn agree(headers: &HeaderMap, ours: &[&'static str]) -> Option<&'static str> {
    ours.iter()
        .copied()
        .filter(|one| HeaderValue::from_str(one).is_ok())
        .find(|one| list(headers, &header::SEC_WEBSOCKET_PROTOCOL).any(|offered| offered == *one))
}

/// Whether the page that connects may do so (RFC 6455 §10.2). What says no origin is no browser.
fn may_connect(ctx: &Context, origins: &Origins) -> bool {
    if *origins == Origins::Any || !ctx.headers().contains_key(header::ORIGIN) {
        return true;
    }
    let Some(origin) = only(ctx.headers(), &header::ORIGIN) else { return false };
    let is_listed = match origins {
        Origins::Also(list) => list.iter().any(|one| one.trim_end_matches('/').eq_ignore_ascii_case(origin)),
        Origins::Same | Origins::Any => false,
    };
    is_listed || is_same(origin, ctx.request.host(), ctx.request.secure())
}

/// Whether an origin is of this host. A proxy may have taken the TLS off without a word, so in the clear either scheme will do; over TLS
/// a page that came in the clear may be anybody's.
fn is_same(origin: &str, host: &str, is_secure: bool) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let port = if scheme.eq_ignore_ascii_case("https") {
        ":443"
    } else if scheme.eq_ignore_ascii_case("http") && !is_secure {
        ":80"
    } else {
        return false;
    };
    let plain = |authority: &str| authority.strip_suffix(port).unwrap_or(authority).to_ascii_lowercase();
    !host.is_empty() && plain(authority) == plain(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_16_bytes() {
        assert!(is_key("dGhlIHNhbXBsZSBub25jZQ=="));
        for key in [
            "",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25jZQA=",
            "dGhlIHNhbXBsZSBub25j",
            "dGhlIHNhbXBsZSBub25_ZQ==",
        ] {
            assert!(!is_key(key), "{key}");
        }
        // the example of RFC 6455 §1.3
        assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn an_origin_is_the_hosts_own_or_not() {
        for (origin, host, is_secure, expected) in [
            ("http://a", "a", false, true),
            ("https://A", "a", true, true),
            ("https://a:443", "a", true, true),
            ("http://a", "a:80", false, true),
            ("http://a:8080", "a:8080", false, true),
            ("https://a", "a", false, true),
            ("http://a", "a", true, false),
            ("http://a:8080", "a", false, false),
            ("http://a", "a:8080", false, false),
            ("http://a.b", "b", false, false),
            ("http://b.a", "b", false, false),
            ("null", "a", false, false),
            ("file://", "", false, false),
            ("ftp://a", "a", false, false),
            ("http://", "", false, false),
        ] {
            assert_eq!(is_same(origin, host, is_secure), expected, "{origin} {host}");
        }
    }
}
