//! What a url says: where to connect to, and what to ask for there.

use koa_runtime::{
    Error, IntoHeaderName, IntoHeaderValue, Result,
    http::{HeaderMap, HeaderValue, Uri, uri::PathAndQuery},
};

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) host: HeaderValue,
    pub(super) path: Uri,
    /// What is said besides, such as who asks.
    pub(super) headers: HeaderMap,
    #[cfg(feature = "tls")]
    pub(super) is_secure: bool,
}

impl Target {
    /// With the address to connect to. The scheme is the first of these, or the other over TLS.
    pub(super) fn of(url: &str, [plain, secure]: [&str; 2]) -> Result<(String, Self)> {
        let refused = |why: String| Error::new(500).with_message(format!("`{url}` is no url to call: {why}"));
        let uri: Uri = url.parse().map_err(|_| refused("it is none".to_owned()))?;
        let is_secure = match uri.scheme_str() {
            Some(scheme) if scheme == plain => false,
            Some(scheme) if scheme == secure && cfg!(feature = "tls") => true,
            Some(scheme) if scheme == secure => return Err(refused(format!("`{secure}` needs the feature `tls`"))),
            _ => return Err(refused(format!("it has neither `{plain}` nor `{secure}` in front"))),
        };
        let authority = uri.authority().ok_or_else(|| refused("it has no host".to_owned()))?;
        if authority.as_str().contains('@') {
            // of which nobody is told
            return Err(Error::new(500).with_message("this is no url to call: there is a name or a password in it"));
        }
        if authority.host().is_empty() {
            return Err(refused("it has no host".to_owned()));
        }
        let usual = if is_secure { 443 } else { 80 };
        let port = match (authority.port_u16(), authority.as_str().strip_prefix(authority.host())) {
            (Some(port), _) => port,
            (None, Some("" | ":")) => usual,
            (None, _) => return Err(refused("its port is none".to_owned())),
        };
        let address = format!("{}:{port}", authority.host());
        let host =
            HeaderValue::from_str(authority.as_str()).map_err(|_| refused("its host is no header".to_owned()))?;
        let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
        let target = Self {
            host,
            path: path.into(),
            headers: HeaderMap::new(),
            #[cfg(feature = "tls")]
            is_secure,
        };
        Ok((address, target))
    }

    /// Says this header too.
    pub(super) fn say(&mut self, name: impl IntoHeaderName, value: impl IntoHeaderValue) -> Result {
        let refused = |why: String| Error::new(500).with_message(why);
        let name = name.into_header_name().map_err(|name| refused(format!("{name:?} is no name of a header")))?;
        let is_ours =
            matches!(name.as_str(), "host" | "connection" | "upgrade" | "content-length" | "transfer-encoding");
        if is_ours || name.as_str().starts_with("sec-websocket-") {
            return Err(refused(format!("`{name}` is said by the connection itself")));
        }
        let mut value = value.into_header_value().ok_or_else(|| refused(format!("this is no value of `{name}`")))?;
        // nobody who prints the pool is told
        value.set_sensitive(true);
        self.headers.append(name, value);
        Ok(())
    }
}
